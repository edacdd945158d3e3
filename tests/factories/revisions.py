"""An open revision with an actor, a reason and a change class, for tests in which those do not matter."""

from collections.abc import Iterator
from contextlib import contextmanager

from greenapi.ledger.models import ChangeClass
from greenapi.ledger.revisions import OpenRevision, revision


@contextmanager
def change(
    *, actor: str = "tester", reason: str = "a test", change_class: ChangeClass = ChangeClass.ENRICHMENT
) -> Iterator[OpenRevision]:
    """Opens a revision as `revision` does."""
    with revision(actor=actor, reason=reason, change_class=change_class) as opened:
        yield opened
