"""`manage.py check_ledger`: are version tables, triggers and as-of views what the models ask for?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from greenapi.ledger.drift import drift
from greenapi.ledger.versioning import versioned_models


class Command(BaseCommand):
    help = (
        "Compares version tables, triggers and as-of views with the models; names every difference and fails if there"
        " is one. `manage.py migrate` brings them in step. It is no system check, because those run before migrate."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if found := drift(connection):
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(versioned_models())} versioned tables are in step with the models.")
