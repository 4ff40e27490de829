"""Content negotiation (RFC 9110, 12.5): what a client accepts."""


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding names gzip and does not rule it out."""
    for coding in accept_encoding.lower().split(","):
        name, _, quality = coding.strip().partition(";")
        if name.strip() == "gzip":
            value = quality.strip().removeprefix("q=")
            return value == "" or value.strip("0.") != ""
    return False
