"""Adjectives for the words of customers."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from feedback.models import Testimonial  # noqa: F401  # named in strings


class TestimonialQuerySet(models.QuerySet["Testimonial"]):
    def live(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at=None)

    def published(self) -> Self:
        """On the public page, in the business's order."""
        return self.filter(published_at__isnull=False).order_by("place", "-given_at", "id")
