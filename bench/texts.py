"""Fills a database, through the ledger, with texts of invented words, their segments, and facts that cite them.

The words are as common as in a language: the n-th is written with a frequency of about 1/n (Zipf's law).
"""

import hashlib
import random
from dataclasses import dataclass
from itertools import accumulate, product

from django.db import connection

from briefings.models import Citation, Document, DocumentVersion, Segment
from briefings.models.sources import DocumentText
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.revisions import revision
from indicators.models import Observation
from indicators.models.observations import ObservationCitation

from .progress import batches

SEGMENTS_OF_DOCUMENT = 50
WORDS_OF_SEGMENT = 120
CITATIONS_OF_DOCUMENT = 10
DOCUMENTS_OF_REVISION = 20
VOCABULARY = 20_000


@dataclass(frozen=True, kw_only=True)
class Language:
    """Words with how often each is written, added up from the first on."""

    words: list[str]
    up_to: list[float]

    def some(self, chance: random.Random, count: int) -> list[str]:
        """That many words, common ones more often."""
        return chance.choices(self.words, cum_weights=self.up_to, k=count)


def language() -> Language:
    """An invented language of VOCABULARY words of two or three syllables, always the same."""
    chance = random.Random(7)  # noqa: S311 - no secret
    syllables = ["".join(letters) for letters in product("bdfgklmnprstvz", "aeiou")]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4))))] = None
    return Language(words=list(words), up_to=list(accumulate(1 / (place + 3) for place in range(VOCABULARY))))


def fill_texts(segments: int, *, spoken: Language) -> None:
    """Records that many segments of public texts, and with each document citations and published observations."""
    chance = random.Random(11)  # noqa: S311 - no secret
    template = Observation.objects.order_by("id")[0]
    _check_citations("DISABLE")
    documents = max(segments // SEGMENTS_OF_DOCUMENT, 1)
    for first, end in batches(documents, size=DOCUMENTS_OF_REVISION, what="documents recorded"):
        with revision(actor="bench", reason="Recorded", change_class=ChangeClass.ENRICHMENT):
            for number in range(first, end):
                _record(number, template=template, spoken=spoken, chance=chance)
    _check_citations("ENABLE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _record(number: int, *, template: Observation, spoken: Language, chance: random.Random) -> None:
    document = Document.objects.create(
        id=uuid7(), slug=f"bench-{number}", title=f"Bench {number}", kind="report", text_policy="public"
    )
    text, places = "", []
    for _ in range(SEGMENTS_OF_DOCUMENT):
        begun = len(text)
        text += " ".join(spoken.some(chance, WORDS_OF_SEGMENT)).capitalize() + ".\n"
        places.append((begun, len(text) - 1))
    version = DocumentVersion.objects.create(
        id=uuid7(), document=document, sha256=hashlib.sha256(text.encode()).hexdigest(), length=len(text)
    )
    DocumentText.objects.create(id=uuid7(), version=version, text=text)
    segments = [
        Segment(id=uuid7(), document_version=version, number=place, kind="narrative", start=start, end=end)
        for place, (start, end) in enumerate(places, 1)
    ]
    Segment.objects.bulk_create(segments)
    citations, facts, links = [], [], []
    for segment in segments[:CITATIONS_OF_DOCUMENT]:
        start, end = segment.start, text.index(" ", segment.start + 30)
        cited = Citation(id=uuid7(), document_version=version, start=start, end=end, exact=text[start:end])
        values = {field.attname: getattr(template, field.attname) for field in Observation._meta.concrete_fields}
        scope = " ".join(spoken.some(chance, 4))
        fact = Observation(**{**values, "id": uuid7(), "segment_id": segment.id, "scope_words": scope})
        citations.append(cited)
        facts.append(fact)
        links.append(ObservationCitation(id=uuid7(), part="value", observation=fact, citation=cited))
    Citation.objects.bulk_create(citations)
    Observation.objects.bulk_create(facts)
    ObservationCitation.objects.bulk_create(links)


def _check_citations(what: str) -> None:
    """That each observation is cited is known here, and is not checked row by row."""
    with connection.cursor() as cursor:
        for table in ("observation", "observation_citation"):
            cursor.execute(f"ALTER TABLE {table} {what} TRIGGER check_cited")
