"""Settings → Rewards: what is given for an introduction, published as a version of the terms."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from businesses.models import Business
from businesses.money import plain_money
from businesses.refusals import Refusal
from desk.access import may_manage
from desk.requests import DeskRequest
from desk.rewarding.forms import GIFT, NONE, OWN, VOUCHER, LimitsForm, RuleForm, TermsForm, as_typed
from introductions.terms import ADVOCATE_FIELD, NOBODY_IS_PAID
from rewards.models import RewardTerms
from rewards.rules import Rule
from rewards.services import gift_for_introduction, publish_terms, voucher_for_both
from rewards.states import MOST_RULES, What
from rewards.terms import in_force

VERSIONS_SHOWN = 20
_BLANK = 2
_CARRIED = ("ceiling", "sale_not_allowed", "hold_days")


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def terms(request: DeskRequest, slug: str) -> HttpResponse:
    """Three ways to begin, and what both sides read; a POST publishes them."""
    current = in_force()
    is_told = request.method == "POST"
    form = TermsForm(
        request.POST if is_told else None,
        currency=request.business.currency,
        initial=_initial(current, request.business),
    )
    if is_told and form.is_valid():
        rules = _chosen(form.cleaned_data, current)
        if rules is None:
            # What was typed here goes along: it is published with the rules.
            at = reverse("desk:settings_reward_rules", kwargs={"slug": slug})
            carried = {name: request.POST[name] for name in _CARRIED if name in request.POST}
            return redirect(f"{at}?{urlencode(carried)}")
        if _is_published(request, form, rules):
            return redirect("desk:settings_rewards", slug=slug)
    context = {
        "form": form,
        "terms": current,
        "reads": Reads(current) if current else None,
        "nobody_is_paid": NOBODY_IS_PAID,
    }
    return render(request, "desk/rewards/terms.html", context, status=422 if is_told else 200)


@require_safe
def versions(request: DeskRequest, slug: str) -> HttpResponse:
    """What was published, since when and until when, as both sides read it; the latest first."""
    rows = RewardTerms.objects.with_end().order_by("-version")
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(version__lt=int(before[:9]))
    found = list(rows[: VERSIONS_SHOWN + 1])
    context = {
        "versions": [Reads(one) for one in found[:VERSIONS_SHOWN]],
        "earlier_than": found[VERSIONS_SHOWN - 1].version if len(found) > VERSIONS_SHOWN else None,
    }
    return render(request, "desk/rewards/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def rules(request: DeskRequest, slug: str) -> HttpResponse:
    """Rules one by one, and what holds for all; a POST publishes them as they stand there."""
    current = in_force()
    is_told = request.method == "POST"
    blocks = _blocks(request, current, is_told)
    limits = LimitsForm(
        request.POST if is_told else None,
        currency=request.business.currency,
        initial=_limits(current, request.business) | _carried(request.GET),
    )
    if is_told and not [form for form in (*blocks, limits) if not form.is_valid()]:
        told = [rule for block in blocks if (rule := block.rule()) is not None]
        if _is_published(request, limits, told):
            return redirect("desk:settings_rewards", slug=slug)
    context = {"blocks": blocks, "limits": limits, "terms": current, "most": MOST_RULES}
    return render(request, "desk/rewards/rules.html", context, status=422 if is_told else 200)


def _blocks(request: DeskRequest, current: RewardTerms | None, is_told: bool) -> list[RuleForm]:
    """A form for each rule there is, and empty ones for more."""
    currency = request.business.currency
    known = current.all_rules if current else []
    blank = {"hold_days": request.GET.get("hold_days")}
    return [
        RuleForm(
            request.POST if is_told else None,
            prefix=f"r{place}",
            currency=currency,
            initial=as_typed(known[place], currency) if place < len(known) else blank,
        )
        for place in range(min(len(known) + _BLANK, MOST_RULES))
    ]


def _initial(current: RewardTerms | None, business: Business) -> dict[str, Any]:
    if current is None:
        return {"preset": NONE}
    typed = _limits(current, business) | {"preset": _preset_of(current.all_rules)}
    if current.rules:
        first = current.all_rules[0]
        amount = plain_money(first.amount, business.currency) if first.amount else ""
        typed["hold_days"] = first.hold_days or None
        if typed["preset"] == GIFT:
            typed |= {"gift_words": first.words, "gift_amount": amount}
        if typed["preset"] == VOUCHER:
            typed["voucher_amount"] = amount
    return typed


def _limits(current: RewardTerms | None, business: Business) -> dict[str, Any]:
    if current is None:
        return {}
    return {
        "ceiling": plain_money(current.ceiling, business.currency) if current.ceiling else "",
        "sale_not_allowed": current.sale_not_allowed,
    }


def _carried(typed: QueryDict) -> dict[str, Any]:
    """What was typed on the page of the terms, where somebody comes from there."""
    if "ceiling" not in typed:
        return {}
    return {"ceiling": typed["ceiling"], "sale_not_allowed": "sale_not_allowed" in typed}


def _preset_of(rules: list[Rule]) -> str:
    if not rules:
        return NONE
    first = rules[0]
    gift = gift_for_introduction(words=first.words, amount=first.amount, hold_days=first.hold_days)
    if rules == gift:
        return GIFT
    is_voucher = rules == voucher_for_both(amount=first.amount, hold_days=first.hold_days)
    return VOUCHER if is_voucher and first.what == What.CODE else OWN


def _chosen(told: dict[str, Any], current: RewardTerms | None) -> list[Rule] | None:
    """The rules that were chosen; None where there are none of one's own yet."""
    days = told["hold_days"] or 0
    if told["preset"] == NONE:
        return []
    if told["preset"] == GIFT:
        return gift_for_introduction(
            words=told["gift_words"], amount=told["gift_amount"], hold_days=days
        )
    if told["preset"] == VOUCHER:
        return voucher_for_both(amount=told["voucher_amount"], hold_days=days)
    return current.all_rules if current and current.rules else None


def _is_published(request: DeskRequest, form: LimitsForm, rules: list[Rule]) -> bool:
    told = form.cleaned_data
    try:
        with transaction.atomic():
            _publish(request, rules, told["ceiling"], told["sale_not_allowed"])
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _publish(request: DeskRequest, rules: list[Rule], ceiling: int, sale_not_allowed: bool) -> None:
    publish_terms(
        business=request.business,
        rules=rules,
        ceiling=ceiling,
        sale_not_allowed=sale_not_allowed,
        by=request.actor,
        now=clock.now(),
    )
    messages.success(request, "Published. Introductions from now on are made under these terms.")


class Reads:
    """What both sides read of a version."""

    def __init__(self, terms: RewardTerms) -> None:
        self.terms = terms
        self.advocate = terms.advocate_reads
        self.prospect = terms.prospect_reads.replace(ADVOCATE_FIELD, "whoever introduces you")
        self.counts = terms.counts
