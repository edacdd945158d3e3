"""The judge of a run's aftermath finds each fault that it is there for."""

import pytest

from .crowd.aftermath import faults
from .every_table import fill
from .tampering import tampered

FAULTS = {
    "numbers are not gapless from 1": ("ledger_revision", "DELETE FROM ledger_revision WHERE number = 3"),
    "stamps do not increase": (
        "ledger_revision",
        "UPDATE ledger_revision SET recorded_at = recorded_at - interval '1 hour' WHERE number = 4",
    ),
    "the head is not that of the newest revision": ("ledger_head", "UPDATE ledger_head SET number = number + 1"),
    "versions of unit overlap": ("unit_version", "UPDATE unit_version SET rev_to = rev_to + 1 WHERE rev_to = 5"),
    "rows of unit have two open versions": ("unit_version", "UPDATE unit_version SET rev_to = NULL WHERE rev_to = 5"),
    "versions of unit belong to no revision": (
        "unit_version",
        "UPDATE unit_version SET rev_from = 99, rev_to = 100 WHERE rev_from = 1",
    ),
    "unit differs from its open versions": ("unit", "UPDATE unit SET name = 'other'"),
}


def test_sound_ledger_has_no_faults(ledger_db: None) -> None:
    fill()

    assert faults() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_found(ledger_db: None, fault: str) -> None:
    fill()

    with tampered(*FAULTS[fault]):
        assert fault in [found.partition(": ")[0] for found in faults()]
