"""A small invented world and what happened to its ledger: whatever can happen to a record, happens to one here."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from briefings import changes as sources
from briefings.models import Basis, Citation, Document, DocumentVersion, Organization, Role, Segment, Speaker
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.redaction import redact
from greenapi.ledger.revisions import revision
from indicators import changes as facts
from indicators.measures import Bounds
from indicators.models import ClaimLink, Commitment, CommitmentEvent, Indicator, Observation, Period, Scope, Topic, Unit

TEXT = (
    "Orla Quill: In 2040, more than 12.50 of every 100 lamps in Tessel burnt fish oil. Nearly 300 pebbles of it were"
    " saved. We will light every harbour with the tide by 2044.\n"
    "Bram Oast: The tide gave 7 to 9 pebbles a night.\n"
)
HELD_NOT = "A page nobody has attached."
PUBLISHED = {"state": "published", "submitted_by": "ada", "reviewed_by": "bea"}


def happen() -> None:
    """Fills an empty ledger, in 13 revisions."""
    with _revision("The words facts are stated in"):
        _vocabulary()
    with _revision("The report of Tessel"):
        _source()
    with _revision("What it says, as a draft"):
        lamps, saved, pledge = _facts()
    with _revision("Reviewed"):
        for fact in (lamps, saved, pledge):
            facts.submit(fact, by="ada")
            facts.publish(fact, by="bea")
    with _revision("Misread: fish oil is a kind of lamp oil", change_class=ChangeClass.OUR_CORRECTION):
        Observation.objects.filter(id=lamps.id).update(value=Decimal("12.5"), scope=Scope.objects.get(slug="oil-lamps"))
        Unit.objects.filter(slug="pebble").update(name="pebble of oil", symbol="p\u20d7")
    with _revision("What Bram Oast said of the tide, and what it shows of the pledge"):
        tide = _tide(pledge)
    with _revision("Harbour lamps count twice", change_class=ChangeClass.REINTERPRETATION):
        indicator = Indicator.objects.get(slug="oil-lamp-share")
        facts.set_topics(indicator, topics=[Topic.objects.get(slug="harbours")])
        facts.cite(lamps, parts=[("whole", _cite("more than 12.50 of every 100 lamps"))])
    with _revision("The report was printed a day later", change_class=ChangeClass.SOURCE_REVISED):
        Document.objects.filter(slug="tessel-lamp-report").update(published_on=date(2041, 3, 2))
    with _revision("Nobody can say what was saved", change_class=ChangeClass.RETRACTION):
        facts.withdraw(Observation.objects.get(id=saved.id))
    with _revision("An old name, and one topic too many"):
        Topic.objects.filter(slug="whales").delete()
        Organization.objects.filter(slug="tessel-gazette").update(slug="gazette-of-tessel", abbreviation="GoT")
    with _revision("A name that must not stay", change_class=ChangeClass.REDACTION):
        redact(
            Speaker, Speaker.objects.get(slug="bram-oast").id, fields=["name"], authority="The court", reason="Privacy"
        )
    with _revision("The pledge is kept in part"):
        event = _event(pledge, fulfilment="partly_kept", occurred_on=date(2043, 5, 1))
        facts.cite_evidence(event, citations=[_cite("7 to 9 pebbles")])
    with _revision("Whales again, and the first event was no event", change_class=ChangeClass.OUR_CORRECTION):
        facts.record_topics([{"slug": "whales", "name": "Whales, again", "parent": Topic.objects.get(slug="tides")}])
        facts.withdraw(CommitmentEvent.objects.get(fulfilment="in_progress"))
        facts.withdraw(ClaimLink.objects.get())
        facts.cite(tide, parts=[("value", _cite("7 to 9 pebbles")), ("period", _cite("a night"))])


@contextmanager
def _revision(reason: str, *, change_class: ChangeClass = ChangeClass.ENRICHMENT) -> Iterator[None]:
    with revision(actor="ada", reason=reason, change_class=change_class):
        yield
    with connection.cursor() as cursor:
        # So that no two moments of the set are the same second, which is what headers give.
        cursor.execute("SELECT pg_sleep(1.1)")


def _vocabulary() -> None:
    facts.record_units(
        [
            {
                "slug": "pebble",
                "name": "pebble",
                "symbol": "p",
                "quantity": "mass",
                "definition": "What one hand holds.",
            },
            {"slug": "per-hundred", "name": "per hundred", "quantity": "ratio"},
            {"slug": "lamp", "name": "lamp \u201clit\u201d & burning\n", "quantity": "count"},
        ]
    )
    topics = facts.record_topics([{"slug": "tides", "name": "Tides"}, {"slug": "whales", "name": "Whales"}])
    facts.record_topics([{"slug": "harbours", "name": "Harbours", "parent": topics["tides"]}])
    scopes = facts.record_scopes([{"slug": "lamps", "name": "All lamps of Tessel"}])
    facts.record_scopes([{"slug": "oil-lamps", "name": "Lamps that burn oil", "broader": scopes["lamps"]}])
    facts.record_periods(
        [
            {
                "slug": "2040",
                "name": "2040",
                "start_on": date(2040, 1, 1),
                "end_on": date(2040, 12, 31),
                "precision": "year",
            }
        ]
    )
    hundred = Bounds(lower=Decimal(0), upper=Decimal("100.0"), lower_closed=True, upper_closed=True)
    indicators = facts.record_indicators(
        [
            {
                "slug": "oil-lamp-share",
                "name": "Share of lamps that burn fish oil",
                "definition": "Of all lamps, how many burn it.",
                "polarity": "lower_is_better",
                "domain": hundred,
                "unit": Unit.objects.get(slug="per-hundred"),
            },
            {
                "slug": "oil-saved",
                "name": "Oil saved",
                "definition": "Oil that was not burnt.",
                "polarity": "higher_is_better",
                "domain": None,
                "unit": Unit.objects.get(slug="pebble"),
            },
        ]
    )
    for indicator in indicators.values():
        facts.set_topics(indicator, topics=[topics["tides"]])
    wardens = sources.record_organizations(
        [
            {"slug": "lamp-wardens", "name": "Lamp Wardens of Tessel", "kind": "government", "area": ""},
            {"slug": "tessel-gazette", "name": "Tessel Gazette", "kind": "media"},
        ]
    )["lamp-wardens"]
    facts.record_programmes(
        [{"slug": "tide-lights", "name": "Tide Lights", "kind": "pilot", "organization": wardens}],
    )


def _source() -> None:
    speakers = sources.record_speakers(
        [{"slug": "orla-quill", "name": "Orla Quill"}, {"slug": "bram-oast", "name": "Bram Oast", "note": "Oilman."}]
    )
    role = sources.record_roles(
        [
            {
                "id": uuid7(),
                "title": "first warden",
                "title_basis": "stated",
                "speaker": speakers["orla-quill"],
                "organization": Organization.objects.get(slug="lamp-wardens"),
                "held_from": date(2039, 7, 1),
            }
        ]
    )
    briefing = sources.record_briefings(
        [
            {
                "slug": "tessel-lamps-2041",
                "title": "The lamps of Tessel",
                "kind": "briefing",
                "held_on": None,
                "is_fiction": True,
                "organizer": Organization.objects.get(slug="lamp-wardens"),
            }
        ]
    )["tessel-lamps-2041"]
    documents = sources.record_documents(
        [
            {
                "slug": "tessel-lamp-report",
                "title": "Lamps, and what they burn",
                "kind": "transcript_page",
                "text_policy": "public",
                "is_fiction": True,
                "published_on": date(2041, 3, 1),
                "published_on_basis": "stated",
                "briefing": briefing,
                "publisher": Organization.objects.get(slug="tessel-gazette"),
            },
            {"slug": "tide-book", "title": "Book of Tides", "kind": "report", "is_fiction": True},
        ]
    )
    page = _copy(documents["tessel-lamp-report"], text=TEXT)
    sources.hold_text(page, text=TEXT)
    _copy(documents["tide-book"], text=HELD_NOT)
    second = TEXT.index("Bram Oast")
    sources.record_segments(
        page,
        rows=[
            {
                "id": uuid7(),
                "number": 1,
                "kind": "answer",
                "start": 12,
                "end": second - 1,
                "label": "Orla Quill:",
                "label_start": 0,
                "label_end": 11,
                "attribution": "direct",
                "speaker": speakers["orla-quill"],
                "role": next(iter(role.values())),
            },
            {
                "id": uuid7(),
                "number": 2,
                "kind": "answer",
                "start": second + 11,
                "end": len(TEXT) - 1,
                "attribution": "direct",
                "speaker": speakers["bram-oast"],
            },
        ],
    )


def _copy(document: Document, *, text: str) -> DocumentVersion:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return sources.record_document_version(document=document, sha256=digest, length=len(text))


def _facts() -> tuple[Observation, Observation, Commitment]:
    said = {"attribution": "direct", "speaker": Speaker.objects.get(slug="orla-quill"), "role": Role.objects.get()}
    segment = Segment.objects.get(number=1)
    year = Period.objects.get()
    stated: dict[str, Any] = {**said, "segment": segment, "scope": Scope.objects.get(slug="lamps"), "value_high": None}
    lamps, saved = uuid7(), uuid7()
    made = facts.record_observations(
        [
            {
                **stated,
                "id": lamps,
                "value_printed": "more than 12.50",
                "value": Decimal("12.50"),
                "comparator": "gt",
                "measure_type": "share",
                "direction": None,
                "indicator": Indicator.objects.get(slug="oil-lamp-share"),
                "unit": Unit.objects.get(slug="per-hundred"),
                "reference_period": year,
                "reference_period_basis": Basis.STATED,
            },
            {
                **stated,
                "id": saved,
                "value_printed": "nearly 300",
                "value": Decimal(300),
                "comparator": "nearly",
                "measure_type": "level",
                "direction": None,
                "indicator": Indicator.objects.get(slug="oil-saved"),
                "unit": Unit.objects.get(slug="pebble"),
            },
        ]
    )
    facts.cite(made[lamps], parts=[("value", _cite("more than 12.50")), ("period", _cite("In 2040"))])
    facts.cite(made[saved], parts=[("value", _cite("Nearly 300 pebbles"))])
    pledge = uuid7()
    pledged = facts.record_commitments(
        [
            {
                **said,
                "id": pledge,
                "segment": segment,
                "title": "Light every harbour with the tide",
                "kind": "outcome",
                "specificity": "concrete",
                "target_comparator": None,
                "deadline_operator": "by",
                "deadline_on": date(2044, 12, 31),
                "deadline_words": "by 2044",
                "topic": Topic.objects.get(slug="tides"),
            }
        ]
    )
    facts.cite(pledged[pledge], parts=[("whole", _cite("We will light every harbour")), ("deadline", _cite("by 2044"))])
    return made[lamps], made[saved], pledged[pledge]


def _tide(pledge: Commitment) -> Observation:
    tide = uuid7()
    made = facts.record_observations(
        [
            {
                "id": tide,
                "attribution": "direct",
                "speaker": Speaker.objects.get(slug="bram-oast"),
                "segment": Segment.objects.get(number=2),
                "scope": Scope.objects.get(slug="lamps"),
                "value_printed": "7 to 9",
                "value": Decimal(7),
                "value_high": Decimal(9),
                "comparator": "between",
                "measure_type": "level",
                "direction": None,
                "indicator": Indicator.objects.get(slug="oil-saved"),
                "unit": Unit.objects.get(slug="pebble"),
            }
        ],
        new_values=PUBLISHED,
    )[tide]
    facts.cite(made, parts=[("value", _cite("7 to 9 pebbles"))])
    link = {"id": uuid7(), "relation": "evidences", "source_observation": made, "target_commitment": pledge}
    facts.record_claim_links([link], new_values=PUBLISHED)
    _event(pledge, fulfilment="in_progress", occurred_on=date(2042, 1, 31))
    return made


def _event(pledge: Commitment, *, fulfilment: str, occurred_on: date) -> CommitmentEvent:
    row = {
        "id": uuid7(),
        "commitment": pledge,
        "fulfilment": fulfilment,
        "occurred_on": occurred_on,
        "description": "Seen from the pier.",
    }
    return facts.record_events([row], new_values=PUBLISHED)[row["id"]]


def _cite(words: str) -> Citation:
    """The citation of the first place where the words stand in the report."""
    start = TEXT.index(words)
    page = DocumentVersion.objects.get(document__slug="tessel-lamp-report")
    known: Citation | None = Citation.objects.filter(document_version=page, start=start, exact=words).first()
    if known is not None:
        return known
    row = {"id": uuid7(), "document_version": page, "start": start, "end": start + len(words), "exact": words}
    return sources.record_citations([row])[row["id"]]
