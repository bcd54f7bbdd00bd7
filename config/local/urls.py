"""The pages that only local mode has. Including them anywhere else fails at once."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import path

from config.local import views

if not settings.LOCAL:
    raise ImproperlyConfigured("/inbox/ shows everybody's mail, so it exists in local mode only.")

app_name = "local"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("messages.json", views.messages, name="messages"),
    path("<str:letter_id>/", views.letter, name="letter"),
    path("<str:letter_id>/html/", views.letter_html, name="letter_html"),
]
