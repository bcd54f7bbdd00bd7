"""Where each face lives."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from config import health
from desk.accounts.confirming import ConfirmView
from desk.home import home

# Django's own page for signing in counts no guesses.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth says

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("b/<slug:slug>/", include("desk.urls")),
    # Before allauth's own, whose pattern and name it has.
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        ConfirmView.as_view(),
        name="account_confirm_email",
    ),
    path("accounts/", include("allauth.account.urls")),
    path("", include("guests.urls")),
    path("t/", include("guests.public_urls")),
    path("api/", include("api.urls")),
    path("providers/", include("config.providers")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("staff/", admin.site.urls),
]

if settings.LOCAL:
    urlpatterns.append(path("inbox/", include("config.local.urls")))
