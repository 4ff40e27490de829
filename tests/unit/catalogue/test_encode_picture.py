"""Pictures are decoded with limits and encoded again: nothing of the given bytes is served."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from admitone.catalogue.contracts import PICTURE_BYTES_MAX, PICTURE_WIDTHS
from admitone.catalogue.domain.encode_picture import JPEG_SIZE, PIXELS_MAX, encode_picture
from admitone.catalogue.domain.pictures import (
    BadPicture,
    own_picture_id,
    picture_address,
    picture_id_of,
)

ORIENTATION, MAKE = 274, 271


def picture(kind: str = "JPEG", size: tuple[int, int] = (1_200, 900), mode: str = "RGB", **options: object) -> bytes:
    written = BytesIO()
    Image.new(mode, size, "red").save(written, kind, **options)
    return written.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that announces a size and has no pixels."""
    chunks = [b"IHDR" + pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT"]
    sizes = [pack(">I", len(chunk) - 4) for chunk in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        size + chunk + pack(">I", zlib.crc32(chunk)) for size, chunk in zip(sizes, chunks, strict=True)
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_format_becomes_webp_in_three_sizes_and_one_jpeg(kind: str) -> None:
    encoded = encode_picture(picture(kind))
    assert [file.name for file in encoded.files] == [*(f"{size}.webp" for size in PICTURE_WIDTHS), f"{JPEG_SIZE}.jpg"]
    assert [(file.width, file.height) for file in encoded.files] == [(400, 300), (800, 600), (1200, 900), (1200, 900)]
    for file in encoded.files:
        with Image.open(BytesIO(file.body)) as found:
            assert (found.size, Image.MIME[found.format or ""]) == ((file.width, file.height), file.media_type)


def test_metadata_ends_here_and_the_picture_is_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "A camera with a position"
    encoded = encode_picture(picture(exif=exif.tobytes(), comment=b"a comment"))
    assert (encoded.width, encoded.height) == (900, 1200)
    for file in encoded.files:
        assert b"position" not in file.body
        assert b"a comment" not in file.body
        with Image.open(BytesIO(file.body)) as found:
            assert dict(found.getexif()) == {}


def test_transparency_is_kept_in_webp_and_white_in_jpeg() -> None:
    body = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(body, "PNG")
    webp, *_, jpeg = encode_picture(body.getvalue()).files
    with Image.open(BytesIO(webp.body)) as found:
        assert found.mode == "RGBA"
    with Image.open(BytesIO(jpeg.body)) as found:
        assert found.getpixel((150, 150)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (picture("BMP"), "not a picture"),
        (picture()[:2_000], "broken"),
        (picture("PNG")[:200], "broken"),
        (picture(size=(99, 500)), "at least 100 pixels"),
        (png_header(20_000, 2_001), "million pixels"),
        (png_header(200_000, 200_000), "broken"),
        (picture() + b"\0" * PICTURE_BYTES_MAX, "at most 10 MB"),
    ],
    ids=["empty", "svg", "pdf", "bmp", "half-jpeg", "half-png", "small", "pixels", "bomb", "bytes"],
)
def test_what_is_no_usable_picture_is_refused(body: bytes, detail: str) -> None:
    with pytest.raises(BadPicture, match=detail):
        encode_picture(body)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    assert PIXELS_MAX < 20_000 * 2_001
    with pytest.raises(BadPicture, match="this has more"):
        encode_picture(png_header(20_000, 2_001))  # it has no pixels at all: decoding would fail in another way


def test_an_id_belongs_to_the_bytes_and_the_organization() -> None:
    ids = {picture_id_of("org_1", b"one"), picture_id_of("org_2", b"one"), picture_id_of("org_1", b"two")}
    assert len(ids) == 3
    assert all(own_picture_id(picture_address(picture_id)) == picture_id for picture_id in ids)
    assert own_picture_id("https://elsewhere.example/pictures/pic_1/800.webp") is None
