"""The addresses of the API, and of the pages to read and try it."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from api import (
    advocates,
    asks,
    business,
    claims,
    closed_business,
    coming,
    companies,
    contacts,
    docs,
    enrolments,
    events,
    exchange_rates,
    feedback,
    feedback_requests,
    figures,
    given_introductions,
    introductions,
    letters,
    lineage,
    loss_reasons,
    members,
    messages,
    months,
    paths,
    plans,
    readiness,
    reciprocity,
    referrals,
    reminders,
    review_links,
    rewards,
    root,
    suppressions,
    testimonials,
    thank_yous,
    today,
    trying,
)

app_name = "api"

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("contacts", contacts.Contacts, basename="contact")
router.register("companies", companies.Companies, basename="company")
router.register("advocates", advocates.Advocates, basename="advocate")
router.register("readiness", readiness.WhoIsReady, basename="readiness")
router.register("asks", asks.Asks, basename="ask")
router.register("introductions", introductions.Introductions, basename="introduction")
router.register(
    "given-introductions",
    given_introductions.GivenIntroductions,
    basename="given-introduction",
)
router.register("referrals", referrals.Referrals, basename="referral")
router.register("credit-claims", claims.Claims, basename="credit-claim")
router.register("closed-business", closed_business.ClosedBusinesses, basename="closed-business")
router.register("exchange-rates", exchange_rates.ExchangeRates, basename="exchange-rate")
router.register("thank-yous", thank_yous.ThankYous, basename="thank-you")
router.register("rewards", rewards.Rewards, basename="reward")
router.register("reward-terms", rewards.AllTerms, basename="reward-terms")
router.register("reward-codes", rewards.Codes, basename="reward-code")
router.register("reward-flags", rewards.Flags, basename="reward-flag")
router.register("reminders", reminders.Reminders, basename="reminder")
router.register("members", members.Members, basename="member")
router.register("plans", plans.Plans, basename="plan")
router.register("coming", coming.ComingSteps, basename="coming")
router.register("enrolments", enrolments.Enrolments, basename="enrolment")
router.register("drafts", enrolments.Drafts, basename="draft")
router.register("messages", messages.Messages, basename="message")
router.register("suppressions", suppressions.Suppressions, basename="suppression")
router.register("feedback", feedback.Answers, basename="feedback")
router.register(
    "feedback-requests", feedback_requests.FeedbackRequests, basename="feedback-request"
)
router.register("testimonials", testimonials.Testimonials, basename="testimonial")
router.register("events", events.Events, basename="event")

_SETTINGS: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}
_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_CHANGE: dict[str, Any] = {"patch": "partial_update", "delete": "destroy"}
_ALL: dict[str, Any] = {"get": "everything"}
_GROWS: dict[str, Any] = {"get": "everything", "post": "create"}
_SHOW: dict[str, Any] = {"get": "retrieve"}
_WORDS: dict[str, Any] = {"get": "retrieve", "put": "update", "delete": "destroy"}
_LINKS: dict[str, Any] = {"get": "everything", "put": "update"}
_LOOK: dict[str, Any] = {"get": "retrieve", "post": "preview"}
_TEST: dict[str, Any] = {"post": "test"}
_ANYTHING: dict[str, Any] = dict.fromkeys(["get", "post", "put", "patch", "delete"], "nothing")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", root.Root.as_view({"get": "retrieve"}), name="root"),
    path("v1/business", business.Settings.as_view(_SETTINGS)),
    path(
        "v1/business/picture", business.OurPicture.as_view({"put": "update", "delete": "destroy"})
    ),
    path("v1/schema/", docs.description, name="schema"),
    path("docs/", docs.docs, name="docs"),
    path("docs/problems/", docs.problems, name="problems"),
    path("v1/", include(router.urls)),
    path("v1/contacts/<uuid:contact_id>/interactions", contacts.Interactions.as_view(_LIST)),
    path("v1/contacts/<uuid:id>/lineage", lineage.Lineage.as_view(_SHOW)),
    path("v1/plans/<uuid:plan_id>/steps/<uuid:id>", plans.Steps.as_view(_CHANGE)),
    path(
        "v1/plans/<uuid:plan_id>/steps/<uuid:id>/restore",
        plans.Steps.as_view({"post": "restore"}),
    ),
    path("v1/plans/<uuid:plan_id>/steps/<uuid:id>/move", plans.Steps.as_view({"post": "move"})),
    path("v1/plans/<uuid:plan_id>/steps/<uuid:id>/preview", trying.Steps.as_view(_LOOK)),
    path("v1/plans/<uuid:plan_id>/steps/<uuid:id>/test", trying.Steps.as_view(_TEST)),
    path("v1/partner-fits", companies.PartnerFits.as_view(_ALL)),
    path("v1/bringers", lineage.Bringers.as_view(_ALL)),
    path("v1/today", today.Today.as_view(_SHOW)),
    path("v1/figures", figures.Figures.as_view(_SHOW)),
    path("v1/figures/month", months.MonthsFigures.as_view(_SHOW)),
    path("v1/figures/today", months.TodaysFigures.as_view(_SHOW)),
    path("v1/paths", paths.Paths.as_view(_ALL)),
    path("v1/reciprocity", reciprocity.Reciprocity.as_view(_ALL)),
    path(
        "v1/reciprocity/kindnesses",
        reciprocity.Reciprocity.as_view({"get": "kindnesses"}),
    ),
    path("v1/review-links", review_links.ReviewLinks.as_view(_LINKS)),
    path("v1/loss-reasons", loss_reasons.LossReasons.as_view(_GROWS)),
    path(
        "v1/loss-reasons/<slug:reason>",
        loss_reasons.LossReasons.as_view({"patch": "partial_update"}),
    ),
    path("v1/letters", letters.Letters.as_view(_ALL)),
    path("v1/letters/<slug:key>", letters.Letters.as_view(_WORDS)),
    path("v1/letters/<slug:key>/preview", trying.Letters.as_view(_LOOK)),
    path("v1/letters/<slug:key>/test", trying.Letters.as_view(_TEST)),
    path("v1/<path:rest>", root.Nowhere.as_view(_ANYTHING)),
]
