"""The history of a record in the words of PROV: an entity for each version, an activity for each revision, agents."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from .encoding import rfc3339
from .linked_data import Node, node
from .parameters import AS_OF
from .paths import API_PREFIX


@dataclass(frozen=True, kw_only=True)
class PublicChange:
    """A revision at which the public saw a record appear, change or disappear.

    `key_after` is what the record was addressed by from then on; None where it disappeared.
    """

    number: int
    recorded_at: datetime
    actor: str
    reason: str
    change_class: str
    key_after: str | None


def version_path(path: str, *, number: int) -> str:
    """The address of a record as a revision made it."""
    return f"{path}?{AS_OF}={number}"


def provenance(changes: Sequence[PublicChange], *, path_of: Callable[[str], str], path: str) -> list[Node]:
    """The versions that the changes made, newest first, then the revisions and those who made them.

    `changes` are in order, the last made the version that is shown; `path_of` gives the path of a key, and `path` is
    that of the record now. The first may have a predecessor that is not told.
    """
    versions = list(_versions(changes, path_of=path_of, path=path))
    return [*reversed(versions), *map(_activity, reversed(changes)), *_agents(changes)]


def _versions(changes: Sequence[PublicChange], *, path_of: Callable[[str], str], path: str) -> Iterator[Node]:
    before: str | None = None
    for change, following in pairwise([*changes, None]):
        if change is None or change.key_after is None:
            continue
        version = version_path(path_of(change.key_after), number=change.number)
        yield node(
            ["Entity"],
            version,
            specializationOf=path,
            wasGeneratedBy=_revision(change.number),
            generatedAtTime=rfc3339(change.recorded_at),
            wasRevisionOf=before,
            wasInvalidatedBy=None if following is None else _revision(following.number),
            invalidatedAtTime=None if following is None else rfc3339(following.recorded_at),
        )
        before = version


def _activity(change: PublicChange) -> Node:
    return node(
        "Activity",
        _revision(change.number),
        endedAtTime=rfc3339(change.recorded_at),
        description=change.reason,
        changeClass=change.change_class,
        wasAssociatedWith=_agent(change.actor),
    )


def _agents(changes: Sequence[PublicChange]) -> list[Node]:
    actors: Any = dict.fromkeys(change.actor for change in reversed(changes))
    return [node("Agent", _agent(actor), name=actor) for actor in actors]


def _revision(number: int) -> str:
    return f"{API_PREFIX}/revisions/{number}"


def _agent(actor: str) -> str:
    """Whoever made the revisions that this address lists."""
    return f"{API_PREFIX}/revisions?actor={quote(actor, safe='')}#agent"
