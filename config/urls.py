"""Where each face lives."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import health
from desk.home import home

urlpatterns = [
    path("", home, name="home"),
    path("b/<slug:slug>/", include("desk.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("guests.urls")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("staff/", admin.site.urls),
]

if settings.LOCAL:
    urlpatterns.append(path("inbox/", include("config.local.urls")))
