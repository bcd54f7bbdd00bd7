"""Whose doing a referral was, as the owner may share it among those who come into question."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django import forms
from django.db.models import Q

from desk.forms import PlainForm
from desk.people.forms import suggesting, who_is_meant
from introductions.models import Advocate
from introductions.services import advocate_for
from introductions.states import IntroductionState
from referrals.models import Referral
from referrals.services.credits import WHOLE


class SplitForm(PlainForm):
    """A share for each who is credited or introduced them, and for one more if need be."""

    other_name = forms.CharField(
        label="Somebody else",
        max_length=75,
        required=False,
        widget=forms.TextInput(attrs=suggesting("other_name")),
    )
    other = forms.UUIDField(required=False, widget=forms.HiddenInput)
    other_share = forms.IntegerField(
        label="Their share in percent", min_value=0, max_value=WHOLE, required=False
    )

    def __init__(self, *args: object, referral: Referral, **more: object) -> None:
        super().__init__(*args, **more)
        shares = {credit.advocate_id: credit.share for credit in referral.credits.all()}
        self.named = _named(referral)
        for advocate in self.named:
            self.fields[f"share_{advocate.pk}"] = forms.IntegerField(
                label=f"{advocate.contact.name}, in percent",
                min_value=0,
                max_value=WHOLE,
                required=False,
                initial=shares.get(advocate.pk, 0),
            )

    def of_each(self) -> Sequence[forms.BoundField]:
        """The fields of those who come into question: they stand first."""
        return [self[f"share_{one.pk}"] for one in self.named]

    def clean(self) -> None:
        other = self.cleaned_data["known"] = who_is_meant(self, "other")
        if other is not None and other.pk in {one.contact_id for one in self.named}:
            self.add_error("other_name", f"{other.name} stands above already.")

    def shares(self, now: datetime) -> Mapping[UUID, int]:
        """By advocate, as whom somebody else is kept with it; nothing for whoever has none."""
        told = {one.pk: self.cleaned_data.get(f"share_{one.pk}") or 0 for one in self.named}
        other, share = self.cleaned_data["known"], self.cleaned_data.get("other_share")
        if other is not None and share:
            told[advocate_for(contact=other, now=now).pk] = share
        return {key: share for key, share in told.items() if share}


class ClaimForm(PlainForm):
    """What somebody told the owner: that they sent this person."""

    who_name = forms.CharField(
        label="Who says so?",
        max_length=75,
        widget=forms.TextInput(attrs=suggesting("who_name")),
        error_messages={"required": "Choose who says so."},
    )
    who = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label="What they said",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, referral: Referral, **more: object) -> None:
        super().__init__(*args, **more)
        self._sent = referral.contact_id

    def clean(self) -> None:
        who = self.cleaned_data["known"] = who_is_meant(self, "who")
        if who is not None and who.pk == self._sent:
            self.add_error("who_name", "Nobody is credited with having sent themself.")


def _named(referral: Referral) -> Sequence[Advocate]:
    """Whoever is credited, and whoever else shook hands over the same person."""
    introduced = Q(
        introductions__contact=referral.contact_id,
        introductions__state=IntroductionState.HANDSHAKE,
    )
    rows = Advocate.objects.filter(Q(credits__referral=referral) | introduced)
    return list(rows.select_related("contact").distinct().order_by("created_at", "pk"))
