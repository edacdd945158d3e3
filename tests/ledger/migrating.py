"""Migrations of a test's own, applied to the tables of real models as `migrate` does it."""

from itertools import count

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation

_numbers = count(9001)


class Schema:
    """The tables of one database, and what migrations make of them one after another."""

    def __init__(self) -> None:
        loader = MigrationExecutor(connection).loader
        self.state = loader.project_state(loader.graph.leaf_nodes())

    def migrate(self, *operations: Operation, app: str = "indicators", atomic: bool = True) -> None:
        """Applies the operations in a migration of their own, and ends as `manage.py migrate` ends."""
        kind = type("Migration", (Migration,), {"operations": list(operations), "atomic": atomic})
        migration = kind(f"{next(_numbers)}_of_a_test", app)
        self.state = MigrationExecutor(connection).apply_migration(self.state, migration)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias, apps=self.state.apps)
