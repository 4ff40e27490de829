"""Offer an event's own picture in every width, so that a phone does not load the file of a large screen.

Drawn posters are SVG and have one address.
"""

import re

from admitone.catalogue.contracts import PICTURE_WIDTHS

_OWN = re.compile(r"(/pictures/pic_[0-9a-z]{1,64})/[0-9a-z.]{1,40}")
SIZES = {
    "hero": "(min-width: 48rem) clamp(13rem, 25vw, 20rem), min(58vw, 17rem)",
    "card": "(min-width: 48rem) 14rem, 46vw",
    "row": "(min-width: 48rem) 6.5rem, 5.25rem",
    "held": "3.25rem",
    "logo": "8rem",
}
"""Where a picture is shown → how wide it is there; the stylesheets say the same."""


def picture_widths(image_url: str) -> list[tuple[str, int]]:
    """Return (address, width) of every file; empty for a drawn poster."""
    found = _OWN.fullmatch(image_url)
    return [(f"{found[1]}/{width}.webp", width) for width in PICTURE_WIDTHS] if found else []


def picture_attributes(image_url: str, shown_as: str) -> dict[str, str]:
    """Return the attributes of an `img`; `shown_as` is a key of `SIZES`."""
    widths = picture_widths(image_url)
    if not widths:
        return {"src": image_url}
    srcset = ", ".join(f"{address} {width}w" for address, width in widths)
    return {"src": image_url, "srcset": srcset, "sizes": SIZES[shown_as]}
