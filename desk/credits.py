"""Whose doing a referral was, as the owner may share it among those who come into question."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django import forms
from django.db.models import Q

from desk.forms import PlainForm
from introductions.models import Advocate
from introductions.states import IntroductionState
from referrals.models import Referral
from referrals.services.credits import WHOLE

MOST_LISTED = 200


class SplitForm(PlainForm):
    """A share for each who is credited or introduced them, and for one more if need be."""

    other = forms.TypedChoiceField(
        label="Somebody else", coerce=UUID, required=False, empty_value=None
    )
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
        # Those who come into question stand first.
        self.order_fields([*(f"share_{one.pk}" for one in self.named), "other", "other_share"])
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        self.others = advocates_but([one.pk for one in self.named], referral)
        field.choices = [("", "Nobody"), *((str(key), name) for key, name in self.others)]
        if not self.others:
            del self.fields["other"], self.fields["other_share"]

    def shares(self) -> Mapping[UUID, int]:
        """By advocate; nothing for whoever has none."""
        told = {one.pk: self.cleaned_data.get(f"share_{one.pk}") or 0 for one in self.named}
        if self.cleaned_data.get("other"):
            told[self.cleaned_data["other"]] = self.cleaned_data.get("other_share") or 0
        return {key: share for key, share in told.items() if share}


def advocates_but(known: Collection[UUID], referral: Referral) -> Sequence[tuple[UUID, str]]:
    """Ids and names of advocates other than these, and than whoever was sent."""
    rows = Advocate.objects.exclude(Q(pk__in=known) | Q(contact=referral.contact_id))
    return list(
        rows.order_by("contact__name_key", "pk").values_list("pk", "contact__name")[:MOST_LISTED]
    )


def _named(referral: Referral) -> Sequence[Advocate]:
    """Whoever is credited, and whoever else shook hands over the same person."""
    introduced = Q(
        introductions__contact=referral.contact_id,
        introductions__state=IntroductionState.HANDSHAKE,
    )
    rows = Advocate.objects.filter(Q(credits__referral=referral) | introduced)
    return list(rows.select_related("contact").distinct().order_by("created_at", "pk"))
