"""What is asked for: a text in the syntax of `websearch_to_tsquery`, and the same with similar words beside its own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

LONGEST = 200  # characters
CONFIGURATION = "public.search_english"
# Begins what is among the words of a record without being one of them; no word does.
MARK = "§"
# How alike a stem must be to one that was asked for (similarity of pg_trgm, from 0 to 1), in steps that order hits.
LIKENESS = (0.45, 0.6, 0.75)
SHORTEST_SIMILAR = 4  # letters; shorter stems resemble too much

_STEM = re.compile(r"(!*)'((?:[^'\\]|''|\\\\)*)'")


class OnlyNotError(ValueError):
    """A text that only says what is not to be there."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for: SQL for a tsquery, its parameters, and for each step of likeness a stricter one, if any."""

    sql: str
    parameters: Mapping[str, str]
    stricter: Sequence[str] = ()


def unfit(text: str) -> str | None:
    """Why a text can be no query; None when it can."""
    if len(text) > LONGEST:
        return f"Give at most {LONGEST} characters."
    if "\0" in text:
        return "A text has no NUL."
    return None


def parsed(text: str) -> str:
    """The query that Postgres makes of a text; empty where it holds nothing but words that stand everywhere.

    Raises:
        OnlyNotError: the text only says what is not to be there, for which every record would have to be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT q::text, querytree(q) = 'T'"
            f" FROM (SELECT websearch_to_tsquery('{CONFIGURATION}', %s) AS q) AS parsed",
            [text],
        )
        query: str
        query, only_not = cursor.fetchone()
    if only_not:
        raise OnlyNotError("It only says what is not to be there. Give a word that is.")
    return query


def as_parsed(query: str) -> Wanted:
    """What a parsed query asks for."""
    return Wanted(sql="%(wanted)s::tsquery", parameters={"wanted": query})


def with_similar(query: str) -> Wanted | None:
    """What a parsed query becomes with all stems that are like one of its own; None when there are none.

    All of them, not the nearest: then whether a record is found depends on its own words only, and not on what else,
    perhaps withheld, there is.
    """
    terms = {_unquoted(stem) for negation, stem in _STEM.findall(_without_negated_groups(query)) if not negation}
    asked = sorted(term for term in terms if len(term) >= SHORTEST_SIMILAR and not any(map(str.isdigit, term)))
    similar = _similar(asked)
    if not similar:
        return None
    queries = [
        _expanded(query, {term: [word for word, like in found if like >= least] for term, found in similar.items()})
        for least in LIKENESS
    ]
    names = [f"wanted_{step}" for step in range(len(queries))]
    sql = [f"%({name})s::tsquery" for name in names]
    return Wanted(sql=sql[0], parameters=dict(zip(names, queries, strict=True)), stricter=sql[1:])


def _similar(terms: Sequence[str]) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.term, l.lexeme, public.similarity(l.lexeme, t.term) FROM unnest(%s::text[]) t(term)"
            " JOIN public.search_lexeme l ON l.lexeme OPERATOR(public.%%) t.term"
            " WHERE l.lexeme <> t.term AND public.similarity(l.lexeme, t.term) >= %s ORDER BY 1, 2",
            [list(terms), LIKENESS[0]],
        )
        for term, word, like in cursor.fetchall():
            found.setdefault(term, []).append((word, like))
    return found


def _expanded(query: str, similar: Mapping[str, Iterable[str]]) -> str:
    """A query with similar stems beside those that are to be there."""

    def replaced(match: "re.Match[str]") -> str:
        stem = _unquoted(match[2])
        words = [] if match[1] else list(similar.get(stem, ()))
        return match[0] if not words else f"( {' | '.join(map(_quoted, [stem, *words]))} )"

    return _STEM.sub(replaced, query)


def _without_negated_groups(query: str) -> str:
    """Phrases that are not to be there stand as `!( … )`, without further brackets; their words are left out."""
    return re.sub(r"!\( ?(?:[^()']|'(?:[^'\\]|''|\\\\)*')*\)", " ", query)


def _unquoted(stem: str) -> str:
    return stem.replace("''", "'").replace("\\\\", "\\")


def _quoted(stem: str) -> str:
    escaped = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
