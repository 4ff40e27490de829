"""What the API answers about pictures."""

from msgspec import Struct

from admitone.catalogue.domain.pictures import EncodedPicture, SourceState, picture_address


class PictureSize(Struct, frozen=True):
    url: str
    width: int
    height: int
    media_type: str


class PictureView(Struct, frozen=True):
    """`url` can be the `image_url` of an event. `width`, `height`: of the picture as it was sent."""

    id: str
    url: str
    width: int
    height: int
    sizes: tuple[PictureSize, ...]


class ImageView(Struct, frozen=True):
    """What became of an event's `image_url` on another host. `failed`: the event shows its drawn poster, and `fault`
    says why; save the event again to try again. `url`: the address that this installation serves the picture at."""

    state: SourceState
    url: str | None
    fault: str | None


def picture_view(picture_id: str, picture: EncodedPicture) -> PictureView:
    sizes = tuple(
        PictureSize(picture_address(picture_id, file.name), file.width, file.height, file.media_type)
        for file in picture.files
    )
    return PictureView(picture_id, picture_address(picture_id), picture.width, picture.height, sizes)
