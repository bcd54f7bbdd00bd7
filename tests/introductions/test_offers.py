"""The advocate's side: sending it themself, having it sent, and taking it back."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from activity.actors import SYSTEM
from businesses.models import Business
from businesses.moves import NotPossibleNow
from contacts.addresses import InvalidAddress
from contacts.names import NameNeeded, NameNotAllowed
from introductions import services
from introductions.models import Advocate, Consent, Introduction
from introductions.states import IntroductionState
from outreach.links import LinkWithdrawn, open_link, token_for
from outreach.models import Message
from outreach.services import suppress_address
from tests.introductions.factories import JONAS, WORDS, an_advocate, offered, shared

pytestmark = pytest.mark.django_db


def test_send_it_myself_makes_an_introduction_without_an_address(
    marta: Advocate, now: datetime
) -> None:
    introduction = shared(marta, now)

    assert introduction.state == IntroductionState.SHARED
    assert introduction.needs_address
    assert introduction.disclosure() == "Nobody is paid for this introduction."
    assert not Message.objects.exists()


def test_pressing_send_it_myself_again_gives_the_same_row_and_link(
    marta: Advocate, now: datetime
) -> None:
    first = shared(marta, now)
    link = services.introduction_link(introduction=first, now=now)

    later = now + timedelta(hours=3)
    second = services.share_introduction(
        advocate=marta, first_name=" jonas ", words="Better words.", now=later
    )

    assert second.pk == first.pk
    assert second.words == "Better words."
    again = services.introduction_link(introduction=second, now=later)
    assert (again.pk, token_for(again)) == (link.pk, token_for(link))


def test_another_name_is_another_introduction(marta: Advocate, now: datetime) -> None:
    assert shared(marta, now).pk != shared(marta, now, first_name="Ida").pk


def test_send_it_for_me_queues_a_letter_for_when_the_undo_window_is_over(
    marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)

    letter = Message.objects.get()
    assert introduction.state == IntroductionState.OFFERED
    assert (letter.kind, letter.due_at) == ("introduction_to_prospect", now + settings.UNDO_WINDOW)
    assert letter.from_name == "Marta Oliveira via {firm:name}"
    assert letter.headers["Reply-To"] == "marta@oliveira.example"
    consent = Consent.objects.get()
    assert (consent.kind, consent.given_by, consent.given_at) == ("sent_for_me", "advocate", now)


def test_an_offer_is_undone_within_the_window_and_leaves_nothing(
    marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)

    introduction = services.undo_offer(introduction=introduction, now=now + timedelta(minutes=9))

    assert introduction.state == IntroductionState.WITHDRAWN
    assert (introduction.prospect_email, introduction.prospect_hash, introduction.words) == (
        "",
    ) * 3
    assert Message.objects.get().state == "cancelled"
    assert offered(marta, now).state == IntroductionState.OFFERED


def test_an_offer_cannot_be_undone_after_the_window(marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)

    with pytest.raises(services.UndoWindowOver):
        services.undo_offer(introduction=introduction, now=now + settings.UNDO_WINDOW)

    assert Message.objects.get().state == "scheduled"


def test_undo_pressed_twice_is_refused_kindly(marta: Advocate, now: datetime) -> None:
    introduction = services.undo_offer(introduction=offered(marta, now), now=now)

    with pytest.raises(NotPossibleNow):
        services.undo_offer(introduction=introduction, now=now)


def test_withdrawing_withdraws_the_link(marta: Advocate, now: datetime) -> None:
    introduction = shared(marta, now)
    token = token_for(services.introduction_link(introduction=introduction, now=now))

    services.withdraw_introduction(introduction=introduction, by=SYSTEM, now=now)

    with pytest.raises(LinkWithdrawn):
        open_link(token, "introduction", now=now)
    with pytest.raises(services.IntroductionWithdrawn):
        services.withdraw_introduction(introduction=introduction, by=SYSTEM, now=now)


def test_an_answered_introduction_cannot_be_withdrawn(marta: Advocate, now: datetime) -> None:
    introduction = services.accept_introduction(introduction=offered(marta, now), now=now)

    with pytest.raises(NotPossibleNow):
        services.withdraw_introduction(introduction=introduction, by=SYSTEM, now=now)


@pytest.mark.parametrize("spelling", [JONAS, "JONAS@shoebox.example", f" {JONAS} "])
def test_nobody_is_introduced_twice_by_the_same_advocate(
    marta: Advocate, now: datetime, spelling: str
) -> None:
    offered(marta, now)

    with pytest.raises(services.AlreadyIntroduced):
        offered(marta, now, email=spelling)

    assert Introduction.objects.count() == 1


def test_the_database_holds_one_open_introduction_for_an_advocate_and_an_address(
    marta: Advocate, now: datetime
) -> None:
    first = offered(marta, now)
    second = offered(marta, now, email="other@shoebox.example")
    second.prospect_hash = first.prospect_hash

    with pytest.raises(IntegrityError, match="introduction_one_open"), transaction.atomic():
        second.save()


def test_two_advocates_may_introduce_the_same_person(
    business: Business, marta: Advocate, now: datetime
) -> None:
    tomas = an_advocate(business, now, name="Tomás", email="tomas@example.org")

    assert offered(marta, now).prospect_hash == offered(tomas, now).prospect_hash


def test_an_advocate_does_not_introduce_themself(marta: Advocate, now: datetime) -> None:
    with pytest.raises(services.IntroducesSelf):
        offered(marta, now, email="Marta@Oliveira.example")


@pytest.mark.parametrize("address", ["alice@lindqvist.example", "Bob@Lindqvist.example"])
def test_nobody_is_introduced_to_themself(marta: Advocate, now: datetime, address: str) -> None:
    with pytest.raises(services.IntroducesTheBusiness):
        offered(marta, now, email=address)


def test_whoever_wants_no_mail_is_not_written_to_and_the_advocate_does_not_learn_why(
    business: Business, marta: Advocate, now: datetime
) -> None:
    suppress_address(business=business, address=JONAS, why="never", by=SYSTEM, now=now)
    with pytest.raises(services.AddressSuppressed) as suppressed:
        offered(marta, now)

    other = an_advocate(business, now, name="Tomás", email="tomas@example.org")
    ida = offered(marta, now, email="ida@shoebox.example")
    services.decline_introduction(introduction=ida, now=now)
    with pytest.raises(services.AddressSuppressed) as declined:
        offered(other, now, email="ida@shoebox.example")

    assert suppressed.value.message == declined.value.message
    assert "You can still send it yourself" in declined.value.message


def test_a_wrong_address_is_refused(marta: Advocate, now: datetime) -> None:
    with pytest.raises(InvalidAddress):
        offered(marta, now, email="jonas at shoebox")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("", NameNeeded),
        ("x" * 300, NameNotAllowed),
        ("Jonas http://evil.example", NameNotAllowed),
        ("Jonas\nBcc: x@y.example", NameNotAllowed),
        ("<b>Jonas</b>", NameNotAllowed),
    ],
)
def test_a_first_name_is_a_name(
    marta: Advocate, now: datetime, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        shared(marta, now, first_name=name)


def test_an_introduction_has_words(marta: Advocate, now: datetime) -> None:
    with pytest.raises(services.WordsNeeded):
        services.share_introduction(advocate=marta, first_name="Jonas", words=" \n", now=now)


def test_the_words_are_kept_as_they_were_written(marta: Advocate, now: datetime) -> None:
    assert shared(marta, now).words == WORDS
