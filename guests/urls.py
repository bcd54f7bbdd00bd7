"""The pages behind mailed links. What is not a page acts, by POST alone."""

from django.urls import URLPattern, path

from guests import advocates, feedback, one_tap, own_mail, prospects, stopping, trying
from outreach.services.trying import PATH as TEST

app_name = "guests"

urlpatterns: list[URLPattern] = [
    path("a/<str:token>/", advocates.advocate, name="advocate"),
    path("a/<str:token>/share/", advocates.share, name="share"),
    path("a/<str:token>/offer/", advocates.offer, name="offer"),
    path("a/<str:token>/decline/", advocates.decline, name="decline"),
    path("a/<str:token>/stop/", advocates.stop, name="stop"),
    path("a/<str:token>/resume/", advocates.resume, name="resume"),
    path("a/<str:token>/given/<uuid:introduction>/", advocates.given, name="given"),
    path("a/<str:token>/given/<uuid:introduction>/undo/", advocates.undo, name="undo_given"),
    path("i/<str:token>/", prospects.introduction, name="introduction"),
    path("i/<str:token>/yes/", prospects.yes, name="yes"),
    path("i/<str:token>/not-now/", prospects.not_now, name="not_now"),
    path("i/<str:token>/no/", prospects.no, name="no"),
    path("i/<str:token>/never/", prospects.never, name="never"),
    path("i/<str:token>/undo/", prospects.undo, name="undo_answer"),
    path("i/<str:token>/add/", prospects.add, name="add"),
    path("i/<str:token>/send-now/", prospects.send_now, name="send_now"),
    path("f/<str:token>/", feedback.feedback, name="feedback"),
    path("f/<str:token>/answer/", feedback.answer, name="answer"),
    path("f/<str:token>/wish/", feedback.wish, name="wish"),
    path("f/<str:token>/words/", feedback.words, name="words"),
    path("f/<str:token>/edit/", feedback.edit, name="edit_words"),
    path("f/<str:token>/withdraw/", feedback.withdraw, name="withdraw_words"),
    path("f/<str:token>/introduce/", feedback.introduce, name="introduce_somebody"),
    path("u/<str:token>/", stopping.unsubscribe, name="unsubscribe"),
    path("u/<str:token>/stop/", stopping.stop, name="stop_mail"),
    path("u/<str:token>/undo/", stopping.undo, name="undo_stop"),
    path("r/<str:token>/", one_tap.reminder, name="reminder"),
    path("r/<str:token>/done/", one_tap.done, name="reminder_done"),
    path("r/<str:token>/tomorrow/", one_tap.tomorrow, name="reminder_tomorrow"),
    path("m/<str:token>/", own_mail.mornings.entry, name="mornings"),
    path("m/<str:token>/stop/", own_mail.mornings.stop, name="stop_mornings"),
    path("m/<str:token>/undo/", own_mail.mornings.undo, name="undo_mornings"),
    path("n/<str:token>/", own_mail.months.entry, name="months"),
    path("n/<str:token>/stop/", own_mail.months.stop, name="stop_months"),
    path("n/<str:token>/undo/", own_mail.months.undo, name="undo_months"),
    path(f"{TEST}/", trying.tested, name="tested"),
]
