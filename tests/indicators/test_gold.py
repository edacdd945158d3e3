"""The loaded dataset against what a careful reader found in the five documents, where that is at hand."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from briefings.models import DocumentVersion, Segment
from indicators.models import Commitment, Observation

GOLD = Path(__file__).parents[3] / "shared" / "gold"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not GOLD.is_dir(), reason="the careful reader's findings are not at hand"),
]

UNITS = {"%": "percent", "t": "tonne", "count": "count", "1": "ratio"}
STATUS = {"actual": {"A", "P"}, "forecast": {"F"}}
KINDS = {"closing": "chair"}


def gold(name: str) -> list[dict[str, Any]]:
    lines = (GOLD / f"seeds-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]


def version_of(row: dict[str, Any], seeds: Path) -> DocumentVersion:
    return DocumentVersion.objects.get(sha256=hashlib.sha256((seeds / row["doc"]).read_bytes()).hexdigest())


@pytest.mark.parametrize("row", gold("observations") if GOLD.is_dir() else [], ids=lambda row: row["id"])
def test_observation_is_as_the_reader_found_it(dataset: None, seeds: Path, row: dict[str, Any]) -> None:
    found = Observation.objects.published().get(
        cited_parts__part="value",
        cited_parts__citation__start=row["start"],
        cited_parts__citation__end=row["end"],
        cited_parts__citation__document_version=version_of(row, seeds),
    )

    assert (found.value, found.comparator, found.unit.slug) == (
        row["value"],
        row["comparator"],
        UNITS[row["unit"]],
    )
    assert found.speaker is not None and found.speaker.name == row["speaker"]
    assert (found.direction == "decrease") == (row["change"] == "dec")
    assert found.obs_status in STATUS[row["status"]]


@pytest.mark.parametrize("row", gold("commitments") if GOLD.is_dir() else [], ids=lambda row: row["id"])
def test_commitment_is_as_the_reader_found_it(dataset: None, seeds: Path, row: dict[str, Any]) -> None:
    found = Commitment.objects.published().get(
        cited_parts__part="whole",
        cited_parts__citation__start=row["start"],
        cited_parts__citation__end__lte=row["end"],
        cited_parts__citation__document_version=version_of(row, seeds),
    )

    assert found.specificity == row["strength"]
    assert (found.deadline_on is None) == (row["deadline"] == "")


def test_nothing_is_recorded_beyond_what_the_reader_found(dataset: None) -> None:
    real = {"segment__document_version__document__is_fiction": False}

    assert Observation.objects.filter(**real).count() == len(gold("observations")) == 17
    assert Commitment.objects.filter(**real).count() == len(gold("commitments")) == 82
    assert Commitment.objects.filter(**real, specificity="concrete").count() == 25


def test_numerals_that_are_no_observations_are_not_cited_as_values(dataset: None, seeds: Path) -> None:
    for row in gold("distractors"):
        cited = Observation.objects.filter(
            cited_parts__part="value",
            cited_parts__citation__start__lte=row["start"],
            cited_parts__citation__end__gte=row["end"],
            cited_parts__citation__document_version=version_of(row, seeds),
        )

        assert list(cited) == [], row


@pytest.mark.parametrize("row", gold("structure") if GOLD.is_dir() else [], ids=lambda row: row["doc"][:3])
def test_segments_are_the_turns_the_reader_found(dataset: None, seeds: Path, row: dict[str, Any]) -> None:
    version = version_of(row, seeds)
    turns = Segment.objects.filter(document_version=version, kind__in=["question", "answer", "handover", "chair"])

    assert [(turn.kind, turn.label, turn.label_start, turn.start, turn.end) for turn in turns.order_by("number")] == [
        (
            KINDS.get(turn["role"], turn["role"]),
            turn["label"],
            turn["label_start"],
            turn["body_start"],
            turn["body_end"],
        )
        for turn in row["turns"]
    ]
    assert version.document.published_on is not None
    assert version.document.published_on.isoformat() == row["pub_date"]
    assert version.document.page_count == row["page_count"]
