"""Many facts recorded at once, each as its verb in `changes` records one, in few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from briefings.models import Citation
from greenapi.ledger.history import written_now
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Versioned
from greenapi.ledger.recording import record_all
from greenapi.ledger.revisions import current_revision
from indicators import changes
from indicators.models import (
    ClaimLink,
    Commitment,
    CommitmentCitation,
    CommitmentEvent,
    EventCitation,
    IndicatorTopic,
    Observation,
    ObservationCitation,
    State,
)
from indicators.models.facts import Reviewed

Rows = Sequence[Mapping[str, Any]]
# By the id of a fact: (part, citation), or for an event the citation alone.
Parts = Mapping[UUID, Iterable[tuple[str, Citation]]]


def record_many(model: type[Any], *, rows: Rows) -> None:
    """Records units, topics, scopes, periods or programmes by id, each as `changes.record_one` does."""
    record_all(model, key="id", rows=rows)


def record_indicators(rows: Rows, *, topics: Mapping[UUID, Iterable[Any]]) -> set[UUID]:
    """Records indicators by id, each with exactly these topics; gives the ids of those whose topics were changed."""
    changes.record_indicators(rows, key="id")
    return _set_links(
        IndicatorTopic,
        names=("topic_id",),
        owner="indicator",
        wanted={owner: [{"topic_id": topic.pk} for topic in found] for owner, found in topics.items()},
    )


def edit_observations(rows: Rows, *, parts: Parts, by: str) -> set[UUID]:
    """Records observations that are open or new, by id; gives the ids of those whose citations were changed."""
    changes.record_observations(rows)
    return _cited(Observation, ObservationCitation, rows=rows, parts=parts, by=by)


def edit_commitments(rows: Rows, *, parts: Parts, by: str) -> set[UUID]:
    """Records commitments as `edit_observations` does observations."""
    changes.record_commitments(rows)
    return _cited(Commitment, CommitmentCitation, rows=rows, parts=parts, by=by)


def edit_events(rows: Rows, *, citations: Mapping[UUID, Iterable[Citation]], by: str) -> set[UUID]:
    """Records events as `edit_observations` does observations."""
    changes.record_events(rows)
    evidence = {owner: [{"citation_id": citation.pk} for citation in found] for owner, found in citations.items()}
    relinked = _set_links(EventCitation, owner="event", names=("citation_id",), wanted=evidence)
    _resubmit(CommitmentEvent, rows=rows, relinked=relinked, by=by)
    return relinked


def edit_claim_links(rows: Rows, *, by: str) -> None:
    """Records claim links as `edit_observations` does observations."""
    changes.record_claim_links(rows)
    _resubmit(ClaimLink, rows=rows, relinked=set(), by=by)


def submit(model: type[Reviewed], *, ids: Collection[UUID], by: str) -> set[UUID]:
    """Hands those in for review that are drafts; gives their ids."""
    current_revision()
    drafts = model._default_manager.filter(pk__in=ids, state=State.DRAFT)
    found = set(drafts.values_list("pk", flat=True))
    drafts.update(state=State.IN_REVIEW, submitted_by=by, reviewed_by="")
    return found


def _cited(model: type[Reviewed], links: type[Versioned], *, rows: Rows, parts: Parts, by: str) -> set[UUID]:
    wanted = {
        owner: [{"part": str(part), "citation_id": citation.pk} for part, citation in found]
        for owner, found in parts.items()
    }
    relinked = _set_links(links, owner=str(model._meta.model_name), names=("part", "citation_id"), wanted=wanted)
    _resubmit(model, rows=rows, relinked=relinked, by=by)
    return relinked


def _resubmit(model: type[Reviewed], *, rows: Rows, relinked: set[UUID], by: str) -> None:
    """Whoever changes a fact that is in review has submitted it anew, and so cannot publish it."""
    ids = [row["id"] for row in rows]
    in_review = model._default_manager.filter(pk__in=ids, state=State.IN_REVIEW).exclude(submitted_by=by)
    others = set(in_review.values_list("pk", flat=True))
    if others:
        changed = (relinked | written_now(model, others).keys()) & others
        model._default_manager.filter(pk__in=changed).update(submitted_by=by)


def _set_links(
    model: type[Versioned],
    *,
    owner: str,
    names: tuple[str, ...],
    wanted: Mapping[UUID, Sequence[Mapping[str, Any]]],
) -> set[UUID]:
    """Makes each owner's rows of a link table exactly those wanted, leaving equal ones alone.

    `names` are the columns that each of them gives. Gives the ids of the owners of which some were not as wanted.
    """
    current_revision()
    missing = {identity: {tuple(row[name] for name in names): row for row in rows} for identity, rows in wanted.items()}
    spare = defaultdict(list)
    for link in model._default_manager.filter(**{f"{owner}__in": wanted}):
        of = getattr(link, f"{owner}_id")
        if missing[of].pop(tuple(getattr(link, name) for name in names), None) is None:
            spare[of].append(link.pk)
    if spare:
        model._default_manager.filter(pk__in=[link for links in spare.values() for link in links]).delete()
    model._default_manager.bulk_create(
        model(id=uuid7(), **{f"{owner}_id": identity}, **row)
        for identity, rows in missing.items()
        for row in rows.values()
    )
    return {*spare, *(identity for identity, rows in missing.items() if rows)}
