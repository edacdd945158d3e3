"""Time maps as links (RFC 7089, in the format of RFC 6690)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.http import http_date
from rest_framework.renderers import BaseRenderer

from .mementos import LINK_FORMAT


@dataclass(frozen=True, kw_only=True)
class Memento:
    """One version of a record: its address, and when the revision that made it was recorded."""

    href: str
    recorded_at: datetime


class LinkFormatRenderer(BaseRenderer):
    """Answers with links that are written already."""

    media_type = LINK_FORMAT
    format = "link-format"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data.encode() if isinstance(data, str) else b""


def link_format(*, original: str, here: str, page: dict[str, Any], mementos: Sequence[Memento], rising: bool) -> str:
    """A page of a time map: the record, this time map and its neighbouring pages, and each memento, one a line.

    `mementos` are those of the page, oldest first when `rising`; the first and the last of all are named so.
    """
    return ",\n".join(_lines(original=original, here=here, page=page, mementos=mementos, rising=rising)) + "\n"


def _lines(
    *, original: str, here: str, page: dict[str, Any], mementos: Sequence[Memento], rising: bool
) -> Iterator[str]:
    yield f'<{original}>; rel="original timegate"'
    yield f'<{here}>; rel="self timemap"; type="{LINK_FORMAT}"'
    for name, relation in (("previous", "prev"), ("next", "next")):
        if page[name] is not None:
            yield f'<{page[name]}>; rel="{relation} timemap"; type="{LINK_FORMAT}"'
    begins, ends = ("first", "last") if rising else ("last", "first")
    for position, memento in enumerate(mementos):
        relations = ["memento"]
        if position == len(mementos) - 1 and page["next"] is None:
            relations.insert(0, ends)
        if position == 0 and page["previous"] is None:
            relations.insert(0, begins)
        moment = http_date(memento.recorded_at.timestamp())
        yield f'<{memento.href}>; rel="{" ".join(relations)}"; datetime="{moment}"'
