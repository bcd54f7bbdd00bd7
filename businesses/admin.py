"""The admin knows users and businesses only: behind the fence it would see nothing."""

from django.contrib import admin

from businesses.models import Business, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ["email", "name", "is_active", "date_joined"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "is_active", "is_staff", "is_superuser", "date_joined"]


@admin.register(Business)
class BusinessAdmin(admin.ModelAdmin[Business]):
    list_display = ["name", "slug", "country", "created_at", "confirmed_at"]
    search_fields = ["name", "slug"]
