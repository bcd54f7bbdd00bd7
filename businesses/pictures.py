"""The picture of a business: whatever was uploaded is made anew, and only that is kept and shown.

An upload is a stranger's bytes. It is read as one of three kinds of picture, drawn afresh in a
small size and written as WebP: places, cameras and comments that the file told go with it, and what
was no picture becomes none. It is a row and no file, so that it stands behind the fence, goes into
the backup, and is gone with the business.
"""

import warnings
from datetime import datetime
from io import BytesIO

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


def redrawn(data: bytes) -> bytes:
    """The picture as WebP of at most 256 by 256, without anything but its pixels."""
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
    small.thumbnail((SIDE, SIDE))
    plain = Image.new(small.mode, small.size)
    plain.paste(small)
    return _written(plain)


def picture_response(business: Business) -> HttpResponse:
    """The picture as an answer that can be nothing but a picture. Raises `Http404` for none."""
    found = Picture.objects.filter(business=business).values_list("image", flat=True).first()
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found), content_type="image/webp")
    response["Content-Disposition"] = 'inline; filename="picture.webp"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def has_picture(business: Business) -> bool:
    return Picture.objects.filter(business=business).exists()


def _written(image: Image.Image) -> bytes:
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "WEBP", quality=quality, method=4)
        if out.tell() <= HEAVIEST:
            break
    return out.getvalue()
