"""Records the golden set of a new API version: `python -m tests.golden.record v1`, on a throw-away Postgres of its own.

Only before that version is released: `README.md` beside says why.
"""

import logging
import os
import sys

import django

from greenapi import embedded


def main(name: str) -> None:
    """Makes the ledger, and writes down its rows and answers."""
    with embedded.temporary_postgres() as server:
        os.environ |= {"DATABASE_URL": server.owner_url, "SECRET_KEY": "golden"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "greenapi.settings"
        django.setup()
        # Answers to questions asked wrongly are kept, too.
        logging.disable(logging.WARNING)
        _record(name)


def _record(name: str) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - only once Django is set up
    from django.db import connection  # noqa: PLC0415

    from .addresses import ask_everything  # noqa: PLC0415
    from .keeping import FOLDER, GoldenSet  # noqa: PLC0415
    from .world import happen  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    happen()
    call_command("verify_ledger", verbosity=0)
    golden = GoldenSet(folder=FOLDER / name)
    golden.keep_ledger()
    golden.keep_answers(ask_everything())
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # Postgres only
    sys.stdout.write(f"{len(golden.answers)} answers are kept in {golden.folder}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
