"""The owner erases somebody: nothing of them is left to read, and every sum stays as it was."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses.models import Business, Membership, Scope, TenantRow, User
from contacts.erasing import erase_contact
from contacts.models import Contact, ContactImport
from contacts.services import WasErased, change_contact, log_interaction, resume_contact
from insights.attribution import books_of, parts_of
from insights.retold import books_from_history
from introductions.models import Advocate, Ask, Introduction
from introductions.services import draft_ask
from introductions.terms import SOMEONE_ERASED
from outreach.links import url_for
from outreach.models import (
    Enrolment,
    Link,
    Message,
    MessageRecipient,
    Reminder,
    StepTaken,
)
from outreach.services import forget_letters_that_left, is_suppressed
from outreach.services.erasing import LetterStillLeaving
from referrals.models import CreditClaim, Referral, ThankYou
from referrals.services import waive_thanks
from rewards.models import Reward, RewardCode, RewardFlag
from rewards.services import add_codes, void_reward
from rewards.states import What
from tests.api.client import refusal, with_a_key
from tests.guards.worlds import a_world
from tests.introductions.factories import a_contact, an_advocate, offered, shared
from tests.outreach.factories import a_letter
from tests.referrals.factories import a_referral, lost, moved, won
from tests.rewards.factories import a_rule, approved, shook_hands, the_reward
from tests.rewards.factories import published as terms_published

pytestmark = pytest.mark.django_db

MARK = "Kolibri"
# What the business wrote of itself, of its work, or of a file that names others.
OF_THE_BUSINESS = {
    *(f"contacts_company.{column}" for column in ("name", "name_key", "trade", "sphere")),
    *("contacts_company.good_referral", "contacts_contactimport.file_name"),
    *("contacts_contactimport.rows", "outreach_cadence.name", "outreach_cadencestep.subject"),
    *("outreach_cadencestep.words", "outreach_ownwords.subject", "outreach_ownwords.body"),
    *("feedback_reviewlink.label", "introductions_ask.wanted", "referrals_lossreason.words"),
    "rewards_rewardcode.code",
}


def _erase(client: Client, contact: Contact, name: str = "") -> Any:
    at = f"/b/{contact.business.slug}/people/{contact.pk}/erase/"
    return client.post(at, {"name": name or contact.name}, follow=True)


def _letter(contact: Contact, **more: Any) -> Message:
    context = {"sender": "Alice", "first_name": contact.first_name, "answer_link": ""}
    template = "thanks_to_advocate"
    return a_letter(contact.business, contact, template=template, context=context, **more)


def _columns_with(mark: str) -> Mapping[str, int]:
    """In which columns of which tables of the business the mark can be read."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not issubclass(model, TenantRow):
                continue
            for field in model._meta.concrete_fields:
                table, column = model._meta.db_table, field.column
                cursor.execute(
                    f"SELECT count(*) FROM {table} WHERE position(%s in lower({column}::text)) > 0",
                    [mark.lower()],
                )
                if count := cursor.fetchone()[0]:
                    found[f"{table}.{column}"] = count
    return found


def _reasons_with(mark: str, now: datetime) -> None:
    """Words that stand in few places, and only after a while."""
    thanks = ThankYou.objects.due().first()
    assert thanks is not None
    waive_thanks(thank_you=thanks, reason=f"{mark} wants no fuss", by=SYSTEM, now=now)
    reward = Reward.objects.filter(state__in=["earned", "approved"]).first()
    assert reward is not None
    void_reward(reward=reward, reason=f"{mark} moved", by=SYSTEM, now=now)
    Reward.objects.update(note=f"With {mark} at lunch")
    Ask.objects.update(
        note=mark, override_reason=mark, checked_against=mark, named_person=f"{mark} Advocate"
    )
    RewardFlag.objects.update(words=mark)
    CreditClaim.objects.update(answer=mark, answered_at=now)
    Enrolment.objects.update(reason=mark)
    StepTaken.objects.update(reason=mark)
    Message.objects.update(last_reason=mark)
    MessageRecipient.objects.update(reason=mark)
    Advocate.objects.update(only_about=mark)
    Referral.objects.update(note=mark, next_step=mark)
    Reminder.objects.exclude(closed_at=None).update(skipped_because=mark)


def test_nothing_that_they_or_others_wrote_of_them_is_left_in_any_table(
    business: Business, alice: User, now: datetime
) -> None:
    a_world(business, alice, MARK, now - timedelta(hours=2), promised="A dinner")
    assert Introduction.objects.exclude(terms={}).exists()
    assert Referral.objects.exclude(terms={}).exists()
    _reasons_with(MARK, now)

    for contact in Contact.objects.known():
        erase_contact(contact=contact, name=contact.name, by=SYSTEM, now=now)

    assert set(_columns_with(MARK)) <= OF_THE_BUSINESS
    assert not Contact.objects.known().exists()


def test_terms_that_both_sides_were_shown_are_read_on_without_the_name(
    alice_client: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    terms_published(business, now, a_rule(what=What.GIFT_CARD))
    row = shared(marta, now)
    terms_published(business, now, a_rule(what=What.CREDIT))
    at = f"/b/{business.slug}/introductions/{row.pk}/"

    before = alice_client.get(at).text
    _erase(alice_client, marta.contact)
    after = alice_client.get(at).text

    assert "gives Marta a gift card" in before
    assert f"gives {SOMEONE_ERASED} a gift card" in after
    assert "Marta" not in after


def test_the_page_says_what_goes_and_what_stays_and_wants_the_name(
    alice_client: Client, business: Business, marta: Advocate
) -> None:
    contact = marta.contact
    at = f"/b/{business.slug}/people/{contact.pk}/"

    before = alice_client.get(at).text
    page = alice_client.get(f"{at}erase/").text
    wrong = _erase(alice_client, contact, "Somebody else")
    kept = Contact.objects.get(pk=contact.pk)
    done = _erase(alice_client, contact, " marta  oliveira ")
    again = _erase(alice_client, contact)

    assert f"{at}erase/" in before
    assert "This cannot be undone" in page
    assert (wrong.status_code, kept.email) == (422, "marta@oliveira.example")
    assert "Nothing was erased" in wrong.text
    assert done.status_code == again.status_code == 200
    assert "was erased" in done.text
    assert "oliveira" not in done.text.lower()
    contact.refresh_from_db()
    assert contact.name.startswith("Someone erased on ")
    assert (contact.email, contact.is_erased) == ("", True)


def test_only_who_manages_may_erase(
    bob_client: Client, business: Business, marta: Advocate
) -> None:
    Membership.objects.filter(user__email="bob@lindqvist.example").update(role="member")

    answer = _erase(bob_client, marta.contact)

    assert answer.status_code == 403
    assert not Contact.objects.get(pk=marta.contact_id).is_erased


def test_they_are_found_no_more_and_what_they_did_is_still_told(
    alice_client: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    referral = won(a_referral(marta, now), now)
    base = f"/b/{business.slug}/"

    _erase(alice_client, marta.contact)

    for address in ("people/", "people/?q=marta", "people/?q=someone", "people/search/?q=someone"):
        assert str(marta.contact_id) not in alice_client.get(base + address).text
    tree = alice_client.get(f"{base}people/{marta.contact_id}/lineage/").text
    assert "Jonas" in tree
    assert "Someone erased" in alice_client.get(f"{base}referrals/{referral.pk}/").text
    assert alice_client.get(f"{base}people/{marta.contact_id}/").status_code == 200


@pytest.mark.parametrize("who", ["advocate", "prospect"])
def test_sums_and_credit_stay_and_are_told_alike_by_rows_and_by_events(
    business: Business, marta: Advocate, now: datetime, who: str
) -> None:
    referral = won(a_referral(marta, now), now)
    before = Counter(parts_of(books_of(business)))
    contact = marta.contact if who == "advocate" else referral.contact

    erase_contact(contact=contact, name=contact.name, by=SYSTEM, now=now)

    assert Counter(parts_of(books_of(business))) == before
    assert Counter(parts_of(books_from_history(business))) == before
    assert sum(part.amount for part in before) == 185_000


def test_what_is_open_ends_by_its_named_way(
    business: Business, marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    open_one, link_only = offered(marta, now, "nadia@x.example"), shared(marta, now)
    referral = a_referral(marta, now, "tomas@x.example")
    ask = draft_ask(contact=marta.contact, wanted="cafes", by=by_alice, sender=alice, now=now)
    about = erase_contact(contact=marta.contact, name="Marta Oliveira", by=by_alice, now=now)
    erase_contact(contact=referral.contact, name=referral.contact.name, by=by_alice, now=now)

    for row in (open_one, link_only, ask, referral):
        row.refresh_from_db()
    assert (open_one.state, open_one.prospect_hash) == ("withdrawn", "")
    assert (link_only.state, ask.state, referral.state) == ("withdrawn", "withdrawn", "lost")
    thanks = ThankYou.objects.filter(advocate=marta)
    assert set(thanks.values_list("state", "waived_because")) == {("waived", "Erased.")}
    assert not Reminder.objects.open().filter(contact=about).exists()
    assert not Enrolment.objects.active().filter(contact=about).exists()


def test_somebody_elses_open_introduction_of_them_ends_with_it(
    business: Business, marta: Advocate, now: datetime
) -> None:
    jonas = a_contact(business, now, "Jonas Weber", "jonas@shoebox.example")
    naming = offered(marta, now)

    erase_contact(contact=jonas, name="Jonas Weber", by=SYSTEM, now=now)

    naming.refresh_from_db()
    assert (naming.state, naming.prospect_email) == ("withdrawn", "")


def test_open_rewards_are_void_with_the_reason_and_their_codes_stay_on_the_list(
    business: Business, marta: Advocate, now: datetime
) -> None:
    add_codes(business=business, codes=["ONE", "TWO"], list_name="", by=SYSTEM, now=now)
    terms_published(business, now, a_rule(what=What.CODE))
    shook_hands(marta, now)
    approved(the_reward(), now)

    erase_contact(contact=marta.contact, name="Marta Oliveira", by=SYSTEM, now=now)

    reward = the_reward()
    assert (reward.state, reward.void_because) == ("void", "Erased.")
    assert RewardCode.objects.left().count() == 2


def test_they_are_never_written_to_again_not_even_when_they_are_added_anew(
    alice_client: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    letter = _letter(marta.contact, due_at=now + timedelta(hours=1))
    link = Link.objects.get(purpose="unsubscribe", subject_id=marta.contact_id)

    _erase(alice_client, marta.contact)

    letter.refresh_from_db()
    assert (letter.state, letter.text) == ("cancelled", "")
    assert is_suppressed(business=business, address="Marta@oliveira.example")
    assert Client().get(url_for(link).removeprefix("http://testserver")).status_code == 410
    anew = a_contact(business, now)
    assert anew.pk != marta.contact_id
    assert _letter(anew).state == "suppressed"


def test_a_letter_that_is_just_leaving_is_emptied_when_it_has_left(
    business: Business, marta: Advocate, now: datetime
) -> None:
    letter = _letter(marta.contact)
    leaving = Message.objects.filter(pk=letter.pk)
    leaving.update(state="in_data", in_data_at=now, lease_until=now + timedelta(minutes=5))

    erase_contact(contact=marta.contact, name="Marta Oliveira", by=SYSTEM, now=now)
    event = Event.objects.get(name="contact.erased")
    with pytest.raises(LetterStillLeaving):
        forget_letters_that_left(event=event, now=now)
    assert leaving.get().text
    leaving.update(state="sent", sent_at=now, lease_until=None)
    forget_letters_that_left(event=event, now=now)

    assert leaving.get().text == ""


def test_a_file_that_waits_is_without_them(
    business: Business, marta: Advocate, now: datetime
) -> None:
    row = {"name": "Marta", "email": "Marta@oliveira.example"}
    problem = {"line": 2, "reason": "Twice.", "cells": ["marta@oliveira.example"]}
    other = {"name": "Nadia", "email": "nadia@x.example"}
    file = ContactImport.objects.create(
        business=business, file_name="a.csv", rows=[row, other], problems=[problem], created_at=now
    )

    erase_contact(contact=marta.contact, name="Marta Oliveira", by=SYSTEM, now=now)

    file.refresh_from_db()
    assert (file.rows, file.problems) == ([other], [])


def test_nothing_is_added_to_somebody_who_was_erased(
    alice_client: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    _erase(alice_client, marta.contact)
    at = f"/b/{business.slug}/people/{marta.contact_id}/"

    for what, sent in (
        ("interactions/", {"kind": "note", "text": "Hm"}),
        ("edit/", {"name": "Marta Again", "circle": "wider", "source": "unknown"}),
        ("rest/", {"reason": "died"}),
        ("rest/", {"reason": "erased"}),
        ("resume/", {}),
        ("renew-links/", {}),
        ("merge/", {"other": str(marta.contact_id)}),
    ):
        answer = alice_client.post(at + what, sent, follow=True)
        assert answer.status_code in (200, 409, 422), what
    marta.contact.refresh_from_db()
    assert (marta.contact.name[:14], marta.contact.rests) == ("Someone erased", "erased")
    with pytest.raises(WasErased):
        log_interaction(contact=marta.contact, kind="note", text="Hm", by=SYSTEM, now=now)
    with pytest.raises(WasErased):
        change_contact(contact=marta.contact, changes={"name": "Marta"}, by=SYSTEM, now=now)
    with pytest.raises(WasErased):
        resume_contact(contact=marta.contact, by=SYSTEM, now=now)


@pytest.mark.parametrize("ended", [lost, won, lambda row, now: moved(row, "not_now", now)])
def test_nothing_follows_with_somebody_who_was_sent_and_erased(
    alice_client: Client, business: Business, marta: Advocate, now: datetime, ended: Any
) -> None:
    row = ended(a_referral(marta, now), now)
    _erase(alice_client, row.contact)
    at = f"/b/{business.slug}/referrals/{row.pk}/"
    before = Referral.objects.values().get()

    page = alice_client.get(at).text
    for what, sent in (
        ("reopen/", {}),
        ("move/", {"to": "met"}),
        ("plan/", {"next_step": f"Ring {MARK}", "note": MARK}),
        ("further/", {"amount": "5", "on": now.date().isoformat(), "note": MARK}),
        ("claimed/", {"who_name": marta.contact.name, "words": MARK}),
    ):
        assert f"{at}{what}" not in page
        assert alice_client.post(at + what, sent).status_code == 409, what

    assert Referral.objects.values().get() == before
    assert not _columns_with(MARK)
    assert not Reminder.objects.open().filter(contact=row.contact).exists()


def test_an_integration_adds_nothing_to_somebody_who_was_erased_either(
    business: Business, alice: User, marta: Advocate, now: datetime
) -> None:
    api = with_a_key(business, alice)
    row = won(a_referral(marta, now), now)
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    for contact in (row.contact, walter.contact):
        erase_contact(contact=contact, by=SYSTEM, now=now)
    at, closed = f"/referrals/{row.pk}", {"amount": 500, "currency": "EUR"}

    for answer in (
        api.post(f"{at}/reopen"),
        api.post(f"{at}/move", {"to": "met"}),
        api.patch(at, {"note": MARK}),
        api.post("/closed-business", {"contact_id": str(row.contact_id), **closed}),
        api.post("/credit-claims", _claim(marta, referral_id=str(row.pk))),
        api.post("/credit-claims", _claim(walter)),
        api.post("/referrals", {"name": MARK, "sender_id": str(walter.contact_id)}),
    ):
        assert refusal(answer) == (409, "was_erased"), answer.wsgi_request.path

    assert not _columns_with(MARK)


def _claim(advocate: Advocate, **more: str) -> Mapping[str, str]:
    return {"advocate_id": str(advocate.pk), "person": MARK, **more}


def test_an_integration_erases_and_again_changes_nothing(
    business: Business, alice: User, marta: Advocate
) -> None:
    api = with_a_key(business, alice, Scope.ADMIN)
    narrow = with_a_key(business, alice)
    at = f"/contacts/{marta.contact_id}"

    refused = narrow.post(f"{at}/erase")
    done = api.post(f"{at}/erase")
    again = api.post(f"{at}/erase")

    assert refusal(refused) == (403, "permission_denied")
    assert done.status_code == again.status_code == 200
    assert done.json() == again.json()
    assert (done.json()["rests"], done.json()["email"]) == ("erased", "")
    assert refusal(api.patch(at, {"name": "Marta"})) == (409, "was_erased")
    assert refusal(api.post(f"{at}/rest", {"reason": "erased"})) == (400, "invalid")
    assert api.get("/contacts").json()["results"] == []
    assert Event.objects.filter(name="contact.erased").count() == 1
