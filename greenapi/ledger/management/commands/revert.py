"""`manage.py revert`: puts a record, or everything that one revision changed, back as it was, as a new revision."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from greenapi.ledger.addresses import UnknownRecordError, find, model_called
from greenapi.ledger.explaining import explain
from greenapi.ledger.history import Touched, touched_by
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.reading import FutureRevisionError, revision_at
from greenapi.ledger.revisions import WriterBusyError, anything_changed, revision
from greenapi.ledger.tables import VERSION_COLUMNS
from greenapi.ledger.undo import UndoError, revert_record, revert_revision


class Command(BaseCommand):
    help = (
        "Undoes what was recorded, as a new revision; nothing is erased. A record is put back as it was at a revision,"
        " with its parts and its state. A whole revision is undone where nothing later changed the same records or"
        " points to what it added. A redaction cannot be undone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--revision", type=int, metavar="N", help="undo everything that revision N changed")
        what.add_argument("--record", nargs=2, metavar=("RESOURCE", "KEY"), help="put back one record; needs --to")
        parser.add_argument("--to", metavar="WHEN", help="a revision's number, a day, or a time with its offset")
        parser.add_argument("--actor", required=True, help="who makes the change")
        parser.add_argument("--reason", required=True, help="why")
        parser.add_argument(
            "--change-class",
            choices=[word for word in ChangeClass.values if word != ChangeClass.REDACTION],
            default=ChangeClass.OUR_CORRECTION,
            help="what sort of change it is (default: %(default)s)",
        )

    def handle(self, *args: Any, record: list[str] | None, to: str | None, **options: Any) -> None:
        if (record is None) != (to is None):
            raise CommandError("--record needs --to, and --revision goes without.")
        for name in ("actor", "reason"):
            if not options[name].strip():
                raise CommandError(f"--{name} is empty: every revision says by whom and why.")
        try:
            made = self._revert(record, to=to, options=options)
        except (UnknownRecordError, UndoError, WriterBusyError, FutureRevisionError) as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        except DatabaseError as error:
            raise CommandError(f"{explain(error)} Nothing was changed.") from error
        if made is None:
            self.stdout.write("It is as it was. No revision was made.")
            return
        self.stdout.write(f"Revision {made}:")
        for touched in touched_by(made):
            self.stdout.write(f"  {_described(touched, number=made)}")

    def _revert(self, record: list[str] | None, *, to: str | None, options: Mapping[str, Any]) -> int | None:
        """The number of the new revision; None when there was nothing to put back."""
        model = model_called(record[0]) if record else None
        identity = find(model, record[1]) if record and model else None
        number = _number(to) if to is not None else options["revision"]
        change_class = ChangeClass(options["change_class"])
        with revision(actor=options["actor"], reason=options["reason"], change_class=change_class) as opened:
            if model is not None and identity is not None:
                revert_record(model, identity, to=number)
            else:
                revert_revision(number)
            return opened.number if anything_changed() else None


def _number(text: str) -> int:
    """The revision that a number, a day or a time with its offset names."""
    if text.isascii() and text.isdigit():
        return int(text)
    moment: date | datetime
    try:
        moment = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--to {text} is no revision's number, day or time.") from error
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise CommandError(f"--to {text} has no offset, such as Z or +08:00.")
    return revision_at(moment)


def _described(touched: Touched, *, number: int) -> str:
    """What a revision did to a record: the fields it changed, and the state from which to which."""
    named = f"{touched.model.resource} {touched.id}"
    if touched.op != "U":
        return f"{named}: {'put back' if touched.op == 'I' else 'gone again'}"
    changed = _differences(touched, number=number)
    state = " → ".join(changed["state"]) if "state" in changed else ""
    return f"{named}: {', '.join(changed)}{f' ({state})' if state else ''}"


def _differences(touched: Touched, *, number: int) -> dict[str, tuple[str, str]]:
    """What each column that a revision changed in a record held before and after, as text."""
    versions = f"{touched.model._meta.db_table}_version"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, old.value, new.value"
            f" FROM {versions} o JOIN {versions} n ON n.id = o.id AND n.rev_from = o.rev_to,"
            "      jsonb_each_text(to_jsonb(o)) old JOIN jsonb_each_text(to_jsonb(n)) new USING (key)"
            " WHERE n.id = %s AND n.rev_from = %s AND old.value IS DISTINCT FROM new.value ORDER BY key",
            [touched.id, number],
        )
        return {name: (old, new) for name, old, new in cursor.fetchall() if name not in VERSION_COLUMNS}
