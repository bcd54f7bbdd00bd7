"""Whatever is put together and erased: every row names the one who is kept, and sums stay."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from businesses.refusals import Refusal
from contacts.erasing import erase_contact
from contacts.merging import merge_contacts
from contacts.models import Contact, Formerly
from insights.attribution import books_of, parts_of
from insights.lineage import tree_of
from insights.retold import books_from_history
from introductions.models import Advocate
from introductions.services import (
    advocate_for,
)
from outreach.services import suppress_address
from referrals.models import ClosedBusiness, Credit, Referral
from referrals.services import split_credit
from tests.contacts.factories import merged
from tests.guards.worlds import a_world
from tests.insights.beside import assert_told_as_by_hand
from tests.insights.by_hand import slips_by_hand
from tests.insights.worlds import World, deeds, rated_or_not, with_dollars
from tests.introductions.factories import a_contact, an_advocate
from tests.referrals.factories import a_referral, won
from tests.thorough import length, runs

pytestmark = pytest.mark.django_db


def keys_to_contact() -> list[models.ForeignKey[Any, Any]]:
    """Every foreign key to a contact, of every model that is installed."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Contact
    ]


def _pointing_at(key: UUID) -> list[str]:
    """Where this id still stands: foreign keys, and columns that hold an id of whatever row."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            to_contact = isinstance(field, models.ForeignKey) and field.related_model is Contact
            by_name = field.name in ("subject_id", "contact_id", "person_key", "about_id")
            if not (to_contact or by_name) or model._meta.app_label == "activity":
                continue
            if model._default_manager.filter(**{field.attname: key}).exists():
                found.append(f"{model._meta.label}.{field.name}")
    return found


def test_a_world_of_everything_is_the_kept_ones(business: Business, alice: User) -> None:
    """Each foreign key there is has a row that names the one who goes, and none does afterwards."""
    now = clock.now()
    a_world(business, alice, "Kolibri", now - timedelta(hours=2))
    seen = set()
    first = Contact.objects.exclude(email="").earliest("pk")
    suppress_address(business=business, address=first.email, why="by_owner", by=SYSTEM, now=now)
    for number, dropped in enumerate(list(Contact.objects.order_by("pk"))):
        kept = a_contact(business, now, f"Kept {number}", f"kept{number}@x.example")
        for field in keys_to_contact():
            if field.model._default_manager.filter(**{field.attname: dropped.pk}).exists():
                seen.add(field)

        merged(kept, dropped)

        assert _pointing_at(dropped.pk) in ([], ["outreach.Link.subject_id"])
        assert not Contact.objects.filter(pk=dropped.pk).exists()
    seen |= {Formerly._meta.get_field("contact")}
    former = Contact.objects.filter(formerly__isnull=False).earliest("pk")
    merged(a_contact(business, now, "Third", "third@x.example"), former)
    assert _pointing_at(former.pk) in ([], ["outreach.Link.subject_id"])
    assert set(keys_to_contact()) == seen


people = st.integers(min_value=0, max_value=4)
more_deeds = st.one_of(
    deeds,
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("erase"), people, people),
)
# So that there is something to put together: credit that is shared, of two currencies.
AT_FIRST = [
    ("send", 0, 1),
    ("win", 1, 500),
    ("share", 1, 3),
    ("send", 1, 2),
    ("pay", 2, 300),
    ("dollar", 1, 400),
    ("send", 4, 3),
]


class _Merging(World):
    """A world in which entries of one person are put together, and people erased."""

    def do(self, deed: str, first: int, second: int) -> None:
        if deed not in ("merge", "erase"):
            super().do(deed, first, second)
            return
        self.now += timedelta(days=1)
        one, other = self.people[first], self.people[second]
        before = self._sums()
        slips = slips_by_hand(self.business) if deed == "erase" else []
        gone: UUID | None = None
        try:
            with transaction.atomic():
                if deed == "erase":
                    erase_contact(contact=one, by=SYSTEM, now=self.now)
                else:
                    merge_contacts(kept=one, other=other.pk, by=SYSTEM, now=self.now)
                    gone = other.pk
        except Refusal:
            return
        if gone is not None:
            self.people = [one if person.pk == gone else person for person in self.people]
            assert _pointing_at(gone) in ([], ["outreach.Link.subject_id"])
        assert self._sums() == before
        if deed == "erase":
            assert Counter(slips_by_hand(self.business)) == Counter(slips)

    def _sums(self) -> tuple[int, int, int, int]:
        """What no merge and no erasure may change."""
        return (
            sum(ClosedBusiness.objects.values_list("amount", flat=True)),
            ClosedBusiness.objects.count(),
            Referral.objects.count(),
            sum(Credit.objects.values_list("share", flat=True)),
        )


@hypothesis_settings(
    max_examples=runs(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rated=rated_or_not, done=st.lists(more_deeds, **length(20)))
def test_whatever_is_merged_and_erased_sums_stay_and_the_history_tells_the_same(
    business: Business, rated: list[tuple[str, int, int]], done: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        business = with_dollars(business, None)
        world = _Merging(business)
        for deed in [*rated, *AT_FIRST, *done]:
            world.do(*deed)

        parts = assert_told_as_by_hand(business)

        assert Counter(parts) == Counter(parts_of(books_from_history(business)))
        transaction.set_rollback(True)


def _at(contact: Contact, what: str = "") -> str:
    return f"/b/{contact.business.slug}/people/{contact.pk}/{what}"


def test_shares_of_one_credit_are_added_and_thanks_for_the_same_owed_once(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    other = advocate_for(contact=m_oliveira, now=now)
    third = an_advocate(business, now, name="Nadia", email="nadia@x.example")
    referral = won(a_referral(marta, now), now, amount=1001)
    shares = {other.pk: 33, third.pk: 34, marta.pk: 33}
    split_credit(referral=referral, shares=shares, by=SYSTEM, now=now)

    merged(marta.contact, m_oliveira)

    credits = dict(Credit.objects.values_list("advocate__contact", "share"))
    assert credits == {marta.contact_id: 66, third.contact_id: 34}
    assert Counter(parts_of(books_of(business))) == Counter(parts_of(books_from_history(business)))
    assert sum(part.amount for part in parts_of(books_of(business))) == 1001


def test_a_merge_across_a_tree_ends_where_it_began(
    alice_client: Client, business: Business, now: datetime
) -> None:
    """P0 brought P1, who brought P2, who is P0 after all."""
    world = _Merging(business)
    for by, whom in ((0, 1), (1, 2)):
        world.do("send", by, whom)
    world.do("win", 2, 1000)
    root = world.people[0]

    world.do("merge", 0, 2)

    tree = tree_of(root, business=business)
    assert (len(tree.people), tree.root.branch.amounts["EUR"]) == (2, 1000)
    parts = Counter(parts_of(books_of(business)))
    assert parts == Counter(parts_of(books_from_history(business)))
    assert {part.advocate for part in parts} == {world.people[1].pk}
    assert alice_client.get(_at(root, "lineage/")).status_code == 200
    assert alice_client.get(f"/b/{business.slug}/people/who-brought/").status_code == 200
