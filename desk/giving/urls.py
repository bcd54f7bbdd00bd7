"""Where the pages of what is given are, below `/b/<slug>/`."""

from django.urls import path

from desk.giving import composing, firms, give_and_take, given

urlpatterns = [
    path("given/", given.given_list, name="given_list"),
    path("given/new/", composing.given_new, name="given_new"),
    path("given/<uuid:id>/", given.given, name="given"),
    path("given/<uuid:id>/words/", composing.given_words, name="given_words"),
    path("given/<uuid:id>/send/", given.given_send, name="given_send"),
    path("given/<uuid:id>/undo/", given.given_undo, name="given_undo"),
    path("given/<uuid:id>/withdraw/", given.given_withdraw, name="given_withdraw"),
    path("given/<uuid:id>/take-up/", given.given_take_up, name="given_take_up"),
    path("given/<uuid:id>/outcome/", given.given_outcome, name="given_outcome"),
    path("give-and-take/", give_and_take.give_and_take, name="give_and_take"),
    path("firms/<uuid:id>/give-and-take/", give_and_take.with_firm, name="with_firm"),
    path("people/<uuid:id>/give-and-take/", give_and_take.with_person, name="with_person"),
    path("firms/", firms.firms, name="firms"),
    path("firms/<uuid:id>/", firms.firm, name="firm"),
]
