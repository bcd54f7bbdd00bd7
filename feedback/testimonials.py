"""What customers let the business show: for its public page, and wherever else it may stand."""

from collections.abc import Sequence

from businesses.models import Business
from feedback.models import Testimonial

# More than this nobody reads on one page.
MOST_SHOWN = 100


def published(business: Business, at_most: int = MOST_SHOWN) -> Sequence[Testimonial]:
    """The published ones, in the business's order; one query. What is taken back is not there."""
    rows = Testimonial.objects.published().filter(business=business)
    return list(rows[:at_most])
