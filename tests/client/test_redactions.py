"""Tombstones, of which the bundled dataset has none."""

import pytest

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.redaction import redact
from greenapi_client import GreenAPI
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change


@pytest.mark.usefixtures("ledger_db")
def test_redaction_is_read_whole_and_by_its_key(green: GreenAPI) -> None:
    with change():
        unit = facts.unit(name="Jane Roe")
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, unit.pk, fields=["name"], authority="a court", reason="a name")

    (row,) = green.redactions.list()

    assert (row.resource, row.record, row.fields, row.extra) == ("units", unit.id, ("name",), {})
    assert (row.revision.number, row.revision.href) == (2, "/api/v1/revisions/2")
    assert green.redactions.get(row) == green.redactions.get(row.id) == row
