"""What introductions that the business gives do when two entries become one person."""

from uuid import UUID

from businesses.refusals import Refusal
from contacts.merging import Merge
from giving.models import GivenIntroduction
from giving.services.offering import withdraw_given
from giving.states import MAY_WITHDRAW, GivenState
from outreach.links import withdraw_links
from outreach.services import cancel_messages, close_reminders


class BroughtTogether(Refusal):
    message = "You introduced these two to each other, so they are two people."
    code = "brought_together"

    def __init__(self, given: UUID) -> None:
        self.names = {"given_introduction_id": str(given)}
        super().__init__()


def absorb_given(*, merge: Merge) -> None:
    """Theirs are the kept one's. One between the two came to nothing: nobody meets themself.

    Raises `BroughtTogether` where it led to a handshake, or still may.
    """
    between = GivenIntroduction.objects.between(merge.kept, merge.dropped)
    for given in between.select_for_update(of=("self",)).order_by("id"):
        if given.is_open or given.state == GivenState.HANDSHAKE:
            raise BroughtTogether(given.pk)
        cancel_messages(subject=given, now=merge.now)
        close_reminders(subject=given, now=merge.now)
        withdraw_links(subject=given, now=merge.now)
        given.delete()
    _withdraw_second(merge)
    GivenIntroduction.objects.filter(first=merge.dropped).update(first=merge.kept)
    GivenIntroduction.objects.filter(second=merge.dropped).update(second=merge.kept)


def _withdraw_second(merge: Merge) -> None:
    """Two people are asked once whether they would like to meet."""
    rows = GivenIntroduction.objects.filter(state__in=MAY_WITHDRAW).order_by("id")
    others = set()
    for given in rows.naming(merge.kept):
        others |= {given.first_id, given.second_id}
    for given in rows.naming(merge.dropped):
        if {given.first_id, given.second_id} & (others - {merge.kept.pk}):
            withdraw_given(given=given, by=merge.by, now=merge.now)
