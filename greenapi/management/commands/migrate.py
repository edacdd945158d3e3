"""`manage.py migrate`: Django's own, as the owner of the tables."""

from django.core.management.commands import migrate

from greenapi.ledger.owner import OwnerCommand


class Command(OwnerCommand, migrate.Command):
    """Makes and changes tables, then version tables, guards, views and the application role's rights."""
