"""Questions about referrals and thanks that read as English."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from referrals.states import (
    INCOME,
    MENDING,
    OPEN,
    Came,
    PublicState,
    ReferralState,
    ThanksReason,
    ThanksState,
)

if TYPE_CHECKING:
    from contacts.models import Contact
    from introductions.models import Advocate
    from referrals.models import (  # noqa: F401  # named in strings
        ClosedBusiness,
        Credit,
        CreditClaim,
        Referral,
        ThankYou,
    )


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def won(self) -> Self:
        return self.filter(state=ReferralState.WON)

    def won_by(self, day: date) -> Self:
        """Won on that day or before, by the day of what came in first; the latest first."""
        came = apps.get_model("referrals", "ClosedBusiness")._default_manager
        sales = came.filter(referral=OuterRef("pk"), kind=Came.SALE, instead=None)
        came_by_then = sales.filter(closed_on__lte=day)
        return self.won().filter(Exists(came_by_then)).order_by("-won_at", "-id")

    def of_contact(self, contact: "Contact") -> Self:
        return self.filter(contact=contact)

    def led_to_by(self, introduction: UUID | OuterRef) -> Self:
        """What this introduction led to: its own referral, or the one that leads.

        Of two who introduced the same person, the second has none of their own; the thanks that
        they are owed since the handshake name the one that they came to.
        """
        return self.filter(
            thanks__introduction=introduction, thanks__reason=ThanksReason.INTRODUCTION
        )

    def credited_to(self, advocate: "Advocate") -> Self:
        return self.filter(credits__advocate=advocate)

    def with_reasons(self) -> Self:
        """Each that was lost with why, as the business words it."""
        reasons = apps.get_model("referrals", "LossReason")._default_manager
        words = reasons.filter(key=OuterRef("lost_reason")).values("words")
        return self.annotate(reason_words=Subquery(words[:1]))

    def for_list(self) -> Self:
        """With what a list shows, newest first, in a few queries however many rows."""
        return (
            self.with_reasons()
            .select_related("contact", "introduction__advocate__contact")
            .prefetch_related("credits__advocate__contact")
            .order_by("-created_at", "-id")
        )


class CreditQuerySet(models.QuerySet["Credit"]):
    def for_list(self) -> Self:
        return self.select_related("advocate__contact").order_by("created_at", "id")


class CreditClaimQuerySet(models.QuerySet["CreditClaim"]):
    def open(self) -> Self:
        return self.filter(answered_at=None)

    def by_advocate(self, advocate: "Advocate") -> Self:
        """What this advocate said, latest first, as their page shows it."""
        return self.filter(advocate=advocate).order_by("-created_at", "-id")


class ClosedBusinessQuerySet(models.QuerySet["ClosedBusiness"]):
    def of_contact(self, contact: "Contact") -> Self:
        return self.filter(contact=contact)

    def for_list(self) -> Self:
        return self.select_related("contact", "referral").order_by("-closed_on", "-id")

    def income(self) -> Self:
        """What came in, without what was given back or put right of it."""
        return self.filter(kind__in=INCOME, instead=None)

    def with_left(self) -> Self:
        """Each with `left`: what is left of it when all is given back and put right."""
        mending = (
            self.model._default_manager.filter(refers_to=OuterRef("pk"), kind__in=MENDING)
            .order_by()
            .values("refers_to")
            .annotate(sum=Sum("amount"))
            .values("sum")
        )
        return self.annotate(
            left=models.F("amount") + Coalesce(Subquery(mending), Value(0)),
        )


class ThankYouQuerySet(models.QuerySet["ThankYou"]):
    def due(self) -> Self:
        return self.filter(state=ThanksState.DUE)

    def owed(self) -> Self:
        """What is owed, longest first, with whom and for what, in one query.

        Without whoever is left in peace: nobody is reminded of them. The debt itself stays due.
        """
        awake = self.due().filter(advocate__contact__rests="")
        return awake.with_people().order_by("owed_at", "id")

    def given(self) -> Self:
        """What was given, latest first, with whom and for what, in one query."""
        return self.filter(state=ThanksState.GIVEN).with_people().order_by("-closed_at", "-id")

    def gifts_between(self, begin: datetime, end: datetime) -> Self:
        """Gifts of which is known what they cost, given within these times."""
        return self.filter(
            state=ThanksState.GIVEN,
            gift_cost__isnull=False,
            closed_at__gte=begin,
            closed_at__lt=end,
        )

    def on_the_wall(self) -> Self:
        """What advocates let stand in public, latest first."""
        allowed = self.filter(public_state=PublicState.ALLOWED)
        return allowed.order_by("-public_answered_at", "-id")

    def with_people(self) -> Self:
        return self.select_related(
            "advocate__contact", "introduction__contact", "referral__contact"
        )
