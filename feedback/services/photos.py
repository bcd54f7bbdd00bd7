"""A customer's face beside their words: kept small, shown with them, gone with them."""

from datetime import datetime
from uuid import UUID

from businesses.pictures import redrawn
from feedback.models import Testimonial, TestimonialPhoto

# As large as it is shown, on a sharp screen; a page may hold many.
SIDE = 128
HEAVIEST = 5 * 1024


def put_photo(*, testimonial: Testimonial, data: bytes, now: datetime) -> bool:
    """Put this picture beside the words, in place of the one before; whether it is another.

    The caller holds the testimonial's lock and saves it. Raises `PictureTooLarge`, `NoPicture`.
    """
    image = redrawn(data, side=SIDE, heaviest=HEAVIEST)
    known = TestimonialPhoto.objects.filter(testimonial=testimonial).first()
    if known is not None and bytes(known.image) == image:
        return False
    drop_photo(testimonial=testimonial)
    photo = TestimonialPhoto.objects.create(
        business_id=testimonial.business_id, testimonial=testimonial, image=image, created_at=now
    )
    testimonial.photo_key = photo.pk
    return True


def drop_photo(*, testimonial: Testimonial) -> None:
    """No picture of them is kept any more. The caller saves the testimonial."""
    TestimonialPhoto.objects.filter(testimonial=testimonial).delete()
    testimonial.photo_key = None


def photo_of(testimonial: Testimonial) -> bytes | None:
    """The picture beside these words, as WebP."""
    return _image(testimonial.photo_key)


def published_photo(key: UUID) -> bytes | None:
    """A picture whose words stand on the public page; None for any other."""
    shown = Testimonial.objects.filter(photo_key=key, published_at__isnull=False)
    return _image(key) if shown.exists() else None


def _image(key: UUID | None) -> bytes | None:
    if key is None:
        return None
    found = TestimonialPhoto.objects.filter(pk=key).values_list("image", flat=True).first()
    return None if found is None else bytes(found)
