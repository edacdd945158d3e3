"""`manage.py redact`: removes values of a record for good, from the present and from every answer about the past."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from greenapi.ledger.addresses import UnknownRecordError, find, key_field, model_called
from greenapi.ledger.erasing import by_hand, erase_dead_rows
from greenapi.ledger.explaining import explain
from greenapi.ledger.links import parts_recorded
from greenapi.ledger.models import ChangeClass, Redaction, Versioned
from greenapi.ledger.owner import OwnerCommand
from greenapi.ledger.redaction import RedactionError, masks, recorded_texts, redact
from greenapi.ledger.revisions import WriterBusyError, revision
from greenapi.ledger.traces import traces

SHOWN = 20  # places named where the same words still stand
NOT_REACHED = """\
Not reached: backups and the archive of the write-ahead log; replicas until they have caught up; the server's logs;
copies that others made, and cursors they were given; caches, for up to a day; the actor and reason of revisions. Files
from which the value was loaded (datasets, source pages): take it out there, or loading them records it again."""


class Command(OwnerCommand):
    help = (
        "Removes fields of a record, or a whole record, for good: from the live table and every version, and so from"
        " every answer about the past. Leaves a tombstone that says when, on whose authority and why. Cannot be undone."
        " Needs the database role that owns the tables."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", help="what the API calls it, such as speakers; document-texts for held texts")
        parser.add_argument("key", help="the record's slug, SHA-256 or UUID")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--field", action="append", default=[], dest="fields", metavar="NAME", help="may be repeated")
        what.add_argument("--whole-record", action="store_true", help="all of it, with its parts such as citations")
        parser.add_argument("--authority", required=True, help="on whose authority; public and kept for ever")
        parser.add_argument("--reason", required=True, help="why; public and kept for ever")
        parser.add_argument("--actor", required=True, help="who does it; public and kept for ever")
        parser.add_argument("--no-input", action="store_true", help="do not ask for the key once more")

    def handle(self, *args: Any, resource: str, key: str, fields: list[str], **options: Any) -> None:
        for name in ("authority", "reason", "actor"):
            if not options[name].strip():
                raise CommandError(f"--{name} is empty: every redaction says by whom, why and on whose authority.")
        try:
            model = model_called(resource)
            record = find(model, key)
            self._show(model, record, key=key, fields=fields)
            if not options["no_input"]:
                _ask_for(key)
            texts = recorded_texts(model, record, columns=masks(model, record, fields=fields))
            parts = [] if fields else list(parts_recorded(model, record))
            with revision(
                actor=options["actor"], reason=options["reason"], change_class=ChangeClass.REDACTION
            ) as opened:
                redact(model, record, fields=fields, authority=options["authority"], reason=options["reason"])
        except (UnknownRecordError, RedactionError, WriterBusyError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"{explain(error)} Nothing was redacted.") from error
        made = Redaction.objects.filter(revision=opened.number).count()
        self.stdout.write(f"Redacted by revision {opened.number}, with {made} tombstone{'' if made == 1 else 's'}.")
        self._erase({model, *(part for part, _ in parts)})
        self._warn_of(texts)
        self.stdout.write(NOT_REACHED)

    def _show(self, model: type[Versioned], record: UUID, *, key: str, fields: Sequence[str]) -> None:
        """Says what will be removed, and in how many versions."""
        self.stdout.write(f"{model.resource} {key} ({record})")
        columns = masks(model, record, fields=fields)
        for column, mask in columns.items():
            put = "blanked" if mask is None else "masked"
            self.stdout.write(f"  {column}: {put} in {_versions(model, record, column=column)}")
        if not fields:
            self.stdout.write(f"  the whole record, in {_versions(model, record, column='id')}")
            for part, identity in parts_recorded(model, record):
                self.stdout.write(f"  its part {part.resource} {identity}, in {_versions(part, identity, column='id')}")
        address = key_field(model)
        if columns and address is not None and address.attname not in columns and {"name", "title"} & columns.keys():
            self.stderr.write(
                f"The record's {address.attname} is its address and stays: if it says what must go, name"
                f" --field {address.attname} too."
            )

    def _erase(self, models: set[type[Versioned]]) -> None:
        """Takes the old rows out of the tables' files, and says which still hold them."""
        failed = erase_dead_rows(models)
        for each in failed:
            self.stderr.write(f"The file of {each.table} may still hold old rows: {each.why}. Later: {by_hand(each)}")
        if not failed:
            self.stdout.write("The tables' files were written anew without the old rows.")

    def _warn_of(self, texts: set[str]) -> None:
        """Names the places where the same words still stand."""
        found = traces(texts, limit=SHOWN)
        if found:
            self.stderr.write("The same words still stand, today or in the past, in:")
            for trace in found:
                self.stderr.write(f"  {trace.resource} {trace.key}")
        if len(found) == SHOWN:
            self.stderr.write("  and perhaps more")


def _ask_for(key: str) -> None:
    try:
        typed = input("Type the key again to remove this for good: ")
    except EOFError:
        typed = ""
    if typed != key:
        raise CommandError("That is not the key. Nothing was redacted.")


def _versions(model: type[Versioned], record: UUID, *, column: str) -> str:
    """In how many versions of a record a column holds something."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {model._meta.db_table}_version"
            f""" WHERE id = %s AND op IN ('I', 'U') AND "{column}"::text <> ''""",
            [record],
        )
        number = cursor.fetchone()[0]
    return f"{number} version{'' if number == 1 else 's'}"
