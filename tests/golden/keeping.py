"""The files of a golden set: the rows of a ledger as the database held them, and answers with their bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from greenapi.ledger.tables import live_tables

FOLDER = Path(__file__).parent
# Cursors are signed with it, and stand in answers.
SECRET_KEY = "golden"
HEADERS = ("Revision", "ETag", "Memento-Datetime")
# Whatever guards writes to them is switched off while their rows are put back.
OWN_TABLES = ("ledger_head", "ledger_revision")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to a GET: its address, its status, those of its headers that never change, and its bytes."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class GoldenSet:
    """The files of one API version, in a folder of its name."""

    folder: Path

    @property
    def migrations(self) -> list[tuple[str, str]]:
        """The last migrations that the rows belong to, as (app, name)."""
        kept: dict[str, str] = json.loads((self.folder / "migrations.json").read_text(encoding="utf-8"))
        return list(kept.items())

    @property
    def tables(self) -> Iterator[tuple[str, str]]:
        """Each table with its columns, as COPY names them, and its rows, as COPY writes them."""
        for part in (self.folder / "ledger.txt").read_text(encoding="utf-8").split("\n\n"):
            heading, _, rows = part.partition("\n")
            yield heading, f"{rows}\n" if rows else ""

    @property
    def answers(self) -> list[Answer]:
        """The answers, in the order in which they were asked for."""
        kept = (self.folder / "answers.txt").read_bytes()
        answers = []
        while kept:
            heading, _, kept = kept.partition(b"\n\n")
            (request, status, *lines) = heading.decode().split("\n")
            headers = dict(line.split(": ", 1) for line in lines)
            length = int(headers.pop("Length"))
            address = request.removeprefix("GET ")
            answers.append(Answer(address=address, status=int(status), headers=headers, body=kept[:length]))
            kept = kept[length:].lstrip(b"\n")
        return answers

    def keep_ledger(self) -> None:
        """Writes down the rows of the ledger in the database, and the migrations that made its tables."""
        last: dict[str, str] = {}
        for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
            last[app] = name
        self.folder.mkdir(exist_ok=True)
        (self.folder / "migrations.json").write_text(f"{json.dumps(last, indent=2)}\n", encoding="utf-8")
        with connection.cursor() as cursor:
            names = list(OWN_TABLES)
            names += [name for table in live_tables(cursor) for name in (table.name, table.version_name)]
        (self.folder / "ledger.txt").write_text("\n\n".join(_copied(name) for name in names), encoding="utf-8")

    def keep_answers(self, answers: list[Answer]) -> None:
        """Writes down answers."""
        parts = []
        for answer in answers:
            lines = [f"GET {answer.address}", str(answer.status), f"Length: {len(answer.body)}"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            parts.append("\n".join(lines).encode() + b"\n\n" + answer.body + b"\n\n")
        (self.folder / "answers.txt").write_bytes(b"".join(parts))


def golden_sets() -> list[GoldenSet]:
    """Every set that is kept."""
    return [GoldenSet(folder=path.parent) for path in sorted(FOLDER.glob("*/migrations.json"))]


def ask(address: str) -> Answer:
    """What is answered now. The setting `SECRET_KEY` must be the one above."""
    assert settings.SECRET_KEY == SECRET_KEY
    answer = Client(headers={"host": "localhost"}).get(address)
    headers = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
    return Answer(address=address, status=answer.status_code, headers=headers, body=answer.content)


def _copied(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [name],
        )
        columns = cursor.fetchone()[0]
        key = {"ledger_head": "id", "ledger_revision": "number"}.get(name, "id")
        order = f"{key}, rev_from" if name.endswith("_version") else key
        with cursor.copy(f"COPY (SELECT {columns} FROM {name} ORDER BY {order}) TO STDOUT") as copy:
            rows = b"".join(bytes(block) for block in copy).decode()
    return f"{name} ({columns})\n{rows}".rstrip("\n")
