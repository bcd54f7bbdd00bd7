"""How a business and its people introduce themselves to somebody who does not know them yet."""

from typing import TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from businesses.models import Business, Membership
from businesses.refusals import Refusal

LONGEST_LINK = 200
LINKS = frozenset({"website", "booking_link"})
_is_link = URLValidator(schemes=["http", "https"])


class LinkNotPossible(Refusal):
    message = "Please give a whole address, such as https://example.com."
    code = "link_not_possible"
    status = 422


class ProfileChanges(TypedDict, total=False):
    """What `change_profile` can change."""

    town: str
    website: str
    difference: str
    first_talk: str
    booking_link: str


def change_profile(*, business: Business, changes: ProfileChanges) -> Business:
    """Keep what guests read of the business. Raises `LinkNotPossible`."""
    business = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    for name, value in changes.items():
        text = " ".join(str(value).split())
        setattr(business, name, checked_link(text) if name in LINKS else text)
    business.save(update_fields=[*changes])
    return business


def introduce_member(*, member: Membership, words: str) -> Membership:
    """Keep what this member says of themself in each letter that introduces them."""
    member.self_introduction = words.replace("\r\n", "\n").strip()[:500]
    member.save(update_fields=["self_introduction"])
    return member


def checked_link(text: str) -> str:
    """An address that a browser opens, and nothing else that could stand in a link; or nothing.

    One without a scheme is taken as https. Raises `LinkNotPossible`.
    """
    text = text.strip()
    if not text:
        return ""
    if "://" not in text:
        text = f"https://{text}"
    try:
        _is_link(text)
    except ValidationError as error:
        raise LinkNotPossible from error
    if len(text) > LONGEST_LINK:
        raise LinkNotPossible
    return text
