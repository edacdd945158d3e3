"""Everything at once: writers, some of whom roll back, and readers to whom nothing that was served ever changes."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from tests.application import application_role

from .crowd import mutants
from .crowd.plans import Plan, plans
from .crowd.readers import ChangedAnswerError
from .crowd.run import run
from .crowd.schedules import BEGUN_BEFORE_THE_QUESTION, COMMITTED_AFTER_THE_NEXT


@given(plan=plans)
@example(plan=BEGUN_BEFORE_THE_QUESTION)
@example(plan=COMMITTED_AFTER_THE_NEXT)
@settings(
    max_examples=6,
    deadline=None,
    # What threads do cannot be repeated exactly, so a failure is not made smaller.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_that_was_served_ever_changes(ledger_db: None, plan: Plan) -> None:
    """Every example goes on in the same ledger, and everybody in it has no more rights than the service has."""
    with application_role():
        run(plan)


def test_run_fails_with_the_time_at_which_the_transaction_began(ledger_db: None) -> None:
    mutants.stamp_of_the_transaction()

    with pytest.raises(ChangedAnswerError):
        run(BEGUN_BEFORE_THE_QUESTION)


def test_run_fails_without_the_lock(ledger_db: None) -> None:
    mutants.number_without_a_lock()

    with pytest.raises(ChangedAnswerError):
        # Without the order of numbers there is no chain, and without the chain no feed.
        run(replace(COMMITTED_AFTER_THE_NEXT, consumer=None))
