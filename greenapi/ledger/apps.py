"""The ledger's Django app: keeps version tables, triggers and views in step with the models after every migrate."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _install_versioning(*, using: str, **_: Any) -> None:
    from .versioning import install

    install(connections[using])


class LedgerConfig(AppConfig):
    name = "greenapi.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        post_migrate.connect(_install_versioning, sender=self)
