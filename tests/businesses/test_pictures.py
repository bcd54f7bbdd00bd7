"""The picture of a business: made anew, small, and nothing but pixels."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from businesses import clock, pictures
from businesses.models import Business, Picture
from businesses.pictures import NoPicture, PictureTooLarge, keep_picture, redrawn


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 800), **more: object) -> bytes:
    out = BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.effect_noise(size, 80).convert(mode).save(out, kind, **more)
    return out.getvalue()


def a_photograph() -> bytes:
    """With a place, a camera and a comment in it, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of Anna"
    exif.get_ifd(0x8825)[2] = (IFDRational(55), IFDRational(42), IFDRational(1))
    return a_picture(exif=exif, comment=b"In my kitchen")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_becomes_a_small_webp(kind: str) -> None:
    small = Image.open(BytesIO(redrawn(a_picture(kind))))

    assert (small.format, small.size) == ("WEBP", (256, 171))
    assert len(redrawn(a_picture(kind))) < 30_000


def test_a_logo_keeps_what_is_transparent() -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")

    small = Image.open(BytesIO(redrawn(out.getvalue())))

    assert small.convert("RGBA").getpixel((20, 20)) == (0, 0, 0, 0)


def test_nothing_but_pixels_stays_and_they_stand_upright() -> None:
    kept = redrawn(a_photograph())

    small = Image.open(BytesIO(kept))
    assert small.height > small.width
    assert not small.getexif()
    assert set(small.info) <= {"loop", "background", "timestamp", "duration"}
    for told in (b"Anna", b"kitchen", b"Exif", b"EXIF", b"XMP", b"ICCP"):
        assert told not in kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        a_picture()[:2000],
        a_picture("PNG")[:2000],
        b"RIFF\x24\0\0\0WEBPVP8 ",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NoPicture):
        redrawn(data)


def test_a_large_file_and_one_that_unpacks_to_much_are_refused() -> None:
    with pytest.raises(PictureTooLarge):
        redrawn(b"\0" * (pictures.MOST_BYTES + 1))
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(PictureTooLarge):
        redrawn(out.getvalue())


def test_a_picture_with_a_script_behind_it_loses_the_script() -> None:
    assert b"<script>" not in redrawn(a_picture("PNG") + b"<script>alert(1)</script>")


@pytest.mark.django_db
def test_a_second_one_takes_the_place_of_the_first(business: Business) -> None:
    for size in ((30, 30), (60, 60)):
        keep_picture(business=business, data=a_picture(size=size), now=clock.now())

    kept = Picture.objects.get()
    assert Image.open(BytesIO(bytes(kept.image))).size == (60, 60)
