"""Pictures of events: their addresses, states and refusals. `encode_picture` makes the files."""

import hashlib
import re
from typing import Literal

from msgspec import Struct

from admitone.kit.refusal import Fault, Kind, Refusal

PICTURES_MAX = 20_000
"""Of one organization; about 300 kB each."""
SHOWN = "800.webp"
"""The file that `image_url` names; the pages know the others (`PICTURE_WIDTHS`)."""
_OWN = re.compile(r"/pictures/(pic_[0-9a-z]{1,64})/[0-9a-z.]{1,40}")

SourceState = Literal["pending", "ready", "failed"]


class PictureFile(Struct, frozen=True):
    name: str
    media_type: str
    width: int
    height: int
    body: bytes


class EncodedPicture(Struct, frozen=True):
    """`width`, `height`: of the picture as it was given, upright."""

    width: int
    height: int
    files: tuple[PictureFile, ...]


class Source(Struct, frozen=True):
    """What became of an address on another host. `fault`: why it failed, for its organizer."""

    organization_id: str
    url: str
    state: SourceState
    picture_id: str | None
    fault: str | None


class BadPicture(Refusal):
    """It is no picture, or one that is too large."""

    code = "bad-picture"
    kind = Kind.UNPROCESSABLE


class PictureRefused(Refusal):
    """The address of a picture is not fetched, or its host answers something else than a picture."""

    code = "picture-refused"
    kind = Kind.UNPROCESSABLE


class PictureUnreachable(Refusal):
    """The host of a picture does not answer now; a later try may succeed."""

    code = "picture-unreachable"
    kind = Kind.UNPROCESSABLE


class PictureNotFound(Refusal):
    code = "picture-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such picture.")


class TooManyPictures(Refusal):
    code = "too-many-pictures"
    kind = Kind.CONFLICT


def picture_id_of(organization_id: str, body: bytes) -> str:
    """Return the id of a picture: the same bytes of the same organization have the same id."""
    digest = hashlib.blake2b(body, digest_size=16, key=organization_id.encode()[:64])
    return f"pic_{digest.hexdigest()}"


def picture_address(picture_id: str, name: str = SHOWN) -> str:
    return f"/pictures/{picture_id}/{name}"


def own_picture_id(image_url: str) -> str | None:
    """Return the id in an address that `picture_address` made; None for any other address."""
    found = _OWN.fullmatch(image_url)
    return found.group(1) if found else None


def check_own_picture(image_url: str | None, known: frozenset[str]) -> list[Fault]:
    """Return the fault of an address on this installation that none of the organization's `known` pictures has."""
    picture_id = own_picture_id(image_url or "")
    return [] if picture_id is None or picture_id in known else [("/image_url", "There is no such picture.")]


def is_external(image_url: str | None) -> bool:
    return image_url is not None and image_url.startswith(("https://", "http://"))
