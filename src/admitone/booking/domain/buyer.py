"""The person behind an email address: limits count people by the normal form of the address.

One mailbox has many spellings: upper and lower case, a part after "+", dots that the provider ignores, a second
domain of the same provider, a domain in Unicode or in ASCII. The address itself stays as the buyer typed it.
"""

import unicodedata
from functools import lru_cache

import idna

# Domains of one provider that lead to the same mailbox → their normal form.
_SAME_MAILBOX = {
    "googlemail.com": "gmail.com",
    **dict.fromkeys(("protonmail.com", "pm.me"), "proton.me"),
    **dict.fromkeys(("me.com", "mac.com"), "icloud.com"),
    **dict.fromkeys(("yandex.com", "ya.ru", "yandex.by", "yandex.kz"), "yandex.ru"),
}
# Characters of the local part that a provider ignores.
_IGNORED = {"gmail.com": ".", "proton.me": ".-_"}
# Characters that a provider treats as equal.
_SAME_CHARACTER = {"yandex.ru": ("-", ".")}


# One round may uncover more to fold (a sign made of others, quotes in quotes); only a text that is not an address needs
# more rounds than this.
_ROUNDS_MAX = 8


def normal_form(address: str) -> str:
    """Return one form for every spelling of the mailbox. Total: any text has a normal form.

    normal_form(normal_form(x)) == normal_form(x).
    """
    for _ in range(_ROUNDS_MAX):
        form = _fold(address)
        if form == address:
            break
        address = form
    return address


def _fold(address: str) -> str:
    local, at, domain = unicodedata.normalize("NFKC", address).strip().rpartition("@")
    local = unicodedata.normalize("NFKC", local.casefold())
    if not at:
        return domain.casefold()
    # Not casefold(): it makes "ss" of "ß", which is another domain.
    domain = _ascii(domain.lower().strip().rstrip("."))
    domain = _SAME_MAILBOX.get(domain, domain)
    return f"{_local(local, domain)}@{domain}"


def _local(local: str, domain: str) -> str:
    if len(local) > 2 and local.startswith('"') and local.endswith('"'):
        local = local[1:-1]
    base = local.partition("+")[0] or local
    name = base
    for ignored in _IGNORED.get(domain, ""):
        name = name.replace(ignored, "")
    if domain in _SAME_CHARACTER:
        name = name.replace(*_SAME_CHARACTER[domain])
    return name or base


@lru_cache(maxsize=4096)  # most buyers' mailboxes are at a few providers
def _ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):  # an impossible domain is its own normal form
        return domain
