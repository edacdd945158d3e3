"""What was answered under an API version is answered for ever: the same bytes, whatever became of tables and code."""

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from greenapi.ledger.drift import drift

from .keeping import SECRET_KEY, GoldenSet, ask, golden_sets
from .restoring import restore


@pytest.fixture(params=golden_sets(), ids=lambda golden: golden.folder.name)
def golden(request: pytest.FixtureRequest, new_db: None, settings: Settings) -> GoldenSet:
    """A set, whose ledger is in a database of its own, migrated to the models of today."""
    settings.SECRET_KEY = SECRET_KEY
    found: GoldenSet = request.param
    restore(found)
    return found


def test_every_answer_has_the_bytes_it_had(golden: GoldenSet) -> None:
    assert drift(connection) == []
    call_command("verify_ledger", verbosity=0)
    kept = golden.answers
    assert len(kept) > 100

    # One at a time: the first that differs is shown, and not all of them.
    for answer in kept:
        assert ask(answer.address) == answer
