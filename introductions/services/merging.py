"""What introductions and asks do when two entries become one person."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from businesses.refusals import Refusal
from contacts.merging import Merge, keep_former_id
from contacts.models import Formerly
from introductions.models import Advocate, Ask, Introduction
from introductions.services.asks import withdraw_ask
from introductions.services.checks import prospect_key
from introductions.services.offers import withdraw_row
from introductions.states import AskState, IntroductionState
from outreach.services import move_subject


class IntroducedEachOther(Refusal):
    message = "One of them introduced the other to you, so they are two people."
    code = "introduced_each_other"

    def __init__(self, introduction: UUID) -> None:
        self.names = {"introduction_id": str(introduction)}
        super().__init__()


def hold_advocates(*, merge: Merge) -> None:
    """First of all: two who introduced one another are two; and nobody makes an introduction, or
    is credited, as either of them until the two are one. Raises `IntroducedEachOther`."""
    contacts = [merge.kept.pk, merge.dropped.pk]
    rows = Advocate.objects.select_for_update(of=("self",)).filter(contact__in=contacts)
    list(rows.order_by("pk"))
    made = Introduction.objects.filter(advocate__contact__in=contacts, contact__in=contacts)
    row = made.first()
    if row is not None:
        raise IntroducedEachOther(row.pk)


def absorb_introductions(*, merge: Merge) -> None:
    """One advocate with the asks and introductions of both, and the stricter of their limits."""
    kept, dropped = _advocates(merge)
    _withdraw_naming_themself(merge)
    Introduction.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    if dropped is None:
        return
    if kept is None:
        dropped.contact = merge.kept
        dropped.save(update_fields=["contact"])
        kept = dropped
    else:
        _keep_stricter(kept, dropped)
        _withdraw_doubled(kept, dropped, merge)
        Introduction.objects.filter(advocate=dropped).update(advocate=kept)
        Ask.objects.filter(advocate=dropped).update(advocate=kept)
        move_subject(label=Formerly.OF_ADVOCATE, former=dropped.pk, kept=kept.pk, merge=merge)
        keep_former_id(label=Formerly.OF_ADVOCATE, former=dropped.pk, merge=merge)
        dropped.delete()
    _withdraw_second_ask(kept, merge)


def advocate_known_as(key: UUID) -> Advocate | None:
    """Whoever was an advocate under this id, also before two entries became one."""
    rows = Advocate.objects.select_related("contact", "business")
    found = rows.filter(pk=key).first()
    if found is not None:
        return found
    former = Formerly.objects.filter(label=Formerly.OF_ADVOCATE, former_id=key)
    return rows.filter(contact__in=former.values("contact_id")).first()


def both_advocates(merge: Merge) -> tuple[Advocate, Advocate] | None:
    """The advocate who is kept and the one who goes, where both entries are one."""
    kept, dropped = _advocates(merge)
    return (kept, dropped) if kept is not None and dropped is not None else None


def _advocates(merge: Merge) -> tuple[Advocate | None, Advocate | None]:
    contacts = [merge.kept.pk, merge.dropped.pk]
    rows = Advocate.objects.select_related("contact", "business").filter(contact__in=contacts)
    found = {row.contact_id: row for row in rows}
    return found.get(merge.kept.pk), found.get(merge.dropped.pk)


def _withdraw_naming_themself(merge: Merge) -> None:
    """Open ones in which the one introduces the other: nobody introduces themself.

    Withdrawn and not refused, since a refusal would tell who is sealed in it.
    """
    both = (merge.kept, merge.dropped)
    rows = Introduction.objects.open().filter(_naming(merge), advocate__contact__in=both)
    for row in rows.select_for_update(of=("self",), no_key=True).order_by("id"):
        withdraw_row(row, merge.by, merge.now)


def _naming(merge: Merge) -> Q:
    """By an address of theirs, or by the number of the other: one's own, others may share."""
    keys = [prospect_key(address, "") for address in merge.addresses]
    named = Q(prospect_hash__in=keys) | Q(prospect_email__in=merge.addresses)
    kept, dropped = merge.phones
    if kept != dropped:
        for advocate, other in ((merge.kept, dropped), (merge.dropped, kept)):
            if other:
                key = prospect_key("", other)
                named |= Q(advocate__contact=advocate, prospect_hash=key)
    return named


def _keep_stricter(kept: Advocate, dropped: Advocate) -> None:
    stopped = [at for at in (kept.stopped_at, dropped.stopped_at) if at]
    weeks = [each for each in (kept.weeks_between_asks, dropped.weeks_between_asks) if each]
    days = [day for day in (kept.not_before, dropped.not_before) if day]
    kept.stopped_at = min(stopped, default=None)
    kept.weeks_between_asks = max(weeks, default=None)
    kept.not_before = max(days, default=None)
    kept.only_about = kept.only_about or dropped.only_about
    kept.save()


def _withdraw_doubled(kept: Advocate, dropped: Advocate, merge: Merge) -> None:
    """Both introduce the same person: one introduction is enough, the one that came further."""
    rows = (
        Introduction.objects.open().filter(advocate__in=[kept, dropped]).exclude(prospect_hash="")
    )
    by_person: dict[str, list[Introduction]] = {}
    for row in rows.select_for_update(of=("self",), no_key=True).order_by("created_at", "id"):
        by_person.setdefault(row.prospect_hash, []).append(row)
    for doubled in by_person.values():
        for row in _but_the_furthest(doubled):
            withdraw_row(row, merge.by, merge.now)


def _but_the_furthest(rows: Sequence[Introduction]) -> Sequence[Introduction]:
    furthest = max(rows, key=lambda row: row.state == IntroductionState.ACCEPTED)
    return [row for row in rows if row is not furthest]


def _withdraw_second_ask(advocate: Advocate, merge: Merge) -> None:
    """One ask rests with a person at a time: the first that was sent."""
    sent = Ask.objects.filter(advocate=advocate, state=AskState.SENT).order_by("sent_at", "id")
    for ask in sent[1:]:
        withdraw_ask(ask=ask, by=merge.by, now=merge.now)
