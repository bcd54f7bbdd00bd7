"""Pictures of a business and its customers: what was uploaded is made anew, and only that is kept.

An upload is a stranger's bytes. It is read as one of three kinds of picture, drawn afresh in a
small size and written as WebP: places, cameras and comments that the file told go with it, and what
was no picture becomes none. It is a row and no file, so that it stands behind the fence, goes into
the backup, and is gone with the business.
"""

import warnings
from datetime import datetime
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from PIL import Image, ImageOps, UnidentifiedImageError

from businesses.models import Business, Picture
from businesses.refusals import Refusal

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE = 256
# A page with it has to stay small.
HEAVIEST = 24 * 1024
_KINDS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (85, 70, 55, 40, 25)


class PictureTooLarge(Refusal):
    message = "This picture is too large. 5 MB and 50 million points are the most."
    code = "picture_too_large"
    status = 422


class NoPicture(Refusal):
    message = "This cannot be read as a picture. JPEG, PNG and WebP can."
    code = "no_picture"
    status = 422


def keep_picture(*, business: Business, data: bytes, now: datetime) -> None:
    """Keep a face or a logo in place of the one before. Raises `PictureTooLarge`, `NoPicture`."""
    image = redrawn(data)
    Picture.objects.update_or_create(
        business=business,
        defaults={"image": image, "created_at": now},
        create_defaults={"business": business, "image": image, "created_at": now},
    )


def remove_picture(*, business: Business) -> None:
    """Initials stand there again. Safe to repeat."""
    Picture.objects.filter(business=business).delete()


def uploaded(file: UploadedFile[bytes] | None) -> bytes | None:
    """The bytes of a file that was sent and can be a picture; None where none was.

    Raises `PictureTooLarge`, before it is read, and `NoPicture`.
    """
    if file is None:
        return None
    if file.size is None or file.size > MOST_BYTES:
        raise PictureTooLarge
    data: bytes = file.read()
    redrawn(data)
    return data


def redrawn(data: bytes, *, side: int = SIDE, heaviest: int = HEAVIEST) -> bytes:
    """The picture as WebP of at most `side` by `side`, without anything but its pixels."""
    if len(data) > MOST_BYTES:
        raise PictureTooLarge
    try:
        with warnings.catch_warnings():
            # What Pillow only warns of is refused below, by its size.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            found = Image.open(BytesIO(data), formats=_KINDS)
            if found.width * found.height > MOST_PIXELS:
                raise PictureTooLarge
            upright = ImageOps.exif_transpose(found)
            has_alpha = upright.has_transparency_data
            small = upright.convert("RGBA" if has_alpha else "RGB")
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        # What Pillow's readers raise for files that are cut short or forged.
        raise NoPicture from error
    small.thumbnail((side, side))
    plain = Image.new(small.mode, small.size)
    plain.paste(small)
    return _written(plain, heaviest)


def picture_response(business: Business) -> HttpResponse:
    """The business's picture. Raises `Http404` for none."""
    found = Picture.objects.filter(business=business).values_list("image", flat=True).first()
    return image_response(None if found is None else bytes(found))


def image_response(image: bytes | None, *, on_any_site: bool = False) -> HttpResponse:
    """A redrawn picture as an answer that can be nothing but one. Raises `Http404` for none."""
    if image is None:
        raise Http404
    response = HttpResponse(image, content_type="image/webp")
    response["Content-Disposition"] = 'inline; filename="picture.webp"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    whose = "cross-origin" if on_any_site else "same-origin"
    response["Cross-Origin-Resource-Policy"] = whose
    response["X-Content-Type-Options"] = "nosniff"
    return response


def has_picture(business: Business) -> bool:
    return Picture.objects.filter(business=business).exists()


def _written(image: Image.Image, heaviest: int) -> bytes:
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= heaviest:
            break
    return out.getvalue()
