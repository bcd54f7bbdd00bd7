"""The prospect's side: yes, not now, no, never; and taking it back."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from activity.models import Event
from businesses.models import Business
from businesses.moves import NotPossibleNow
from introductions import services
from introductions.models import SEALED_FIELDS, Advocate, Introduction
from introductions.states import Hears, IntroductionState
from outreach.models import Message
from outreach.services import is_suppressed
from tests.introductions.factories import JONAS, accepted, an_advocate, offered, shaken, shared

pytestmark = pytest.mark.django_db

S = IntroductionState


def sealed(introduction: Introduction) -> set[str]:
    return {getattr(introduction, field) for field in SEALED_FIELDS}


def test_a_yes_waits_for_the_undo_window(marta: Advocate, now: datetime) -> None:
    introduction = accepted(marta, now)

    assert introduction.state == S.ACCEPTED
    assert introduction.due_at == now + settings.UNDO_WINDOW
    consent = introduction.consents.get(given_by="prospect")
    assert (consent.kind, consent.given_at) == ("introduced", now)
    assert consent.words == "Yes, introduce us. All three of us get one e-mail."


def test_a_shared_yes_needs_an_address_or_a_number(marta: Advocate, now: datetime) -> None:
    introduction = shared(marta, now)

    with pytest.raises(services.AddressNeeded):
        services.accept_introduction(introduction=introduction, now=now)
    introduction = services.accept_introduction(
        introduction=introduction, phone="070-123 45 67", now=now
    )

    assert introduction.prospect_phone == "+46701234567"
    assert introduction.prospect_hash


def test_an_address_that_is_known_is_not_replaced(marta: Advocate, now: datetime) -> None:
    introduction = services.accept_introduction(
        introduction=offered(marta, now), email="else@shoebox.example", now=now
    )

    assert introduction.prospect_email == JONAS


def test_a_second_yes_changes_nothing(marta: Advocate, now: datetime) -> None:
    introduction = accepted(marta, now)

    with pytest.raises(services.IntroductionAnswered):
        services.accept_introduction(introduction=introduction, now=now)
    with pytest.raises(services.IntroductionAnswered):
        services.decline_introduction(introduction=introduction, now=now)

    assert Event.objects.filter(name="introduction.accepted").count() == 1


def test_for_a_shared_one_the_same_person_is_noticed_at_the_yes(
    marta: Advocate, now: datetime
) -> None:
    first = services.accept_introduction(introduction=shared(marta, now), email=JONAS, now=now)
    second = shared(marta, now, first_name="Jonny")

    with pytest.raises(services.AlreadyIntroduced, match="an introduction from Marta"):
        services.accept_introduction(introduction=second, email=JONAS.upper(), now=now)

    second.refresh_from_db()
    assert (first.state, second.state, second.prospect_email) == (S.ACCEPTED, S.SHARED, "")


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("marta@oliveira.example", services.IntroducesSelf),
        ("alice@lindqvist.example", services.IntroducesTheBusiness),
    ],
)
def test_a_shared_yes_is_by_a_third_person(
    marta: Advocate, now: datetime, address: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services.accept_introduction(introduction=shared(marta, now), email=address, now=now)


def test_what_follows_a_yes_is_added_until_the_letter_leaves(
    marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)

    introduction = services.add_to_answer(
        introduction=introduction,
        sentence="I make furniture.",
        reach_by="mornings, 070-123",
        advocate_hears=Hears.MET,
        now=now,
    )

    assert (introduction.prospect_sentence, introduction.advocate_hears) == (
        "I make furniture.",
        Hears.MET,
    )
    assert introduction.consents.get(kind="hears").words == "Marta may hear: Only that we met"
    introduction = services.send_handshake_now(introduction=introduction, now=now)
    with pytest.raises(services.UndoWindowOver):
        services.add_to_answer(introduction=introduction, sentence="Late.", now=now)


def test_undoing_a_shared_yes_forgets_the_address_and_the_consent(
    marta: Advocate, now: datetime
) -> None:
    introduction = shared(marta, now)
    expires_at = introduction.expires_at
    introduction = services.accept_introduction(introduction=introduction, email=JONAS, now=now)

    introduction = services.undo_answer(introduction=introduction, now=now + timedelta(minutes=9))

    assert (introduction.state, introduction.due_at) == (S.SHARED, expires_at)
    assert (introduction.prospect_email, introduction.prospect_hash) == ("", "")
    assert introduction.consents.get().withdrawn_at == now + timedelta(minutes=9)
    undone = Event.objects.get(name="introduction.answer_undone")
    assert undone.payload == {"from": "accepted", "to": "shared"}


def test_undoing_an_offered_yes_keeps_the_address_that_the_advocate_gave(
    marta: Advocate, now: datetime
) -> None:
    introduction = services.undo_answer(introduction=accepted(marta, now), now=now)

    assert (introduction.state, introduction.prospect_email) == (S.OFFERED, JONAS)


def test_answers_are_final_when_the_window_is_over(marta: Advocate, now: datetime) -> None:
    declined = services.decline_introduction(introduction=offered(marta, now), now=now)
    met = shaken(marta, now, email="ida@shoebox.example")

    for introduction in (declined, met):
        with pytest.raises(services.UndoWindowOver):
            services.undo_answer(introduction=introduction, now=now + settings.UNDO_WINDOW)


def test_nothing_answered_is_nothing_to_undo(marta: Advocate, now: datetime) -> None:
    with pytest.raises(NotPossibleNow):
        services.undo_answer(introduction=offered(marta, now), now=now)


def test_after_a_no_only_the_hash_remains_once_the_window_is_over(
    marta: Advocate, now: datetime
) -> None:
    introduction = services.decline_introduction(introduction=offered(marta, now), now=now)
    early = services.erase_declined(introduction=introduction, now=now + timedelta(minutes=9))
    assert early.prospect_email == JONAS

    late = services.erase_declined(introduction=introduction, now=now + settings.UNDO_WINDOW)

    assert (late.state, late.erased_at) == (S.DECLINED, now + settings.UNDO_WINDOW)
    assert sealed(late) == {""}
    assert late.prospect_hash


def test_never_is_a_no_that_suppresses_the_address_once_the_window_is_over(
    business: Business, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    introduction = services.decline_introduction(introduction=introduction, never=True, now=now)
    assert not is_suppressed(business=business, address=JONAS)

    services.erase_declined(introduction=introduction, now=now + settings.UNDO_WINDOW)

    assert is_suppressed(business=business, address=JONAS)


def test_a_never_that_was_undone_suppresses_nothing(
    business: Business, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    introduction = services.decline_introduction(introduction=introduction, never=True, now=now)
    introduction = services.undo_answer(introduction=introduction, now=now)

    services.erase_declined(introduction=introduction, now=now + settings.UNDO_WINDOW)

    assert not is_suppressed(business=business, address=JONAS)
    assert (introduction.state, introduction.never) == (S.OFFERED, False)


def test_not_now_comes_back_once_on_its_day(marta: Advocate, now: datetime) -> None:
    introduction = services.postpone_introduction(
        introduction=offered(marta, now), until=date(2026, 6, 1), now=now
    )
    assert introduction.state == S.NOT_NOW
    # Nine in the morning in Stockholm.
    assert introduction.due_at == datetime.fromisoformat("2026-06-01T07:00:00Z")
    assert services.bring_back(introduction=introduction, now=now).state == S.NOT_NOW

    june = datetime.fromisoformat("2026-06-01T07:00:00Z")
    introduction = services.bring_back(introduction=introduction, now=june)

    assert (introduction.state, introduction.due_at) == (S.OFFERED, june + timedelta(days=30))
    assert Message.objects.filter(kind="introduction_to_prospect", due_at=june).count() == 1
    again = services.postpone_introduction(
        introduction=introduction, until=date(2026, 7, 1), now=june
    )
    assert again.state == S.DECLINED


def test_not_now_without_a_day_is_a_no(marta: Advocate, now: datetime) -> None:
    introduction = services.postpone_introduction(introduction=offered(marta, now), now=now)

    assert introduction.state == S.DECLINED


def test_not_now_pressed_twice_stays_not_now(marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    day = date(2026, 6, 1)
    services.postpone_introduction(introduction=introduction, until=day, now=now)

    with pytest.raises(services.IntroductionAnswered):
        services.postpone_introduction(introduction=introduction, until=day, now=now)

    introduction.refresh_from_db()
    assert introduction.state == S.NOT_NOW


def test_a_yes_after_not_now_that_is_undone_is_not_now_again(
    marta: Advocate, now: datetime
) -> None:
    postponed = services.postpone_introduction(
        introduction=offered(marta, now), until=date(2026, 6, 1), now=now
    )
    later = now + timedelta(days=2)

    introduction = services.accept_introduction(introduction=postponed, now=later)
    introduction = services.undo_answer(introduction=introduction, now=later)

    assert (introduction.state, introduction.due_at) == (S.NOT_NOW, postponed.due_at)


@pytest.mark.parametrize("day", [date(2026, 5, 4), date(2020, 1, 1), date(2027, 6, 1)])
def test_not_now_takes_a_day_within_the_year(marta: Advocate, now: datetime, day: date) -> None:
    with pytest.raises(services.DayNotPossible):
        services.postpone_introduction(introduction=offered(marta, now), until=day, now=now)


def test_no_answer_in_thirty_days_leaves_only_the_hash(marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    late = now + timedelta(days=30)

    with pytest.raises(services.IntroductionExpired):
        services.accept_introduction(introduction=introduction, now=late)
    introduction = services.expire_introduction(introduction=introduction, now=late)

    assert introduction.state == S.EXPIRED
    assert sealed(introduction) == {""}
    assert introduction.prospect_hash


def test_an_earlier_no_does_not_stand_in_the_way_of_an_own_yes(
    business: Business, marta: Advocate, now: datetime
) -> None:
    services.decline_introduction(introduction=offered(marta, now), now=now)
    tomas = an_advocate(business, now, name="Tomás", email="tomas@example.org")

    introduction = services.accept_introduction(
        introduction=shared(tomas, now), email=JONAS, now=now
    )

    assert introduction.state == S.ACCEPTED
