"""What a golden set asks: every resource as of several revisions, across relations, in pages, and wrongly."""

import json
from collections.abc import Iterator

from greenapi.ledger.models import LedgerHead
from greenapi.urls import RESOURCES

from .keeping import Answer, ask

# Each is asked as of every revision named below.
QUERIES = (
    "observations?unit=pebble&ordering=-value",
    "observations?topic=tides",
    "observations?speaker=orla-quill",
    "observations?document=tessel-lamp-report",
    "observations?reference_period__isnull=true",
    "observations?value__gte=12.5",
    "commitments?ordering=-deadline_on",
    "commitments?topic=tides",
    "commitments?deadline_on__lte=2044-12-31",
    "segments?speaker=orla-quill&ordering=-number",
    "citations?ordering=-start",
    "indicators?topic=tides",
    "indicators?unit=pebble",
    "roles?organization=lamp-wardens",
    "documents?publisher=tessel-gazette",
    "document-versions?held=true",
    "revisions?change_class=our_correction",
    "revisions?ordering=-recorded_at",
    # Ways to ask wrongly.
    "units?slug__sounds_like=pebble",
    "units?page_size=0",
    "observations?value__gte=plenty",
    "units/no-such-unit",
    "observations/00000000-0000-7000-8000-000000000000",
)
PAGED = ("observations?ordering=-value&page_size=1", "units?page_size=2", "revisions?page_size=4")
# Asked once, because they name their revision in another way, or none that there is.
ONCE = (
    "units?as_of=2031-01-01",
    "units?as_of=9999-12-31T23:59:59Z",
    "units?as_of=2031-01-01T00:00:00",
    "units?as_of=99999999999999999999",
    "units?as_of=1000000",
    "units?as_of=-1",
)


def ask_everything() -> list[Answer]:
    """The answers that a golden set keeps, asked of the ledger in the database."""
    return list({answer.address: answer for answer in _answers()}.values())


def _answers() -> Iterator[Answer]:
    head = LedgerHead.objects.get().number
    details: set[str] = set()
    for number in (0, 4, 8, head):
        for resource in RESOURCES:
            answer = ask(f"/api/v1/{resource}?as_of={number}")
            yield answer
            details |= {row["href"] for row in json.loads(answer.body)["results"][:1]}
        for query in QUERIES:
            yield ask(f"/api/v1/{query}{'&' if '?' in query else '?'}as_of={number}")
    for number in (4, head):
        yield from (ask(f"{path}?as_of={number}") for path in sorted(details))
        for query in PAGED:
            address: str | None = f"/api/v1/{query}&as_of={number}"
            while address is not None:
                page = ask(address)
                yield page
                address = json.loads(page.body)["next"]
    yield from (ask(f"/api/v1/{query}") for query in ONCE)
