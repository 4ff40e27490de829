"""Where to go on after a sign-in: an address of the console and nothing that leads to another site."""

import re

_NEXT = re.compile(r"/console(?:[/?][A-Za-z0-9_/.?=&%+~:-]*)?", re.ASCII)


def safe_address(address: str) -> str:
    return address if _NEXT.fullmatch(address) else "/console"
