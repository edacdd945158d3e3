"""Taking a record out of the present: the past keeps it, and nothing that stays refers to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .links import Pointer, parts_of, pointing_to
from .models import Versioned
from .revisions import current_revision

AT_MOST = 20  # records named that refer to one


@dataclass(frozen=True, kw_only=True)
class Referring:
    """A record that refers to another: its resource, and the key of its address there."""

    resource: str
    key: str


class InUseError(ValueError):
    """A record that others refer to; `pointers` are these, at most twenty."""

    def __init__(self, pointers: Sequence[Pointer]) -> None:
        super().__init__(", ".join(f"{pointer.model.resource} {pointer.id}" for pointer in pointers))
        self.pointers = pointers

    def referring(self) -> Iterator[Referring]:
        """The records that refer to it; in place of a row that is part of another record, that one."""
        for pointer in self.pointers:
            owner = pointer.model.part_of
            if owner is None or pointer.model.reviewed:
                yield _referring(pointer.model._default_manager.get(pk=pointer.id))
            else:
                yield _referring(
                    getattr(pointer.model._default_manager.select_related(owner).get(pk=pointer.id), owner)
                )


def remove(record: Versioned) -> None:
    """Takes a record, with the rows that are its parts, out of what stands; inside an open revision.

    Raises:
        NoRevisionError: no revision is open.
        InUseError: others refer to it.
    """
    current_revision()
    pointers = list(pointing_to(type(record), record.pk, ever=False, parts=False))
    if pointers:
        raise InUseError(pointers[:AT_MOST])
    for link in parts_of(type(record)):
        link.model._default_manager.filter(**{link.column: record.pk}).delete()
    record.delete()


def _referring(record: Versioned) -> Referring:
    key = next(name for name in ("slug", "sha256", "id") if hasattr(record, name))
    return Referring(resource=record.resource, key=str(getattr(record, key)))
