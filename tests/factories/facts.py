"""Units, indicators, and the facts stated in documents of our own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from briefings.models import Basis
from greenapi.ledger.identifiers import uuid7
from indicators import changes
from indicators.measures import Bounds
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentEvent,
    Indicator,
    Observation,
    Period,
    Scope,
    Topic,
    Unit,
)

from . import sources
from .names import fresh

SHARE = Bounds(lower=Decimal(0), upper=Decimal(100), lower_closed=True, upper_closed=True)
PUBLISHED: Mapping[str, Any] = {"state": "published", "submitted_by": "ada", "reviewed_by": "bea"}


def unit(**values: Any) -> Unit:
    slug = fresh("unit")
    row = {"slug": slug, "name": f"Unit {slug}", "quantity": "ratio", **values}
    return changes.record_units([row])[row["slug"]]


def topic(**values: Any) -> Topic:
    slug = fresh("topic")
    row = {"slug": slug, "name": f"Topic {slug}", **values}
    return changes.record_topics([row])[row["slug"]]


def scope(**values: Any) -> Scope:
    slug = fresh("scope")
    row = {"slug": slug, "name": f"Scope {slug}", **values}
    return changes.record_scopes([row])[row["slug"]]


def period(*, start_on: date = date(2030, 1, 1), end_on: date = date(2030, 12, 31), **values: Any) -> Period:
    slug = fresh("period")
    row = {"slug": slug, "name": slug, "start_on": start_on, "end_on": end_on, "precision": "year", **values}
    return changes.record_periods([row])[row["slug"]]


def indicator(*, domain: Bounds | None = SHARE, **values: Any) -> Indicator:
    """A share in percent of a new unit, unless told otherwise."""
    slug = fresh("indicator")
    row = {
        "slug": slug,
        "name": f"Indicator {slug}",
        "definition": "Share of mills that run on wind.",
        "polarity": "higher_is_better",
        "domain": domain,
        **values,
    }
    if "unit" not in row:
        row["unit"] = unit()
    return changes.record_indicators([row])[row["slug"]]


def observation(*, published: bool = True, cited: bool = True, **values: Any) -> Observation:
    """`More than 20%` in 2030, from TEXT; its value is cited."""
    row: dict[str, Any] = {
        "id": uuid7(),
        "attribution": "direct",
        "value_printed": " to ".join(str(values[name]) for name in ("value", "value_high") if values.get(name))
        or "more than 20%",
        "value": Decimal(20),
        "value_high": None,
        "comparator": "gt",
        "measure_type": "share",
        "direction": None,
        **values,
    }
    row["indicator"] = row.get("indicator") or indicator()
    row["unit"] = row.get("unit") or row["indicator"].unit
    row["scope"] = row.get("scope") or scope()
    row["segment"] = row.get("segment") or sources.segment()
    if "reference_period" not in row:
        row |= {"reference_period": period(), "reference_period_basis": Basis.STATED}
    made = changes.record_observations([row], new_values=PUBLISHED if published else {})[row["id"]]
    if cited:
        changes.cite(made, parts=[("value", sources.citation(of=row["segment"].document_version))])
    return made


def commitment(*, published: bool = True, cited: bool = True, **values: Any) -> Commitment:
    """`We will reach half by 2040`, from TEXT, without a target in numbers; the whole is cited."""
    row: dict[str, Any] = {
        "id": uuid7(),
        "title": "Run half of all mills on wind",
        "attribution": "direct",
        "kind": "outcome",
        "specificity": "concrete",
        "target_comparator": None,
        "deadline_operator": "by",
        "deadline_on": date(2040, 12, 31),
        "deadline_words": "by 2040",
        **values,
    }
    row["segment"] = row.get("segment") or sources.segment()
    made = changes.record_commitments([row], new_values=PUBLISHED if published else {})[row["id"]]
    if cited:
        place = sources.citation(of=row["segment"].document_version, exact="We will reach half by 2040")
        changes.cite(made, parts=[("whole", place)])
    return made


def event(
    *, of: Commitment, fulfilment: str, occurred_on: date = date(2035, 1, 1), published: bool = True
) -> CommitmentEvent:
    row = {
        "id": uuid7(),
        "commitment": of,
        "fulfilment": fulfilment,
        "occurred_on": occurred_on,
        "description": "Found in the yearly report.",
    }
    return changes.record_events([row], new_values=PUBLISHED if published else {})[row["id"]]


def evidence(*, source: Observation, target: Commitment, published: bool = True) -> ClaimLink:
    """That an observation is evidence for a commitment."""
    row = {"id": uuid7(), "relation": "evidences", "source_observation": source, "target_commitment": target}
    return changes.record_claim_links([row], new_values=PUBLISHED if published else {})[row["id"]]
