"""Two entries of one person are put together: nothing is lost, doubled, or left behind."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Scope, User
from businesses.refusals import Refusal
from businesses.tenancy import acting_for
from contacts.erasing import erase_contact
from contacts.merging import MergedWithThemself, merge_contacts
from contacts.models import Contact, Formerly
from contacts.services import WasErased, leave_in_peace, log_interaction
from feedback.models import Testimonial
from insights.attribution import books_of, parts_of, who_brought
from insights.lineage import tree_of
from insights.retold import books_from_history
from introductions.models import Advocate
from introductions.services import (
    advocate_for,
    draft_ask,
    end_share_link,
    make_share_link,
    send_ask,
)
from introductions.services.merging import IntroducedEachOther
from outreach.links import url_for
from outreach.models import Enrolment, Link, Message
from outreach.services import add_cadence, add_step, begin_by_hand, is_suppressed, suppress_address
from referrals.models import ClosedBusiness, Credit, Referral
from referrals.services import record_sent_someone, split_credit
from referrals.services.merging import SentOneAnother
from rewards.models import Reward
from tests.api.client import refusal, with_a_key
from tests.feedback.factories import published
from tests.guards.worlds import a_world
from tests.insights.test_attribution import World, deeds
from tests.introductions.factories import a_contact, an_advocate, offered
from tests.outreach.factories import a_letter, an_event
from tests.referrals.factories import a_referral, won
from tests.rewards.factories import a_rule, shook_hands
from tests.rewards.factories import published as terms_published
from tests.thorough import length, runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def m_oliveira(business: Business, now: datetime) -> Contact:
    """The same person, who came in another way."""
    return a_contact(business, now, "M. Oliveira", "info@oliveira.example", "+46701234567")


def _merge(kept: Contact, other: Contact, *take: str) -> Contact:
    return merge_contacts(kept=kept, other=other.pk, take=take, by=SYSTEM, now=clock.now())


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

        _merge(kept, dropped)

        assert _pointing_at(dropped.pk) in ([], ["outreach.Link.subject_id"])
        assert not Contact.objects.filter(pk=dropped.pk).exists()
    seen |= {Formerly._meta.get_field("contact")}
    former = Contact.objects.filter(formerly__isnull=False).earliest("pk")
    _merge(a_contact(business, now, "Third", "third@x.example"), former)
    assert _pointing_at(former.pk) in ([], ["outreach.Link.subject_id"])
    assert set(keys_to_contact()) == seen


people = st.integers(min_value=0, max_value=4)
more_deeds = st.one_of(
    deeds,
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("erase"), people, people),
)


class _Merging(World):
    """A world in which entries of one person are put together, and people erased."""

    def do(self, deed: str, first: int, second: int) -> None:
        if deed not in ("merge", "erase"):
            super().do(deed, first, second)
            return
        self.now += timedelta(days=1)
        one, other = self.people[first], self.people[second]
        before = self._sums()
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

    def _sums(self) -> tuple[int, int, int, int]:
        """What no merge and no erasure may change."""
        return (
            sum(ClosedBusiness.objects.values_list("amount", flat=True)),
            ClosedBusiness.objects.count(),
            Referral.objects.count(),
            sum(Credit.objects.values_list("share", flat=True)),
        )


@hypothesis_settings(
    max_examples=runs(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=st.lists(more_deeds, **length(20)))
def test_whatever_is_merged_and_erased_sums_stay_and_the_history_tells_the_same(
    business: Business, done: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        world = _Merging(business)
        for deed in done:
            world.do(*deed)

        rows, told = books_of(business), books_from_history(business)

        assert Counter(parts_of(rows)) == Counter(parts_of(told))
        for person in world.people:
            tree_of(person, business=business)
        who_brought(business)
        transaction.set_rollback(True)


def _at(contact: Contact, what: str = "") -> str:
    return f"/b/{contact.business.slug}/people/{contact.pk}/{what}"


def _path(link: Link) -> str:
    return url_for(link).removeprefix(settings.PUBLIC_URL)


def _letter(contact: Contact, **more: Any) -> Message:
    context = {"sender": "Alice", "first_name": contact.first_name, "answer_link": ""}
    template = "thanks_to_advocate"
    return a_letter(contact.business, contact, template=template, context=context, **more)


def test_the_owner_finds_the_other_sees_both_and_puts_them_together(
    alice_client: Client, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    kept = marta.contact
    won(a_referral(marta, now), now)
    log_interaction(contact=m_oliveira, kind="call", text="About May", by=SYSTEM, now=now)

    person = alice_client.get(_at(kept)).text
    found = alice_client.get(_at(kept, "merge/?q=oliveira")).text
    beside = alice_client.get(_at(kept, f"merge/?other={m_oliveira.pk}")).text
    sent = {"other": m_oliveira.pk, "keep_name": "mine", "keep_email": "other"}
    done = alice_client.post(_at(kept, "merge/"), sent, follow=True)
    again = alice_client.post(_at(kept, "merge/"), sent, follow=True)
    old = alice_client.get(_at(m_oliveira))

    assert _at(kept, "merge/") in person
    assert f"?other={m_oliveira.pk}" in found
    assert f"?other={kept.pk}" not in found
    assert "info@oliveira.example" in beside
    assert "marta@oliveira.example" in beside
    assert "Introductions made" in beside
    assert "This cannot be undone" in beside
    assert "Marta Oliveira is one entry now." in done.text
    assert again.status_code == 200
    assert "About May" in done.text
    assert "Also: marta@oliveira.example" in done.text
    kept.refresh_from_db()
    assert (kept.name, kept.email) == ("Marta Oliveira", "info@oliveira.example")
    assert kept.phone == "+46701234567"
    assert (old.status_code, old.headers["Location"]) == (301, _at(kept))
    assert Event.objects.filter(name="contact.merged").count() == 1


def test_two_who_introduced_one_another_are_two(
    alice_client: Client, marta: Advocate, now: datetime
) -> None:
    referral = a_referral(marta, now)

    answer = alice_client.post(
        _at(marta.contact, "merge/"), {"other": referral.contact_id}, follow=True
    )

    assert "so they are two people" in answer.text
    for one, other in ((marta.contact, referral.contact), (referral.contact, marta.contact)):
        with pytest.raises(IntroducedEachOther):
            _merge(one, other)
    assert Contact.objects.count() == 2


def test_whoever_is_credited_by_hand_with_the_other_is_not_the_other(
    business: Business, marta: Advocate, now: datetime
) -> None:
    sent = record_sent_someone(
        business=business, name="Nadia", sender=marta.contact, by=SYSTEM, now=now
    )

    with pytest.raises(SentOneAnother) as refused:
        _merge(marta.contact, sent.contact)

    assert refused.value.names == {"referral_id": str(sent.pk)}


def test_a_person_is_not_put_together_with_themself_nor_with_who_was_erased(
    business: Business, marta: Advocate, m_oliveira: Contact
) -> None:
    with pytest.raises(MergedWithThemself):
        _merge(m_oliveira, m_oliveira)
    erase_contact(contact=m_oliveira, by=SYSTEM, now=clock.now())
    with pytest.raises(WasErased):
        _merge(marta.contact, m_oliveira)


def test_an_integration_puts_two_together_and_is_led_from_the_old_id(
    business: Business, alice: User, marta: Advocate, m_oliveira: Contact
) -> None:
    api = with_a_key(business, alice, Scope.ADMIN)
    at = f"/contacts/{marta.contact_id}"
    body = {"other_id": str(m_oliveira.pk), "take": ["email"]}

    narrow = with_a_key(business, alice).post(f"{at}/merge", body)
    done = api.post(f"{at}/merge", body)
    again = api.post(f"{at}/merge", body)
    gone = api.get(f"/contacts/{m_oliveira.pk}")
    back = api.post(f"/contacts/{m_oliveira.pk}/merge", {"other_id": str(marta.contact_id)})
    nobody = api.post(f"{at}/merge", {"other_id": str(uuid4())})
    itself = api.post(f"{at}/merge", {"other_id": str(marta.contact_id)})

    assert refusal(narrow) == (403, "permission_denied")
    assert done.status_code == again.status_code == 200
    assert done.json() == again.json()
    assert done.json()["email"] == "info@oliveira.example"
    assert refusal(gone) == refusal(back) == (410, "merged_away")
    assert gone.json()["contact_id"] == str(marta.contact_id)
    assert refusal(nobody) == (404, "other_not_here")
    assert refusal(itself) == (422, "merged_with_themself")


def test_another_businesss_person_is_not_there(
    business: Business, alice: User, marta: Advocate, other_business: Business, now: datetime
) -> None:
    with acting_for(other_business):
        theirs = a_contact(other_business, now)

    answer = with_a_key(business, alice, Scope.ADMIN).post(
        f"/contacts/{marta.contact_id}/merge", {"other_id": str(theirs.pk)}
    )

    assert refusal(answer) == (404, "other_not_here")


def test_a_letter_that_waits_goes_to_the_kept_address_once(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    cause = an_event(business, m_oliveira)
    both = [
        _letter(each, cause=cause, due_at=now + timedelta(hours=1))
        for each in (marta.contact, m_oliveira)
    ]
    alone = _letter(m_oliveira, due_at=now + timedelta(hours=1))

    _merge(marta.contact, m_oliveira)

    for letter in (*both, alone):
        letter.refresh_from_db()
    assert [letter.state for letter in both] == ["scheduled", "cancelled"]
    assert alone.state == "scheduled"
    recipient = alone.recipients.get()
    assert (recipient.address, recipient.contact_id) == (
        "marta@oliveira.example",
        marta.contact_id,
    )


@pytest.mark.parametrize(("in_hand", "after"), [("sending", "scheduled"), ("in_data", "in_data")])
def test_a_letter_in_hand_is_neither_lost_nor_doubled(
    marta: Advocate, m_oliveira: Contact, now: datetime, in_hand: str, after: str
) -> None:
    letter = _letter(m_oliveira)
    marked = now if in_hand == "in_data" else None
    lease = {"state": in_hand, "in_data_at": marked, "lease_until": now + timedelta(minutes=5)}
    Message.objects.filter(pk=letter.pk).update(**lease)

    _merge(marta.contact, m_oliveira)

    letter.refresh_from_db()
    to = "marta@oliveira.example" if after == "scheduled" else "info@oliveira.example"
    assert (letter.state, letter.recipients.get().address) == (after, to)
    assert Message.objects.filter(kind=letter.kind).count() == 1


def test_the_stricter_wins_whichever_of_the_two_was_asked_to_be_left_alone(
    business: Business, marta: Advocate, m_oliveira: Contact, alice: User, by_alice: Actor
) -> None:
    now = clock.now()
    suppress_address(
        business=business, address=m_oliveira.email, why="unsubscribed", by=SYSTEM, now=now
    )
    leave_in_peace(contact=m_oliveira, why="died", by=SYSTEM, now=now)
    ask = draft_ask(contact=marta.contact, wanted="cafes", by=by_alice, sender=alice, now=now)

    kept = _merge(marta.contact, m_oliveira)

    ask.refresh_from_db()
    assert (kept.rests, ask.state) == ("died", "withdrawn")
    assert is_suppressed(business=business, address="marta@oliveira.example")


def test_the_links_of_both_lead_on(
    guest: Client, business: Business, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    other = advocate_for(contact=m_oliveira, now=now)
    _letter(marta.contact)
    _letter(m_oliveira)
    shares = [make_share_link(advocate=each, now=now) for each in (marta, other)]
    stop = Link.objects.get(purpose="unsubscribe", subject_id=m_oliveira.pk)

    _merge(marta.contact, m_oliveira)

    for link in shares:
        assert guest.get(_path(link)).status_code == 200
    assert guest.post(_path(stop), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_suppressed(business=business, address="marta@oliveira.example")
    end_share_link(advocate=marta, by=SYSTEM, now=now)
    for link in shares:
        assert guest.get(_path(link)).status_code == 410


def test_shares_of_one_credit_are_added_and_thanks_for_the_same_owed_once(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    other = advocate_for(contact=m_oliveira, now=now)
    third = an_advocate(business, now, name="Nadia", email="nadia@x.example")
    referral = won(a_referral(marta, now), now, amount=1001)
    shares = {other.pk: 33, third.pk: 34, marta.pk: 33}
    split_credit(referral=referral, shares=shares, by=SYSTEM, now=now)

    _merge(marta.contact, m_oliveira)

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


def test_one_plan_one_ask_and_one_testimonial_are_left(
    business: Business,
    marta: Advocate,
    m_oliveira: Contact,
    alice: User,
    by_alice: Actor,
    now: datetime,
) -> None:
    cadence = add_cadence(business=business, name="A plan", by=by_alice, now=now)
    add_step(
        cadence=cadence,
        kind="reminder",
        days=3,
        subject="",
        words="Ring {first_name}",
        by=by_alice,
        now=now,
    )
    asks = []
    for contact in (marta.contact, m_oliveira):
        begin_by_hand(cadence=cadence, contact=contact, by=by_alice, now=now)
        ask = draft_ask(contact=contact, wanted="cafes", by=by_alice, sender=alice, now=now)
        asks.append(send_ask(ask=ask, by=by_alice, now=now))
        published(contact)

    kept = _merge(marta.contact, m_oliveira)

    for ask in asks:
        ask.refresh_from_db()
    assert Enrolment.objects.active().filter(contact=kept).count() == 1
    assert [ask.state for ask in asks] == ["sent", "withdrawn"]
    assert Testimonial.objects.filter(contact=kept, withdrawn_at=None).count() == 1


def test_an_open_introduction_of_themself_ends_without_telling_whom_it_names(
    marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    row = offered(marta, now, m_oliveira.email)

    _merge(marta.contact, m_oliveira)

    row.refresh_from_db()
    assert (row.state, row.prospect_email) == ("withdrawn", "")


def test_of_two_rewards_for_one_cause_one_is_given(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    terms_published(business, now, a_rule())
    shook_hands(marta, now)
    shook_hands(advocate_for(contact=m_oliveira, now=now), now, "nadia@x.example", "Nadia")
    first, second = Reward.objects.order_by("id")
    Reward.objects.filter(pk=second.pk).update(cause_id=first.cause_id, rule_key=first.rule_key)

    kept = _merge(marta.contact, m_oliveira)

    rewards = Reward.objects.filter(contact=kept).order_by("id")
    assert sorted(reward.state for reward in rewards) == ["earned", "void"]
    assert sum(reward.amount for reward in rewards) == 4_000
