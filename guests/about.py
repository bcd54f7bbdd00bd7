"""Who the business is, for somebody who does not know it yet."""

from django.http import HttpResponse
from django.urls import reverse

from businesses.pictures import has_picture, picture_response
from feedback.testimonials import published
from guests.entry import Visit, behind_link
from outreach.models import LinkPurpose

# Of what customers say, so many stand on one page.
TESTIMONIALS = 2


def about(visit: Visit, picture: str) -> dict[str, object]:
    """Beyond its name: a face or logo, at the address of this name, and what customers say."""
    address = reverse(picture, kwargs={"token": visit.token}) if has_picture(visit.business) else ""
    return {"picture_url": address, "testimonials": published(visit.business, TESTIMONIALS)}


def show_picture(visit: Visit) -> HttpResponse:
    """The face or logo beside the name, for whoever has the link."""
    return picture_response(visit.business)


picture_for_prospect = behind_link(LinkPurpose.INTRODUCTION)(show_picture)
picture_by_share_link = behind_link(LinkPurpose.SHARE)(show_picture)
