"""What became of commitments, as filters: the same as is shown, for every history that is drawn."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenapi.ledger.models import Revision
from indicators.models import Commitment, Indicator
from indicators.models.commitments import CommitmentDeadlineOperator, Fulfilment
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

DERIVED = ("fulfilment", "is_overdue", "gap_to_target")
days = st.integers(min_value=-2, max_value=2)
mostly = st.sampled_from([True, True, True, False])
histories = st.fixed_dictionaries(
    {
        "operator": st.sampled_from(CommitmentDeadlineOperator.values),
        "days_left": days,
        "events": st.lists(st.tuples(st.sampled_from(Fulfilment.values), days, st.booleans()), max_size=3),
        "target": st.sampled_from([("ge", "50"), ("gt", "20"), ("lt", "20"), ("le", "60"), None]),
        "observed": st.lists(
            st.tuples(st.sampled_from(["gt", "eq", "le"]), st.sampled_from(["10", "20", "60"]), mostly),
            min_size=1,
            max_size=2,
        ),
        "of_target": mostly,
    }
)


def record(history: dict[str, Any], *, on: date, of: dict[str, Any]) -> Commitment:
    indicator: Indicator = of["indicator"]
    operator = history["operator"]
    target: dict[str, Any] = {}
    if history["target"] is not None:
        comparator, value = history["target"]
        target = {"target_comparator": comparator, "target_value": Decimal(value), "target_unit": indicator.unit}
    made = facts.commitment(
        segment=of["segment"],
        deadline_operator=operator,
        deadline_on=None if operator == "none" else on + timedelta(days=history["days_left"]),
        target_indicator=indicator,
        **target,
    )
    for fulfilment, shift, published in history["events"]:
        facts.event(of=made, fulfilment=fulfilment, occurred_on=on + timedelta(days=shift), published=published)
    for comparator, value, published in history["observed"]:
        source = facts.observation(
            segment=of["segment"],
            scope=of["scope"],
            indicator=indicator if history["of_target"] else of["other"],
            unit=indicator.unit,
            reference_period=None,
            comparator=comparator,
            value=Decimal(value),
        )
        facts.evidence(source=source, target=made, published=published)
    return made


def as_parameter(value: Any) -> str:
    return str(value).lower()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(histories, min_size=6, max_size=9))
def test_filters_select_what_is_shown(api: ContractClient, dataset: None, drawn: list[dict[str, Any]]) -> None:
    """Judged on the day of the revision that is read, as what is shown is."""
    with change():
        indicator = facts.indicator()
        of = {
            "indicator": indicator,
            "other": facts.indicator(unit=indicator.unit),
            "scope": facts.scope(),
            "segment": sources.segment(),
        }
        newest = Revision.objects.latest("number").recorded_at.date()
        for history in drawn:
            record(history, on=newest, of=of)

    rows = api.read(f"/api/v1/commitments?target_indicator={indicator.slug}")["results"]

    assert len(rows) == len(drawn)
    for name in DERIVED:
        for value in {row[name] for row in rows}:
            asked = f"{name}__isnull=true" if value is None else f"{name}={as_parameter(value)}"
            found = api.read(f"/api/v1/commitments?target_indicator={indicator.slug}&{asked}")["results"]
            assert found == [row for row in rows if row[name] == value], asked


def test_overdue_is_judged_at_the_revision_that_is_read(api: ContractClient, ledger_db: None) -> None:
    with change():
        made = facts.commitment(deadline_on=date(2001, 1, 1))
    with change():
        facts.event(of=made, fulfilment="kept")

    now, then = (api.read(f"/api/v1/commitments?is_overdue=true{as_of}")["results"] for as_of in ("", "&as_of=1"))

    assert now == []
    assert [row["id"] for row in then] == [str(made.pk)]


@pytest.mark.django_db
def test_filters_on_events_are_true_of_one_published_event(api: ContractClient) -> None:
    with change():
        made = facts.commitment()
        facts.event(of=made, fulfilment="in_progress", occurred_on=date(2031, 1, 1))
        facts.event(of=made, fulfilment="kept", occurred_on=date(2033, 1, 1))
        facts.event(of=made, fulfilment="not_kept", occurred_on=date(2035, 1, 1), published=False)

    def found(query: str) -> bool:
        page = api.read(f"/api/v1/commitments?id={made.pk}&{query}")
        return bool(page["results"])

    assert found("event_fulfilment=kept&event_occurred_on__gte=2033-01-01")
    assert not found("event_fulfilment=in_progress&event_occurred_on__gte=2033-01-01")
    assert not found("event_fulfilment=not_kept")
