"""Two entries of one person are put together: nothing is lost, doubled, or left behind."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import run_later_reactions
from businesses import clock
from businesses.models import Business, Scope, User
from businesses.tenancy import acting_for
from contacts.erasing import erase_contact
from contacts.merging import MergedWithThemself
from contacts.models import Contact
from contacts.services import WasErased, leave_in_peace, log_interaction
from feedback.models import Testimonial
from introductions.models import Advocate
from introductions.services import (
    accept_introduction,
    advocate_for,
    draft_ask,
    end_share_link,
    make_share_link,
    send_ask,
)
from introductions.services.merging import IntroducedEachOther
from outreach.links import url_for
from outreach.models import Enrolment, Link, Message, Reminder
from outreach.services import add_cadence, add_step, begin_by_hand, is_suppressed, suppress_address
from referrals.models import ThankYou
from referrals.services import plan_referral, record_sent_someone
from referrals.services.merging import SentOneAnother
from rewards.models import Reward
from tests.api.client import refusal, with_a_key
from tests.contacts.factories import merged
from tests.feedback.factories import published
from tests.introductions.factories import a_contact, offered, shared
from tests.outreach.factories import a_letter, an_event
from tests.referrals.factories import a_referral, moved, won
from tests.rewards.factories import a_rule, shook_hands
from tests.rewards.factories import published as terms_published

pytestmark = pytest.mark.django_db


LANDLINE = "+4646123456"
MOBILE = "+46701234567"


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
            merged(one, other)
    assert Contact.objects.count() == 2


def test_whoever_is_credited_by_hand_with_the_other_is_not_the_other(
    business: Business, marta: Advocate, now: datetime
) -> None:
    sent = record_sent_someone(
        business=business, name="Nadia", sender=marta.contact, by=SYSTEM, now=now
    )

    with pytest.raises(SentOneAnother) as refused:
        merged(marta.contact, sent.contact)

    assert refused.value.names == {"referral_id": str(sent.pk)}


def test_a_person_is_not_put_together_with_themself_nor_with_who_was_erased(
    business: Business, marta: Advocate, m_oliveira: Contact
) -> None:
    with pytest.raises(MergedWithThemself):
        merged(m_oliveira, m_oliveira)
    erase_contact(contact=m_oliveira, by=SYSTEM, now=clock.now())
    with pytest.raises(WasErased):
        merged(marta.contact, m_oliveira)


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
    assert refusal(gone) == refusal(back) == (404, "merged_away")
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

    merged(marta.contact, m_oliveira)

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

    merged(marta.contact, m_oliveira)

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

    kept = merged(marta.contact, m_oliveira)

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

    merged(marta.contact, m_oliveira)

    for link in shares:
        assert guest.get(_path(link)).status_code == 200
    assert guest.post(_path(stop), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert is_suppressed(business=business, address="marta@oliveira.example")
    end_share_link(advocate=marta, by=SYSTEM, now=now)
    for link in shares:
        assert guest.get(_path(link)).status_code == 410


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

    kept = merged(marta.contact, m_oliveira)

    for ask in asks:
        ask.refresh_from_db()
    assert Enrolment.objects.active().filter(contact=kept).count() == 1
    assert [ask.state for ask in asks] == ["sent", "withdrawn"]
    assert Testimonial.objects.filter(contact=kept, withdrawn_at=None).count() == 1


def test_an_open_introduction_of_themself_ends_without_telling_whom_it_names(
    marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    row = offered(marta, now, m_oliveira.email)

    merged(marta.contact, m_oliveira)

    row.refresh_from_db()
    assert (row.state, row.prospect_email) == ("withdrawn", "")


@pytest.mark.parametrize(("theirs", "state"), [("", "accepted"), (MOBILE, "withdrawn")])
def test_an_introduction_by_a_number_that_they_share_stays_and_by_the_others_own_ends(
    marta: Advocate, m_oliveira: Contact, now: datetime, theirs: str, state: str
) -> None:
    Contact.objects.filter(pk=marta.contact_id).update(phone=LANDLINE)
    Contact.objects.filter(pk=m_oliveira.pk).update(phone=theirs)
    row = shared(marta, now, "Ida")
    accept_introduction(introduction=row, phone=theirs or LANDLINE, now=now)

    merged(marta.contact, m_oliveira)

    row.refresh_from_db()
    assert row.state == state


def test_of_two_rewards_for_one_cause_one_is_given(
    business: Business, marta: Advocate, m_oliveira: Contact, now: datetime
) -> None:
    terms_published(business, now, a_rule())
    shook_hands(marta, now)
    shook_hands(advocate_for(contact=m_oliveira, now=now), now, "nadia@x.example", "Nadia")
    first, second = Reward.objects.order_by("id")
    Reward.objects.filter(pk=second.pk).update(cause_id=first.cause_id, rule_key=first.rule_key)

    kept = merged(marta.contact, m_oliveira)

    rewards = Reward.objects.filter(contact=kept).order_by("id")
    assert sorted(reward.state for reward in rewards) == ["earned", "void"]
    assert sum(reward.amount for reward in rewards) == 4_000


@pytest.mark.parametrize("kept_is_first", [True, False])
def test_who_was_talked_to_twice_is_followed_once_where_it_had_come_further(
    alice_client: Client, marta: Advocate, business: Business, now: datetime, kept_is_first: bool
) -> None:
    near, further = (a_referral(marta, now, f"jonas{nth}@shoebox.example") for nth in (1, 2))
    moved(further, "met", now)
    day = clock.today(business) + timedelta(days=9)
    for row, note in ((further, "Likes blue"), (near, "Rings at six")):
        plan_referral(referral=row, changes={"note": note}, by=SYSTEM, now=clock.now())
    plan_referral(referral=near, changes={"next_on": day}, by=SYSTEM, now=clock.now())
    Message.objects.all().delete()
    people = [near.contact, further.contact]
    kept, other = people if kept_is_first else reversed(people)

    alice_client.post(_at(kept, "merge/"), {"other": other.pk}, follow=True)
    run_later_reactions(now=clock.now())

    for row in (near, further):
        row.refresh_from_db()
        assert row.contact_id == kept.pk
    assert (near.state, near.lost_reason, further.state) == ("lost", "joined", "met")
    assert further.next_on == day
    assert further.note == "Likes blue\n\nRings at six"
    [reminder] = Reminder.objects.open().filter(kind="follow_up", contact=kept)
    assert (reminder.subject_id, reminder.due_on) == (further.pk, day)
    thanks = ThankYou.objects.filter(reason="introduction")
    assert sorted(thanks.values_list("state", flat=True)) == ["due", "waived"]
    told = Message.objects.filter(kind="progress_to_advocate")
    assert not told.filter(subject_id=near.pk).exists()

    desk = f"/b/{business.slug}/"
    assert f"referrals/{near.pk}/" not in alice_client.get(f"{desk}introductions/").text
    page = alice_client.get(f"{desk}referrals/{near.pk}/").text
    assert "The same person, whose other introduction goes on" in page
    assert "We are talking again" not in page
    for introduction in (near.introduction_id, further.introduction_id):
        became = alice_client.get(f"{desk}introductions/{introduction}/").text
        assert f"{desk}referrals/{further.pk}/" in became
    assert alice_client.get(_at(kept)).text.count("was here twice") == 1
    assert "came to nothing" not in alice_client.get(f"{desk}months/{now:%Y-%m}/").text
