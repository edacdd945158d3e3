"""`manage.py check_ledger`: are version tables, triggers, as-of views and rights what the models ask for?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from greenapi.ledger.drift import drift
from greenapi.ledger.roles import connects_as_owner
from greenapi.ledger.tables import versioned_models

AS_OWNER = (
    "Note: DATABASE_URL names the owner of the tables, who can switch the ledger's guards off;"
    " let the service connect as a role of its own (docs/settings.md)."
)


class Command(BaseCommand):
    help = (
        "Compares version tables, triggers, as-of views and the application role's rights with the models; names every"
        " difference and fails if there is one. `manage.py migrate` brings them in step. It is no system check, because"
        " those run before migrate."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if found := drift(connection):
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(versioned_models())} versioned tables are in step with the models.")
        with connection.cursor() as cursor:
            if connects_as_owner(cursor):
                self.stdout.write(AS_OWNER)
