"""One page of a listing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from .base import Model

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Model, Generic[Row]):
    """One page of a listing: the revision it was read at, its rows, and the paths of its neighbours.

    `revision` is 0 and `recorded_at` None before the first revision; `recorded_at` is aware, UTC. `next` and
    `previous` are None at the ends. All pages of one listing are of the same revision.
    """

    revision: int
    recorded_at: datetime | None
    next: str | None
    previous: str | None
    results: tuple[Row, ...]
