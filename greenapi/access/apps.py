"""The app of tokens and roles. It stands last in INSTALLED_APPS, so that its roles find the permissions of all."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "greenapi.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from .roles import install_roles

        post_migrate.connect(install_roles, sender=self)
