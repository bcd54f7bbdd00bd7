"""The owner's pages, all below `/b/<slug>/`. What is not a page acts, by POST alone."""

from django.urls import URLPattern, URLResolver, path

from desk import (
    asks,
    gratitude,
    health,
    hours,
    introductions,
    keys,
    plans,
    referrals,
    reminders,
    settings,
    today,
)
from desk.people.urls import urlpatterns as people_urls

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("people/<uuid:id>/touched/", today.touched, name="touched"),
    path("people/<uuid:id>/ask-later/", today.ask_later, name="ask_later"),
    path("people/<uuid:id>/address/", asks.ask_address, name="ask_address"),
    *people_urls,
    path("asks/new/", asks.ask_new, name="ask_new"),
    path("asks/<uuid:id>/", asks.ask, name="ask"),
    path("asks/<uuid:id>/words/", asks.ask_words, name="ask_words"),
    path("asks/<uuid:id>/send/", asks.ask_send, name="ask_send"),
    path("asks/<uuid:id>/withdraw/", asks.ask_withdraw, name="ask_withdraw"),
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/<uuid:id>/", introductions.introduction, name="introduction"),
    path(
        "introductions/<uuid:id>/withdraw/",
        introductions.withdraw,
        name="introduction_withdraw",
    ),
    path("referrals/<uuid:id>/", referrals.referral, name="referral"),
    path("referrals/<uuid:id>/move/", referrals.move, name="referral_move"),
    path("referrals/<uuid:id>/win/", referrals.win, name="referral_win"),
    path("referrals/<uuid:id>/lose/", referrals.lose, name="referral_lose"),
    path("referrals/<uuid:id>/reopen/", referrals.reopen, name="referral_reopen"),
    path("referrals/<uuid:id>/further/", referrals.further, name="referral_further"),
    path("referrals/<uuid:id>/mend/<uuid:closed>/", referrals.mend, name="referral_mend"),
    path("thank-yous/", gratitude.thank_yous, name="thank_yous"),
    path("thank-yous/<uuid:id>/", gratitude.thank_you, name="thank_you"),
    path("thank-yous/<uuid:id>/give/", gratitude.give, name="thank_you_give"),
    path("thank-yous/<uuid:id>/waive/", gratitude.waive, name="thank_you_waive"),
    path("reminders/<uuid:id>/done/", reminders.done, name="reminder_done"),
    path("reminders/<uuid:id>/snooze/", reminders.snooze, name="reminder_snooze"),
    path("people/<uuid:id>/plans/begin/", plans.begin, name="plan_begin"),
    path("letters/<uuid:id>/", plans.draft, name="draft"),
    path("letters/<uuid:id>/send/", plans.draft_send, name="draft_send"),
    path("letters/<uuid:id>/dismiss/", plans.draft_dismiss, name="draft_dismiss"),
    path("settings/plans/", plans.plans, name="settings_plans"),
    path("settings/plans/add/", plans.add, name="plan_add"),
    path("settings/plans/coming/", plans.coming, name="plans_coming"),
    path("settings/plans/<uuid:id>/", plans.plan, name="plan"),
    path("settings/plans/<uuid:id>/switch/", plans.switch, name="plan_switch"),
    path("settings/plans/<uuid:id>/new/", plans.step_new, name="plan_step_new"),
    path("settings/plans/<uuid:id>/<uuid:step>/", plans.step, name="plan_step"),
    path(
        "settings/plans/<uuid:id>/<uuid:step>/remove/", plans.step_remove, name="plan_step_remove"
    ),
    path(
        "settings/plans/<uuid:id>/<uuid:step>/restore/",
        plans.step_restore,
        name="plan_step_restore",
    ),
    path("settings/plans/stop/<uuid:id>/", plans.stop, name="plan_stop"),
    path("settings/", settings.overview, name="settings"),
    path("settings/sender/", settings.sender, name="settings_sender"),
    path("settings/hours/", hours.hours, name="settings_hours"),
    path("settings/keys/", keys.keys, name="settings_keys"),
    path("settings/keys/<uuid:id>/withdraw/", keys.withdraw, name="settings_key_withdraw"),
    path("settings/health/", health.health, name="health"),
    path("settings/health/letters/<uuid:id>/retry/", health.retry, name="letter_retry"),
    path("settings/health/letters/<uuid:id>/settle/", health.settle, name="letter_settle"),
    path("settings/health/followed/<uuid:id>/retry/", health.retry_followed, name="follow_retry"),
]
