"""What a scholar needs to cite a fact: the fact as it is stored here, in the version that a revision made."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from greenapi.ledger.appearances import LastChange, last_changes
from greenapi.ledger.reading import Snapshot, ledger_id

from .formats import Format
from .mementos import Question
from .problems import NOT_ACCEPTABLE, Problem
from .provenance import version_path

if TYPE_CHECKING:
    from .answering import AnsweringViewSet

# A space that does not break is a character of its own.
_SPACES = re.compile(r"[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")
# What neither a bibliography nor XML can hold: control characters that are no spaces, and no characters at all.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The words that prove a fact: [start, end) in code points of the text that has this SHA-256."""

    sha256: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Citable:
    """A fact with where it was stated; what is not known is None. Days are written YYYY-MM-DD.

    `kind` is what sort of fact it is, in one word; `author` who stated it; `container` the title of the document that
    states it, `publisher` that document's, `event` the briefing it reports, `within` the work that it cites.
    """

    kind: str
    id: UUID
    path: str
    title: str
    author: str | None
    stated_on: str | None
    container: str | None
    publisher: str | None
    event: str | None
    within: str | None
    proofs: Sequence[Proof]
    is_fiction: bool


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A fact and the revision that made the version cited, in the ledger that holds it."""

    fact: Citable
    revision: int
    recorded_at: datetime
    ledger_id: UUID

    @property
    def key(self) -> str:
        """A name for the reference in letters, digits and hyphens: that of no other fact and of no other version."""
        return f"{self.fact.kind}-{self.fact.id}-r{self.revision}"

    @property
    def path(self) -> str:
        """The address that shows this version for ever."""
        return version_path(self.fact.path, number=self.revision)

    @property
    def note(self) -> str:
        """What finds and checks the fact wherever this ledger, or only the text, is at hand."""
        said = [
            f"Revision {self.revision} of the ledger {self.ledger_id}, recorded on {self.recorded_at:%Y-%m-%d}.",
            *(
                f"Proved by the code points {proof.start} to {proof.end} (exclusive)"
                f" of the text with the SHA-256 {proof.sha256}."
                for proof in self.fact.proofs
            ),
        ]
        if self.fact.within is not None:
            said.append(f"Stated there of: {self.fact.within}.")
        if self.fact.is_fiction:
            said.append("An invented fact, which shows how greenapi works.")
        return " ".join(said)


# What a room says of rows with these representations, in their order.
Describe = Callable[[Sequence[Mapping[str, Any]]], list[Citable]]


class CitationFormat(Format):
    """Facts as entries of a bibliography."""

    @staticmethod
    def describe(bodies: Sequence[Mapping[str, Any]]) -> list[Citable]:
        """What a room says of rows with these representations, in their order."""
        raise NotImplementedError

    def written(self, cited: Sequence[Cited]) -> bytes:
        """The bibliography."""
        raise NotImplementedError

    def of_row(self, row: Any, *, view: "AnsweringViewSet", question: Question, snapshot: Snapshot) -> bytes:
        return self._written([row], view=view, snapshot=snapshot)

    def of_page(
        self,
        rows: Sequence[Any],
        *,
        envelope: dict[str, Any],
        view: "AnsweringViewSet",
        question: Question,
        snapshot: Snapshot,
    ) -> bytes:
        return self._written(rows, view=view, snapshot=snapshot)

    def _written(self, rows: Sequence[Any], *, view: "AnsweringViewSet", snapshot: Snapshot) -> bytes:
        facts = self.describe(view.represent_list(rows, snapshot=snapshot))
        return self.written(_cited(rows, facts=facts, until=snapshot.number))


def one_line(text: str) -> str:
    """A text without control characters, its spaces, tabs and line ends folded into single spaces."""
    return _SPACES.sub(" ", _CONTROLS.sub("", text)).strip(" ")


def _cited(rows: Sequence[Any], *, facts: Sequence[Citable], until: int) -> list[Cited]:
    """The facts with the revisions that made them.

    Raises:
        Problem: not-acceptable, when one of them is not public.
    """
    if not rows:
        return []
    changes = last_changes(type(rows[0]), ids=[row.pk for row in rows], until=until)
    of_ledger = ledger_id()
    return [
        _one(fact, change=changes.get(row.pk) if row.state == "published" else None, of_ledger=of_ledger)
        for row, fact in zip(rows, facts, strict=True)
    ]


def _one(fact: Citable, *, change: LastChange | None, of_ledger: UUID) -> Cited:
    if change is None:
        raise Problem(NOT_ACCEPTABLE, "Only what is public can be cited.")
    return Cited(fact=fact, revision=change.number, recorded_at=change.recorded_at, ledger_id=of_ledger)
