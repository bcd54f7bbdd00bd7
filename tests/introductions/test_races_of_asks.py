"""Each two ways out of an ask's state, taken at the same moment."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from introductions import services
from introductions.models import Ask
from introductions.states import ASK_MOVES, AskState
from outreach.models import Message
from outreach.senders import owner_of
from tests.introductions.factories import a_contact
from tests.pairs import Ground, Machine

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

_A = AskState


def _press(service: Callable[..., object], **more: object) -> Callable[[Ask], object]:
    return lambda row: service(ask=row, now=NOW, **more)


def _introduce(row: Ask) -> object:
    """Somebody came to mind: the ask is answered by it."""
    return services.share_introduction(
        advocate=row.advocate, ask=row, first_name="Jonas", words="You two should meet.", now=NOW
    )


def _leave(row: Ask) -> object:
    letters = Message.objects.regarding(row)
    return letters.update(state="sent", hold_reason="", sent_at=NOW)


BUTTONS: dict[str, Callable[[Ask], object]] = {
    "change": _press(services.change_ask, changes={"wanted": "a florist"}, by=SYSTEM),
    "send": _press(services.send_ask, by=SYSTEM),
    "withdraw": _press(services.withdraw_ask, by=SYSTEM),
    "take up": _press(services.undo_withdrawal, by=SYSTEM),
    "nobody": _press(services.decline_ask),
    "introduce": _introduce,
    "heard": _press(services.note_answer, by=SYSTEM),
    "expiry due": lambda row: services.expire_ask(ask=row, now=row.due_at),
    "letter leaves": _leave,
}


def _drafted(business: Business) -> Ask:
    return services.draft_ask(
        contact=a_contact(business, NOW),
        wanted="a baker",
        by=SYSTEM,
        sender=owner_of(business),
        now=NOW,
    )


def _from(state: AskState, *steps: str, leads: dict[str, AskState]) -> Ground[Ask]:
    return Ground(state, _drafted, steps, leads)


GROUNDS = {
    "draft": _from(_A.DRAFT, leads={"change": _A.DRAFT, "send": _A.SENT, "withdraw": _A.WITHDRAWN}),
    "sent": _from(
        _A.SENT,
        "send",
        leads={
            "introduce": _A.ANSWERED,
            "heard": _A.ANSWERED,
            "nobody": _A.DECLINED,
            "expiry due": _A.EXPIRED,
            "withdraw": _A.WITHDRAWN,
        },
    ),
    "nobody": _from(
        _A.DECLINED, "send", "nobody", leads={"introduce": _A.ANSWERED, "heard": _A.ANSWERED}
    ),
    "expired": _from(
        _A.EXPIRED, "send", "expiry due", leads={"introduce": _A.ANSWERED, "heard": _A.ANSWERED}
    ),
    # Nobody is introduced for it before it is taken up again.
    "withdrawn": _from(
        _A.WITHDRAWN,
        "send",
        "letter leaves",
        "withdraw",
        leads={"take up": _A.SENT, "introduce": _A.WITHDRAWN},
    ),
    "withdrawn before the letter left": _from(
        _A.WITHDRAWN, "send", "withdraw", leads={"take up": _A.DRAFT}
    ),
}
ASKS = Machine(BUTTONS, GROUNDS)


def test_every_move_has_a_button() -> None:
    assert not ASKS.without_a_button(ASK_MOVES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", GROUNDS)
def test_it_ends_as_if_one_had_come_first(alice: User, name: str) -> None:
    ASKS.race_each_two(alice, NOW, name)
