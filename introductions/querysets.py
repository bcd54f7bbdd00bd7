"""Questions about asks and introductions that read as English."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from introductions.states import (
    ASK_OPEN,
    CLOSED_TO_OFFERS,
    NOT_MADE,
    OPEN,
    AskState,
    IntroductionState,
    Via,
)
from outreach.models import Link, LinkPurpose

if TYPE_CHECKING:
    from introductions.models import Advocate, Ask, Introduction  # noqa: F401  # named in strings


class AdvocateQuerySet(models.QuerySet["Advocate"]):
    def for_list(self) -> Self:
        return self.select_related("contact", "contact__company")

    def with_share_link(self) -> Self:
        """With `has_share_link`: whether they made a link of their own."""
        links = Link.objects.filter(
            business_id=OuterRef("business_id"),
            purpose=LinkPurpose.SHARE,
            subject_label="advocate",
            subject_id=OuterRef("pk"),
            withdrawn_at=None,
        )
        return self.annotate(has_share_link=Exists(links))


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> Self:
        """Drafts, and those sent and not answered."""
        return self.filter(state__in=ASK_OPEN)

    def drafts(self) -> Self:
        return self.filter(state=AskState.DRAFT)

    def awaiting_answer(self) -> Self:
        return self.filter(state=AskState.SENT)

    def due(self, now: datetime) -> Self:
        """Those whose time to be answered is over."""
        return self.filter(state=AskState.SENT, due_at__lte=now)

    def for_list(self) -> Self:
        return self.select_related("advocate__contact", "sender")


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def waiting(self) -> Self:
        """Those of which something may still come: no answer yet, not now, or a fresh yes."""
        return self.filter(state__in=OPEN)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def shaken(self) -> Self:
        return self.filter(state=IntroductionState.HANDSHAKE)

    def made(self) -> Self:
        """Somebody introduced somebody: not taken back, nor by a link without the advocate's word
        while no hands were shaken."""
        has_word = ~Q(via=Via.LINK) | Q(vouched_at__isnull=False)
        shaken = Q(state=IntroductionState.HANDSHAKE)
        return self.exclude(state__in=NOT_MADE).filter(shaken | has_word)

    def by_advocate(self, advocate: "Advocate") -> Self:
        return self.filter(advocate=advocate)

    def of_address(self, prospect_hash: str) -> Self:
        return self.filter(prospect_hash=prospect_hash)

    def closed_to_offers(self) -> Self:
        """Those after which nobody may ask the same person again."""
        return self.filter(state__in=CLOSED_TO_OFFERS)

    def due(self, now: datetime) -> Self:
        """Those with something to do by now: shake hands, erase, expire or come back."""
        return self.filter(due_at__lte=now)

    def for_list(self) -> Self:
        """With what a list shows, newest first, in one query."""
        return self.select_related("advocate__contact", "contact", "ask").order_by(
            "-created_at", "-id"
        )
