"""What is known of a firm, and which firms are partners."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from activity.actors import Actor
from activity.services import record_event
from businesses import clock
from businesses.tenancy import locked
from contacts.models import Company
from contacts.services import NotHappenedYet, clean_tags


class FirmChanges(TypedDict, total=False):
    """What `change_firm` can change."""

    trade: str
    good_referral: str
    sphere: Sequence[str]
    partner_since: date | None


def change_firm(*, company: Company, changes: FirmChanges, by: Actor, now: datetime) -> Company:
    """The firm's profile: its trade, who is a good referral for it, and its contact sphere.

    With a day in `partner_since` it is a partner firm. The sphere is kept in small letters, each
    trade once. The history keeps which fields changed. Raises `TagsNotPossible`, and
    `NotHappenedYet` for a day to come.
    """
    company = locked(company)
    wanted = _cleaned(company, changes, now)
    changed = sorted(name for name, value in wanted.items() if getattr(company, name) != value)
    if not changed:
        return company
    for name in changed:
        setattr(company, name, wanted[name])
    company.save(update_fields=changed)
    record_event(
        business=company.business,
        name="firm.changed",
        actor=by,
        subject=company,
        payload={"fields": changed},
        now=now,
    )
    return company


def _cleaned(company: Company, changes: FirmChanges, now: datetime) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(changes)
    if "trade" in changes:
        wanted["trade"] = " ".join(changes["trade"].replace("\0", "").split())[:100]
    if "good_referral" in changes:
        wanted["good_referral"] = changes["good_referral"].replace("\0", "").strip()[:500]
    if "sphere" in changes:
        wanted["sphere"] = clean_tags(changes["sphere"])
    since = changes.get("partner_since")
    if since is not None and since > clock.today(company.business, now):
        raise NotHappenedYet
    return wanted
