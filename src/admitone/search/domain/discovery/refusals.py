"""The Discovery API's refusals. `code` is Ticketmaster's own if it defines one."""

from admitone.kit.refusal import Kind, Refusal


class DiscoveryRefusal(Refusal):
    """A refused request. `number` is the `code` in the `errors` of the body."""

    kind = Kind.MALFORMED
    number = "DIS1015"


class BadParameter(DiscoveryRefusal):
    code = "invalid-parameter"

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f'Query param "{name}" {wanted}')


class PagedTooDeep(DiscoveryRefusal):
    code = "too-deep"
    number = "DIS1035"

    def __init__(self, depth_max: int) -> None:
        super().__init__(
            f"API Limits Exceeded: Max paging depth exceeded. (page * size) must be less than {depth_max:,}"
        )


class TooMuchToRefine(DiscoveryRefusal):
    """Too many events remain: some filters and sort orders are applied in memory and need a small result."""

    code = "too-much-to-refine"
    number = "ADM1001"

    def __init__(self, names: str, most: int) -> None:
        super().__init__(f"{names} can be applied to at most {most:,} results. Narrow them by other parameters.")


class NotKnownHere(DiscoveryRefusal):
    """A filter that would change the result and that this catalogue has no data for."""

    code = "unsupported-parameter"
    number = "ADM1002"

    def __init__(self, name: str) -> None:
        super().__init__(f'Query param "{name}" is not supported: this catalogue has no data for it')


class ResourceNotFound(DiscoveryRefusal):
    code = "not-found"
    kind = Kind.NOT_FOUND
    number = "DIS1004"

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"Resource not found with provided criteria (locale=en-us, id={resource_id})")
