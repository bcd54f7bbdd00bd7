"""Links to public sites for reviews, shown to everybody alike, whatever they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.refusals import Refusal
from feedback.models import ReviewLink

MOST_REVIEW_LINKS = 3
_LONGEST_LABEL = 40
_LONGEST_URL = 300
_is_https = URLValidator(schemes=["https"])


class TooManyReviewLinks(Refusal):
    message = "There is room for three."
    code = "too_many_review_links"
    status = 422


class ReviewLinkUnfit(Refusal):
    """`message` says what is wrong with which."""

    message = "A link needs a name and an address that begins with https://."
    code = "review_link_unfit"
    status = 422


@dataclass(frozen=True, slots=True)
class NewReviewLink:
    """What is shown, and where it leads."""

    label: str
    url: str


def keep_review_links(
    *, business: Business, links: Sequence[NewReviewLink], by: Actor, now: datetime
) -> Sequence[ReviewLink]:
    """These in this order, and no others. Raises `TooManyReviewLinks`, `ReviewLinkUnfit`."""
    if len(links) > MOST_REVIEW_LINKS:
        raise TooManyReviewLinks
    wanted = [_checked(link) for link in links]
    # Whoever keeps others at the same time waits here.
    Business.objects.select_for_update(of=("self",), no_key=True).get(pk=business.pk)
    known = list(ReviewLink.objects.order_by("place"))
    if [(one.label, one.url) for one in known] == wanted:
        return known
    ReviewLink.objects.filter(pk__in=[one.pk for one in known]).delete()
    kept = ReviewLink.objects.bulk_create(
        ReviewLink(business=business, label=label, url=url, place=place, created_at=now)
        for place, (label, url) in enumerate(wanted)
    )
    record_event(
        business=business,
        name="review_links.changed",
        actor=by,
        subject=business,
        payload={"count": len(kept)},
        now=now,
    )
    return kept


def _checked(link: NewReviewLink) -> tuple[str, str]:
    label = " ".join(link.label.replace("\0", "").split())
    url = link.url.strip()
    if not label or len(label) > _LONGEST_LABEL:
        raise ReviewLinkUnfit(f"Give each link a name of {_LONGEST_LABEL} letters at most.")
    try:
        _is_https(url)
    except ValidationError as error:
        raise ReviewLinkUnfit(
            f"The address for {label} should begin with https:// and be whole."
        ) from error
    # It stands in a page for the public: nobody's sign-in may be in it, nor quotes and brackets.
    if len(url) > _LONGEST_URL or "@" in url.split("/")[2] or set(url) & set("\"'<>\\` "):
        raise ReviewLinkUnfit(f"The address for {label} cannot be used here.")
    return label, url
