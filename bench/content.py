"""Fills a database, through the ledger, with observations as long and as linked as those of the bundled dataset."""

from dataclasses import dataclass

from django.db import connection

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.revisions import revision

from .progress import batches
from .statements import DOCUMENTS, INDICATORS, SEGMENTS, SPEAKERS, copied, first_row, observations_sql, uuid

CITATIONS_OF_SEGMENT = 20
# Each with two links to citations: 9,999 rows in one revision.
OBSERVATIONS_OF_REVISION = 3_333
UPDATES_OF_REVISION = 10_000


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Revisions at which every observation is there: all as first recorded, half of them changed once, and the head."""

    old: int
    middle: int
    newest: int


def prepare() -> None:
    """Adds indicators, speakers with roles, documents, segments and citations, and templates of observations."""
    with revision(actor="bench", reason="Vocabulary", change_class=ChangeClass.ENRICHMENT):
        _copy("indicator", count=INDICATORS, slug="'bench-' || n")
        _copy("speaker", count=SPEAKERS, slug="'bench-' || n", name="'Speaker ' || n")
        _copy("role", count=SPEAKERS, speaker_id=uuid("speaker", "n"))
        _copy("document", count=DOCUMENTS, slug="'bench-' || n")
        _copy(
            "document_copy",
            count=DOCUMENTS,
            document_id=uuid("document", "n"),
            sha256="encode(sha256(n::text::bytea), 'hex')",
            length="100000",
        )
        place = f"(n % {SEGMENTS // DOCUMENTS}) * 10000"
        _copy(
            "segment",
            count=SEGMENTS,
            number=f"1 + n % {SEGMENTS // DOCUMENTS}",
            start=place,
            end=f"{place} + 10000",
            label="NULL",
            label_start="NULL",
            label_end="NULL",
            replies_to_id="NULL",
            stated_on="date '2020-01-01' + n",
            stated_on_basis="'stated'",
            document_version_id=uuid("document_copy", f"n / {SEGMENTS // DOCUMENTS}"),
        )
        # Citation n is of segment n / CITATIONS_OF_SEGMENT, and lies in it.
        segment = f"(n / {CITATIONS_OF_SEGMENT})"
        start = f"({segment} % {SEGMENTS // DOCUMENTS}) * 10000 + (n % {CITATIONS_OF_SEGMENT}) * 400"
        _copy(
            "citation",
            count=SEGMENTS * CITATIONS_OF_SEGMENT,
            start=start,
            end=f"{start} + char_length(t.exact)",
            document_version_id=uuid("document_copy", f"{segment} / {SEGMENTS // DOCUMENTS}"),
        )
    _execute(
        "CREATE TABLE template AS"
        " SELECT *, row_number() OVER (ORDER BY id) - 1 AS k, count(*) OVER () AS kinds FROM observation"
    )


def fill(rows: int) -> Moments:
    """Records `rows` observations with two citations each, and then changes each of them twice.

    Needs `prepare`. One observation in fifty is a draft, that is, not public. That each published one is cited is known
    here, and is not checked, which would take half of the time; what the ledger does is done.
    """
    _check_citations("DISABLE")
    insert_facts = observations_sql(state="CASE WHEN n % 50 = 7 THEN 'draft' ELSE 'published' END")
    citation = f"(n % {SEGMENTS}) * {CITATIONS_OF_SEGMENT} + (n / {SEGMENTS} + {{}}) % {CITATIONS_OF_SEGMENT}"
    links = [
        f"INSERT INTO observation_citation (id, part, observation_id, citation_id)"
        f" SELECT {uuid(part, 'n')}, '{part}', {uuid('observation', 'n')}, {uuid('citation', citation.format(away))}"
        " FROM generate_series({}, {}) n"
        for part, away in (("value", 0), ("period", 1))
    ]
    for first, end in batches(rows, size=OBSERVATIONS_OF_REVISION, what="observations recorded"):
        with revision(actor="bench", reason="Recorded", change_class=ChangeClass.ENRICHMENT):
            for sql in (insert_facts, *links):
                _execute(sql.format(first, end - 1))
    old = _head()
    # One in ten moves to another indicator: then the past has other rows under a filter than the present.
    other = uuid("indicator", f"value::bigint % {INDICATORS}")
    moved = f"CASE WHEN value::bigint % 10 = 0 THEN {other} ELSE indicator_id END"
    middle = 0
    for first, end in batches(rows, size=UPDATES_OF_REVISION, what="changed once"):
        with revision(actor="bench", reason="Read again", change_class=ChangeClass.OUR_CORRECTION):
            _execute(
                f"UPDATE observation SET scope_words = 'the region', indicator_id = {moved} {_between(first, end)}"
            )
        if not middle and end * 2 >= rows:
            middle = _head()
    for first, end in batches(rows, size=UPDATES_OF_REVISION, what="changed twice"):
        with revision(actor="bench", reason="Read once more", change_class=ChangeClass.REINTERPRETATION):
            _execute(f"UPDATE observation SET value = value + 1, note = 'Read once more.' {_between(first, end)}")
    _check_citations("ENABLE")
    return Moments(old=old, middle=middle, newest=_head())


def _copy(table: str, *, count: int, **values: str) -> None:
    """Adds `count` rows to a table, numbered from 0: the copies of its first row, with `values`."""
    _execute(copied(table, template=first_row(table), **{"id": uuid(table, "n"), **values}).format(0, count - 1))


def _check_citations(what: str) -> None:
    for table in ("observation", "observation_citation"):
        _execute(f"ALTER TABLE {table} {what} TRIGGER check_cited")


def _between(first: int, end: int) -> str:
    return f"WHERE id BETWEEN {uuid('observation', str(first))} AND {uuid('observation', str(end - 1))}"


def _head() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM ledger_head")
        number: int = cursor.fetchone()[0]
    return number


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
