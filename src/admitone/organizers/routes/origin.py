"""Say where a request of the organizers' API comes from, for entries that a use case writes itself."""

from admitone.kit.http.changes import AGENT_CHARACTERS_MAX
from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Origin


def origin_of(request: AnyRequest) -> Origin:
    """Return the client's address, its block for limits, and its user agent."""
    address = scope_address(request.scope)
    return Origin(address, request.headers.get("user-agent", "")[:AGENT_CHARACTERS_MAX], address_block(address))
