"""The pages behind mailed links."""

from django.urls import URLPattern, URLResolver

app_name = "guests"

urlpatterns: list[URLPattern | URLResolver] = []
