"""What a query finds as of a revision, in a total order: by rank, then kind, then id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from .highlights import BEGIN, END, REPLACED
from .kinds import Kind
from .words import CONFIGURATION, MARK, Wanted

# Of each kind so many that match are ranked: a word that stands everywhere tells nothing. Which ones follows from the
# last digits of their ids (`search_mark`), and is in the index, too; so of such words only a part is looked at.
MOST_RANKED = 300
_MARKED_STEPS = (
    f"{{matches}} AND e.words @@ ({{wanted}} && '{MARK}0'::tsquery)",
    f"{{matches}} AND e.words @@ ({{wanted}} && '{MARK}1'::tsquery)",
    "{matches} AND e.words @@ {wanted} AND right(e.id::text, 2) > '1f'",
)
_ONE_STEP = ("{matches} AND e.words @@ {wanted}",)
RANK_DIGITS = 4
_SCALE = 10**RANK_DIGITS
_MARKED = (
    f"ts_headline('{CONFIGURATION}', translate(u.text, '{REPLACED}', '{' ' * len(REPLACED)}'), {{wanted}},"
    f' \'HighlightAll=true, StartSel="{BEGIN}", StopSel="{END}"\')'
)


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """Where a hit stands in the order; the better ranks come first. `rank` is a whole number of ten thousandths."""

    rank: int
    kind: str
    id: UUID


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A record that was found, with what may be shown of it; `marked` are its texts with marks around words."""

    place: Place
    key: str
    document: tuple[str, str] | None
    sha256: str | None
    names: Sequence[str]
    texts: Sequence[str]
    marked: Sequence[str]
    start: int | None
    is_limited: bool


def find(
    wanted: Wanted,
    *,
    kinds: Sequence[Kind],
    most: int,
    beyond: Place | None = None,
    backwards: bool = False,
) -> list[Hit]:
    """The first hits after a place, or the last before it, always in order; must run inside `reading`.

    `is_limited` says of every hit whether more matched, of some kind, than were ranked.
    """
    if not kinds:
        return []
    direction, further = ("ASC", ">") if backwards else ("DESC", "<")
    reverse, later = ("DESC", "<") if backwards else ("ASC", ">")
    after = (
        f"WHERE r.rank {further} %(rank)s OR r.rank = %(rank)s AND (r.kind, r.id) {later} (%(kind)s, %(id)s)"
        if beyond
        else ""
    )
    order = f"rank {direction}, kind {reverse}, id {reverse}"
    # Kinds are compared by the order of their letters, whatever the database's.
    sql = f"""
WITH matched AS ({" UNION ALL ".join(_candidates(kind, wanted) for kind in kinds)}),
ranked AS (
  SELECT m.kind COLLATE "C" AS kind, id, source, {_rank(wanted)} AS rank
    FROM matched m JOIN public.search_entry e USING (id, rev_from, source)
),
page AS (SELECT * FROM ranked r {after} ORDER BY {order} LIMIT %(most)s)
SELECT h.rank, h.kind, h.id, s.*,
       ARRAY(SELECT {_MARKED.format(wanted=wanted.sql)} FROM unnest(s.texts) WITH ORDINALITY u(text, n) ORDER BY u.n),
       EXISTS (SELECT FROM matched GROUP BY kind HAVING count(*) >= {MOST_RANKED})
  FROM page h CROSS JOIN LATERAL ({" UNION ALL ".join(_shown(kind) for kind in kinds)}) s
 ORDER BY {order}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {**wanted.parameters, **_place(beyond), "most": most})
        hits = [_hit(row) for row in cursor.fetchall()]
    return hits[::-1] if backwards else hits


def matching(wanted: Wanted, *, kind: Kind) -> str:
    """SQL, with the parameters of `wanted`, for the ids of all records of a kind that match and may be shown."""
    return f"SELECT e.id FROM {kind.entries} AND e.words @@ {wanted.sql} AND {kind.visible}"


def _candidates(kind: Kind, wanted: Wanted) -> str:
    """SQL for the entries of a kind that are ranked: kind, id, rev_from and source.

    One step after the other, until there are enough; each by the index first, and only then who may see them. The
    limits that never apply keep Postgres from doing the steps at once, and the empty offset from judging all entries.
    """
    forms = _MARKED_STEPS if kind.is_common else _ONE_STEP
    conditions = [form.format(matches=kind.entries, wanted=wanted.sql) for form in forms]
    steps = " UNION ALL ".join(
        f"(SELECT e.kind, e.id, e.rev_from, e.source FROM {condition} ORDER BY e.id LIMIT {10**9})"
        for condition in conditions
    )
    return f"(SELECT e.* FROM (SELECT * FROM ({steps}) steps OFFSET 0) e WHERE {kind.visible} LIMIT {MOST_RANKED})"


def _rank(wanted: Wanted) -> str:
    if not wanted.stricter:
        return f"floor(ts_rank(e.words, querytree({wanted.sql})::tsquery) * {_SCALE})::integer"
    steps = range(len(wanted.stricter), 0, -1)
    cases = " ".join(f"WHEN e.words @@ {wanted.stricter[step - 1]} THEN {step}" for step in steps)
    return f"CASE {cases} ELSE 0 END"


def _shown(kind: Kind) -> str:
    return f"SELECT * FROM ({kind.shown}) AS {kind.name} WHERE h.kind = '{kind.name}'"


def _place(beyond: Place | None) -> Mapping[str, Any]:
    return {} if beyond is None else {"rank": beyond.rank, "kind": beyond.kind, "id": beyond.id}


def _hit(row: Sequence[Any]) -> Hit:
    rank, kind, identity, key, slug, title, sha256, names, texts, start, marked, is_limited = row
    return Hit(
        place=Place(rank=rank, kind=kind, id=identity),
        key=key,
        document=None if slug is None else (slug, title),
        sha256=sha256,
        names=names,
        texts=texts,
        marked=marked,
        start=start,
        is_limited=is_limited,
    )
