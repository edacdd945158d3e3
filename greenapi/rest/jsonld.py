"""Records as linked data: what a room says of a record, and the history that the public saw of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from greenapi.ledger.appearances import appearances
from greenapi.ledger.reading import Snapshot

from .encoding import encode
from .formats import Format
from .linked_data import Node, linked_document
from .mementos import Question
from .problems import NOT_ACCEPTABLE, Problem
from .provenance import PublicChange, provenance

if TYPE_CHECKING:
    from .answering import AnsweringViewSet

# Of a record that changed more often only so many of its newest versions are told; its time map has all.
MAX_VERSIONS = 100
# What a room says of a record: from its representation, its row, and the address of the version that is shown. The
# first node is the record.
Describe = Callable[..., list[Node]]


class JsonLdFormat(Format):
    """A record as JSON-LD 1.1, with its own context."""

    media_type = "application/ld+json"
    format = "jsonld"
    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "description": "JSON-LD 1.1 with its own context: the record, its citations and its history.",
        "properties": {
            "@context": {"type": "object", "description": "What each word means."},
            "@graph": {
                "type": "array",
                "items": {"type": "object"},
                "minItems": 1,
                "description": (
                    "The version that is shown, what proves it, earlier versions, and the revisions that made them."
                ),
            },
        },
        "required": ["@context", "@graph"],
        "additionalProperties": False,
    }
    describe: ClassVar[Describe]

    def of_row(self, row: Any, *, view: "AnsweringViewSet", question: Question, snapshot: Snapshot) -> bytes:
        (body,) = view.represent_list([row], snapshot=snapshot)
        changes = public_changes(row, key=view.lookup_field, until=snapshot.number)
        history = provenance(changes, path_of=view.path_of, path=body["href"])
        version = history[0]
        shown, *others = self.describe(body, row=row, version=version["@id"])
        kinds = [shown["@type"]] if isinstance(shown["@type"], str) else shown["@type"]
        told = {**shown, **version, "@type": [*kinds, *version["@type"]], "hasProvenance": f"{body['href']}/revisions"}
        return encode(linked_document([told, *others, *history[1:]]))


def linked(describe: Describe) -> type[JsonLdFormat]:
    """The format for records that `describe` describes."""
    return type("JsonLd", (JsonLdFormat,), {"describe": staticmethod(describe)})


def public_changes(row: Any, *, key: str, until: int) -> list[PublicChange]:
    """The newest revisions, in order, at which the public saw a record change, up to revision `until`.

    Raises:
        Problem: not-acceptable, when it does not see the record: this is only for what is public.
    """
    found = appearances(type(row), id=row.pk, key=key).filter(number__lte=until).order_by("-number")[:MAX_VERSIONS]
    changes = [
        PublicChange(
            number=each.number,
            recorded_at=each.recorded_at,
            actor=each.actor,
            reason=each.reason,
            change_class=each.change_class,
            key_after=each.key_after,  # type: ignore[attr-defined]
        )
        for each in reversed(found)
    ]
    if not changes or changes[-1].key_after is None:
        raise Problem(NOT_ACCEPTABLE, "Only what is public is given in this format.")
    return changes
