"""What an import does with its rows."""

import pytest

from greenapi.access.scopes import Scope
from greenapi.ledger.models import LedgerHead, Revision
from indicators.models import Unit
from tests.contract.client import ContractClient
from tests.rest.writes import WRITTEN, Writer, example_of

from .importing import carried_out, ndjson, outcomes, report, unit

NOTHING = {"added": 0, "changed": 0, "unchanged": 0, "refused": 0}


@pytest.fixture
def writer(dataset_db: None, api: ContractClient) -> Writer:
    """Somebody who may change what is public."""
    return Writer(api)


def newest() -> int:
    return LedgerHead.objects.get().number


@pytest.mark.parametrize("mode", ["all", "rows"])
def test_import_adds_changes_and_leaves_alone(writer: Writer, mode: str) -> None:
    before = newest()
    first = carried_out(writer, ndjson(unit(1), unit(2)), mode=mode)
    again = carried_out(writer, ndjson(unit(1), unit(2)), mode=mode)
    third = carried_out(writer, ndjson(unit(1), unit(2, symbol="v"), unit(3)), mode=mode)

    assert first["state"] == again["state"] == third["state"] == "done"
    assert [found["counts"] for found in (first, again, third)] == [
        {**NOTHING, "added": 2},
        {**NOTHING, "unchanged": 2},
        {**NOTHING, "unchanged": 1, "changed": 1, "added": 1},
    ]
    assert (first["first_revision"], first["last_revision"]) == (before + 1, before + 1)
    assert again["first_revision"] is None
    assert newest() == third["last_revision"] == before + 2
    assert Revision.objects.get(number=before + 1).reason == "A test"
    assert Unit.objects.get(slug="unit-2").symbol == "v"
    assert report(writer, third)[1] == {"line": 2, "outcome": "changed", "key": "unit-2", "errors": []}


@pytest.mark.parametrize("resource", WRITTEN)
def test_every_resource_is_imported_once(writer: Writer, resource: str) -> None:
    """Sent again the row changes nothing, although it names no id."""
    row = example_of(resource)
    row.pop("reason", None)
    first = carried_out(writer, ndjson(row), resource=resource)
    number = newest()
    again = carried_out(writer, ndjson(row), resource=resource)

    assert first["counts"] == {**NOTHING, "added": 1}, report(writer, first)
    assert again["counts"] == {**NOTHING, "unchanged": 1}, report(writer, again)
    assert newest() == number


def test_import_of_all_records_nothing_where_one_row_is_refused(writer: Writer) -> None:
    before = newest()
    # Only the database knows of the second, and everybody of the fourth.
    import_ = carried_out(writer, ndjson(unit(1), unit(1), unit(3), {"slug": "unit-4", "nme": 4}))
    late = carried_out(writer, ndjson(unit(1), unit(2, name=""), unit(1)), resource="units")

    assert import_["state"] == "failed"
    assert import_["counts"] == {**NOTHING, "refused": 1}
    assert [row["line"] for row in report(writer, import_)] == [4]
    assert late["state"] == "failed"
    assert newest() == before
    assert not Unit.objects.filter(slug__startswith="unit-").exists()


def test_import_by_rows_leaves_refused_rows_out(writer: Writer) -> None:
    rows = [unit(1), b"{", unit(3, nme="x"), unit(4), unit(1), unit(6, slug="unit 6"), b"", unit(8)]
    import_ = carried_out(writer, ndjson(*rows), mode="rows")

    assert import_["state"] == "done"
    assert outcomes(writer, import_) == {
        1: "added",
        2: "refused",
        3: "refused",
        4: "added",
        5: "refused",
        6: "refused",
        8: "added",
    }
    errors = {row["line"]: row["errors"][0] for row in report(writer, import_, outcome="refused")}
    assert errors[2]["detail"].startswith("It is no JSON")
    assert errors[3] == {"pointer": "/nme", "detail": "nme is not known here; the nearest is name."}
    assert errors[5]["detail"] == "Line 1 gives the same record."
    assert errors[6]["pointer"] == "/slug"
    assert set(Unit.objects.filter(slug__startswith="unit-").values_list("slug", flat=True)) == {
        *("unit-1", "unit-4", "unit-8"),
    }


def test_dry_run_reports_and_records_nothing(writer: Writer) -> None:
    before = newest()
    import_ = carried_out(writer, ndjson(unit(1), b"[]", unit(3)), mode="rows", dry_run="true")

    assert import_["state"] == "done"
    assert import_["counts"] == {**NOTHING, "added": 2, "refused": 1}
    assert outcomes(writer, import_) == {1: "added", 2: "refused", 3: "added"}
    assert newest() == before


def test_import_without_review_adds_and_changes_nothing(dataset_db: None, api: ContractClient) -> None:
    proposer = Writer(api, Scope.PROPOSE)
    carried_out(proposer, ndjson(unit(1)))
    import_ = carried_out(proposer, ndjson(unit(1), unit(2)), mode="rows")
    other = carried_out(proposer, ndjson(unit(1, name="other"), unit(3)), mode="rows")

    assert outcomes(proposer, import_) == {1: "unchanged", 2: "added"}
    assert outcomes(proposer, other) == {1: "refused", 2: "added"}
    assert Unit.objects.get(slug="unit-1").name == "unit 1"
