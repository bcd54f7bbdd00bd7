"""The addresses of the API, and of the pages to read and try it."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from api import contacts, root

app_name = "api"

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("contacts", contacts.Contacts, basename="contact")

_LIST = {"get": "list", "post": "create"}
_ANYTHING: dict[str, Any] = dict.fromkeys(["get", "post", "put", "patch", "delete"], "nothing")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", root.Root.as_view({"get": "retrieve"}), name="root"),
    path("v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("v1/", include(router.urls)),
    path("v1/contacts/<uuid:contact_id>/interactions", contacts.Interactions.as_view(_LIST)),
    path("v1/<path:rest>", root.Nowhere.as_view(_ANYTHING)),
]
