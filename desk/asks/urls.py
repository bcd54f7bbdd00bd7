"""Where the pages of asking are, below `/b/<slug>/`."""

from django.urls import path

from desk.asks import asked, composing, knowing, ready, setting, several

urlpatterns = [
    path("people/<uuid:id>/address/", composing.ask_address, name="ask_address"),
    path("people/<uuid:id>/happy/", ready.happy, name="person_happy"),
    path("asks/new/", composing.ask_new, name="ask_new"),
    path("asks/ready/", ready.who_is_ready, name="who_is_ready"),
    path("asks/several/", several.ask_several, name="ask_several"),
    path("asks/drafts/", several.drafts, name="ask_drafts"),
    path("asks/who-knows/", knowing.who_knows, name="who_knows"),
    path("asks/<uuid:id>/", asked.ask, name="ask"),
    path("asks/<uuid:id>/words/", composing.ask_words, name="ask_words"),
    path("asks/<uuid:id>/send/", asked.ask_send, name="ask_send"),
    path("asks/<uuid:id>/withdraw/", asked.ask_withdraw, name="ask_withdraw"),
    path("asks/<uuid:id>/take-up/", asked.ask_take_up, name="ask_take_up"),
    path("asks/<uuid:id>/answered/", asked.ask_answered, name="ask_answered"),
    path("asks/<uuid:id>/nudge/", asked.ask_nudge, name="ask_nudge"),
    path("settings/asking/", setting.asking, name="settings_asking"),
]
