"""What referrals, money and thanks hold of somebody who is erased."""

from datetime import datetime

from django.db.models import Q

from activity.actors import Actor
from activity.models import Event
from contacts.models import Contact
from outreach.services import forget_written_about
from referrals.models import ClosedBusiness, CreditClaim, Referral, ThankYou
from referrals.services.gratitude import waive_thanks
from referrals.services.outcomes import end_with_erasure
from referrals.states import PublicState

BECAUSE = "Erased."
SOMEBODY = "Somebody"


def forget_referrals(*, contact: Contact, cause: Event, now: datetime) -> None:
    """Amounts, credit and who brought whom stay as they are, without a word about anybody.

    What is open comes to nothing; what is owed to them is waived; nothing of theirs stands on the
    wall.
    """
    by = Actor.of(cause.actor_kind, cause.actor_id)
    theirs = Referral.objects.filter(contact=contact)
    for referral in theirs.open().order_by("id"):
        end_with_erasure(referral=referral, by=by, now=now)
    theirs.update(note="", next_step="", next_on=None)
    ClosedBusiness.objects.filter(contact=contact).update(note="")
    thanks = ThankYou.objects.filter(advocate__contact=contact)
    for thank_you in thanks.due().order_by("id"):
        waive_thanks(thank_you=thank_you, reason=BECAUSE, by=by, now=now)
    thanks.update(
        words="",
        note="",
        gift_because="",
        public_state=PublicState.NONE,
        public_words="",
        public_name="",
        public_asked_at=None,
        public_answered_at=None,
    )
    thanks.exclude(waived_because="").update(waived_because=BECAUSE)
    claims = CreditClaim.objects.filter(Q(advocate__contact=contact) | Q(referral__contact=contact))
    claims.filter(advocate__contact=contact).update(words="")
    claims.exclude(answer="").update(answer=BECAUSE)
    claims.update(person=SOMEBODY)
    for label, rows in (
        ("referral", theirs),
        ("thankyou", thanks),
        ("creditclaim", claims),
    ):
        keys = rows.values_list("pk", flat=True)
        forget_written_about(label=label, keys=keys, now=now)
