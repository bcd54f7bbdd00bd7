from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.utils.module_loading import import_string


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        """Only allauth's own signal tells of every proof: a code does not go by the adapter."""
        email_confirmed.connect(import_string("desk.accounts.proof.keep_only_who_proved_it"))
