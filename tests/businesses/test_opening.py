"""Opening a business and settling who its letters are from."""

import pytest

from businesses import clock
from businesses.models import Business, Role, User
from businesses.services import confirm_owner, introduce_sender, open_business

pytestmark = pytest.mark.django_db


def opened(user: User, tagline: str) -> Business:
    return open_business(
        user=user,
        tagline=tagline,
        timezone="Europe/Stockholm",
        country="SE",
        currency="SEK",
        locale="sv_SE",
        now=clock.now(),
    )


def test_its_address_is_made_of_what_it_does(alice: User) -> None:
    assert opened(alice, "Bookkeeping for small workshops").slug == "bookkeeping-small-workshops"


def test_two_with_the_same_words_get_addresses_of_their_own(alice: User, charlie: User) -> None:
    first = opened(alice, "Roofs for old houses")
    second = opened(charlie, "Roofs for old houses")

    assert second.slug.startswith(first.slug + "-")


@pytest.mark.parametrize("tagline", ["", "for the", "日本の茶", "!!!"])
def test_any_words_will_do(alice: User, tagline: str) -> None:
    assert opened(alice, tagline).slug


def test_it_may_send_once_the_sender_is_known_and_confirmed(alice: User) -> None:
    business = opened(alice, "Roofs")
    assert not business.may_send

    introduce_sender(
        business=business, user=alice, name="Alice", firm="Roofs", postal_address="A street 1"
    )
    assert not business.may_send

    assert confirm_owner(user=alice, now=clock.now()) == [business]
    business.refresh_from_db()
    assert business.may_send
    assert confirm_owner(user=alice, now=clock.now()) == []


def test_only_the_owner_confirms(business: Business, bob: User) -> None:
    Business.objects.update(confirmed_at=None)

    assert confirm_owner(user=bob, now=clock.now()) == []


def test_the_owner_is_one(business: Business) -> None:
    assert business.memberships.filter(role=Role.OWNER).count() == 1
