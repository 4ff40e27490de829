"""Decode a picture that anyone may have made, and encode it again in the sizes that the pages show.

Nothing of the given bytes is served: metadata (position, camera, thumbnails) and whatever else a file carries end here.
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from admitone.catalogue.contracts import PICTURE_BYTES_MAX, PICTURE_WIDTHS
from admitone.catalogue.domain.pictures import BadPicture, EncodedPicture, PictureFile

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
PIXELS_MAX = 40_000_000
"""A camera's largest picture; 160 MB while it is decoded, one at a time."""
SIDE_MIN = 100
JPEG_SIZE = 1200
"""For programs that read no WebP: shared links and mail."""
WEBP_QUALITY, JPEG_QUALITY = 80, 82


def encode_picture(body: bytes) -> EncodedPicture:
    """Return the files of a picture. Raises `BadPicture`. Takes a second for the largest."""
    if len(body) > PICTURE_BYTES_MAX:
        raise BadPicture(f"A picture has at most {PICTURE_BYTES_MAX // 1024**2} MB.")
    picture = _decode(body)
    files = [_webp(picture, size) for size in PICTURE_WIDTHS]
    files.append(_jpeg(picture))
    return EncodedPicture(picture.width, picture.height, tuple(files))


def _decode(body: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as given:
            width, height = given.size
            if width * height > PIXELS_MAX:
                raise BadPicture(f"A picture has at most {PIXELS_MAX // 1_000_000} million pixels; this has more.")
            if min(width, height) < SIDE_MIN:
                raise BadPicture(f"A picture has at least {SIDE_MIN} pixels on each side.")
            upright = ImageOps.exif_transpose(given)
            has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            return upright.convert("RGBA" if has_alpha else "RGB")
    except UnidentifiedImageError:
        raise BadPicture(f"This is not a picture. Send one of these formats: {', '.join(FORMATS)}.") from None
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        # What decoders raise for broken files.
        raise BadPicture(f"The picture is broken: {type(error).__name__}.") from error


def _webp(picture: Image.Image, size: int) -> PictureFile:
    fitted = _fit(picture, size)
    written = BytesIO()
    fitted.save(written, "WEBP", quality=WEBP_QUALITY, method=4)
    return PictureFile(f"{size}.webp", "image/webp", fitted.width, fitted.height, written.getvalue())


def _jpeg(picture: Image.Image) -> PictureFile:
    fitted = _fit(picture, JPEG_SIZE)
    if fitted.mode == "RGBA":
        white = Image.new("RGB", fitted.size, "white")
        white.paste(fitted, mask=fitted.getchannel("A"))
        fitted = white
    written = BytesIO()
    fitted.save(written, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return PictureFile(f"{JPEG_SIZE}.jpg", "image/jpeg", fitted.width, fitted.height, written.getvalue())


def _fit(picture: Image.Image, width: int) -> Image.Image:
    """Return a copy, at most `width` wide; a copy has none of the metadata of the original."""
    scale = min(1.0, width / picture.width)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    fitted = picture.resize(size, Image.Resampling.LANCZOS) if scale < 1 else picture.copy()
    fitted.info.clear()
    return fitted
