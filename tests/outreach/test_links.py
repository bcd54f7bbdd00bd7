"""Links in mails: what opens, and what does not."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach.links import (
    LinkExpired,
    LinkWithdrawn,
    UnknownLink,
    make_link,
    open_link,
    placeholder,
    renew_link,
    token_for,
    url_for,
    use_link,
    withdraw_links,
)
from outreach.models import Link, LinkPurpose
from tests.outreach.factories import a_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return a_contact(business)


@pytest.fixture
def link(business: Business, elena: Contact) -> Link:
    return make_link(
        business=business, purpose=LinkPurpose.ADVOCATE, subject=elena, now=clock.now()
    )


def test_a_link_opens_what_it_was_made_for(link: Link, business: Business) -> None:
    opened = open_link(token_for(link), "advocate")

    assert opened == link
    assert opened.business == business


def test_its_address_is_under_the_letter_of_its_purpose(link: Link) -> None:
    assert url_for(link) == f"http://testserver/a/{token_for(link)}/"


def test_asking_again_gives_the_same_link(business: Business, elena: Contact, link: Link) -> None:
    again = make_link(business=business, purpose="advocate", subject=elena, now=clock.now())
    for_letter = make_link(
        business=business, purpose="advocate", subject=elena, contact=elena, now=clock.now()
    )

    assert again == link
    assert for_letter != link


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token[:20],
        lambda token: token + "A",
        lambda token: token + "=",
        lambda token: token[:-1] + ("B" if token[-1] != "B" else "C"),
        lambda token: token.swapcase(),
        lambda token: "",
        lambda token: "ä" * 46,
        lambda token: base64.urlsafe_b64encode(bytes(34)).decode().rstrip("="),
        lambda token: str(uuid4()),
    ],
)
def test_a_token_cut_short_or_invented_reveals_nothing(spoil: object, link: Link) -> None:
    with pytest.raises(UnknownLink):
        open_link(spoil(token_for(link)), "advocate")  # type: ignore[operator]


@given(at=st.integers(0, 45), letter=st.sampled_from("ABab01-_"))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_changed_letter_goes_unnoticed(link: Link, at: int, letter: str) -> None:
    token = token_for(link)
    changed = token[:at] + letter + token[at + 1 :]

    if changed == token:
        assert open_link(changed, "advocate") == link
    else:
        with pytest.raises(UnknownLink):
            open_link(changed, "advocate")


def test_a_right_token_for_another_purpose_is_unknown(link: Link) -> None:
    with pytest.raises(UnknownLink):
        open_link(token_for(link), "introduction")


def test_a_token_under_another_key_is_unknown(link: Link, settings: Settings) -> None:
    token = token_for(link)
    settings.LINK_KEY = "another key"

    with pytest.raises(UnknownLink):
        open_link(token, "advocate")


def test_a_withdrawn_link_says_so(link: Link, elena: Contact) -> None:
    assert withdraw_links(subject=elena, now=clock.now()) == 1

    with pytest.raises(LinkWithdrawn):
        open_link(token_for(link), "advocate")


def test_after_a_withdrawal_a_new_link_can_be_made(
    business: Business, link: Link, elena: Contact
) -> None:
    withdraw_links(subject=elena, now=clock.now())

    again = make_link(business=business, purpose="advocate", subject=elena, now=clock.now())

    assert open_link(token_for(again), "advocate") == again != link


def test_a_renewed_link_leaves_its_old_token_behind(link: Link) -> None:
    old = token_for(link)

    renew_link(link=link)

    assert open_link(token_for(link), "advocate") == link
    with pytest.raises(LinkWithdrawn):
        open_link(old, "advocate")


def test_an_expired_link_says_so(business: Business, elena: Contact) -> None:
    now = clock.now()
    link = make_link(
        business=business,
        purpose="feedback",
        subject=elena,
        expires_at=now + timedelta(days=1),
        now=now,
    )

    assert open_link(token_for(link), "feedback", now=now) == link
    with pytest.raises(LinkExpired):
        open_link(token_for(link), "feedback", now=now + timedelta(days=1))


def test_opening_changes_nothing_and_the_first_use_is_kept(link: Link) -> None:
    open_link(token_for(link), "advocate")
    assert Link.objects.get(pk=link.pk).first_used_at is None
    first = clock.now()

    use_link(link, first)
    use_link(Link.objects.get(pk=link.pk), first + timedelta(hours=1))

    assert Link.objects.get(pk=link.pk).first_used_at == first


def test_what_is_stored_cannot_be_clicked(link: Link) -> None:
    assert token_for(link) not in placeholder(link)
    assert token_for(link) not in str(Link.objects.values().get(pk=link.pk))
