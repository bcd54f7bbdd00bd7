"""Letters to a member: what is due this morning, and how the month went.

They belong to a user as sign-in codes do: no quiet hours or limits bind them, none of what holds a
business's letters holds them, and they use up nobody's letter of the day.
"""

from datetime import datetime, timedelta

from businesses.inserting import insert_once
from businesses.models import Membership
from businesses.tenancy import locked
from businesses.wake import wake
from outreach.letters import Rendered
from outreach.links import make_link, url_for
from outreach.models import AccountMessage, Link, LinkPurpose, Reminder
from outreach.services.own_mail import OwnMailChanges, change_own_mail
from outreach.services.queueing import SEND

MORNING = "morning"
MONTH = "month"
# A reminder that waits longer is in a newer letter, under the same address.
LINK_LIVES = timedelta(days=14)


def queue_member_letter(
    *,
    member: Membership,
    kind: str,
    about: str,
    rendered: Rendered,
    useless_after: datetime | None,
    now: datetime,
) -> bool:
    """Write the letter, once for `about` (a day, a month), whoever writes it; whether it is new.

    After `useless_after` it does not leave any more.
    """
    message = AccountMessage(
        user=member.user,
        kind=kind,
        address=member.user.email,
        dedupe_key=f"{kind}:{member.pk}:{about}",
        useless_after=useless_after,
        due_at=now,
        created_at=now,
        from_name="Handshake",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers={
            "Auto-Submitted": "auto-generated",
            # RFC 8058: a mail program can stop it by one POST without opening a page.
            "List-Unsubscribe": f"<{stop_url(member=member, kind=kind, now=now)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    is_new = insert_once(message)
    if is_new:
        wake(SEND)
    return is_new


def one_tap_url(*, reminder: Reminder, member: Membership, now: datetime) -> str:
    """The page of this one thing to do, for this member, without signing in."""
    link = make_link(
        business=member.business,
        purpose=LinkPurpose.REMINDER,
        subject=reminder,
        member=member,
        expires_at=now + LINK_LIVES,
        now=now,
    )
    return url_for(link)


def stop_url(*, member: Membership, kind: str, now: datetime) -> str:
    """The page that stops such letters to this member; it never runs out."""
    purpose = LinkPurpose.MORNINGS if kind == MORNING else LinkPurpose.MONTHS
    link = make_link(business=member.business, purpose=purpose, subject=member, now=now)
    return url_for(link)


def member_behind(link: Link) -> Membership | None:
    """Whom the link was made for; None once they work here no more."""
    key = link.member_id or link.subject_id
    members = Membership.objects.filter(business=link.business_id, pk=key)
    return members.select_related("business", "user").first()


def set_member_letter(*, member: Membership, kind: str, wanted: bool, now: datetime) -> Membership:
    """Stop such letters, or have them come again. Twice changes nothing."""
    changes: OwnMailChanges = (
        {"morning_letter": wanted} if kind == MORNING else {"month_letter": wanted}
    )
    fresh = locked(member)
    is_so = fresh.morning_letter if kind == MORNING else fresh.month_letter
    return member if is_so == wanted else change_own_mail(member=member, changes=changes, now=now)
