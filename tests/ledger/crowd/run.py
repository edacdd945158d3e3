"""Lets everybody of a plan work at the same time, each in a thread with a connection of its own; then looks back."""

from concurrent.futures import ThreadPoolExecutor

from greenapi.ledger.models import LedgerHead
from tests.factories import sources
from tests.factories.revisions import change
from tests.ledger.following import public_rows
from tests.ledger.wholeness import first_broken

from . import aftermath
from .consumer import Consumer
from .plans import PATHS, Plan
from .readers import Archive, Reader, with_parameters
from .stage import Stage
from .writers import write

PATIENCE = 60  # seconds after which a run that hangs is given up


def run(plan: Plan) -> None:
    """Performs a plan.

    Raises:
        ChangedAnswerError: something that was served was served differently later.
        AssertionError: what the database holds afterwards is not what a ledger may hold.
    """
    stage = _set_stage()
    readers = [Reader(stage=stage) for _ in plan.readers]
    consumer = None if plan.consumer is None else Consumer(stage=stage, seed=plan.consumer)
    before = LedgerHead.objects.get().number
    with ThreadPoolExecutor(len(plan.writers) + len(plan.readers) + 1) as pool:
        writing = [pool.submit(write, script, stage=stage, name=f"writer {n}") for n, script in enumerate(plan.writers)]
        reading = [pool.submit(reader.read, script) for reader, script in zip(readers, plan.readers, strict=True)]
        if consumer is not None:
            reading.append(pool.submit(consumer.follow))
        try:
            committed = sum(done.result(PATIENCE) for done in writing)
        finally:
            stage.over.set()
        for done in reading:
            done.result(PATIENCE)
    for reader in readers:
        reader.archive.ask_all_again()
    assert aftermath.faults() == []
    assert first_broken() is None
    assert before <= LedgerHead.objects.get().number <= before + committed
    _head_is_live()
    if consumer is not None:
        _feed_is_live(consumer)


def _set_stage() -> Stage:
    with change():
        return Stage(segment=sources.segment())


def _head_is_live() -> None:
    """As of the newest revision everything is as it is."""
    archive = Archive()
    head = LedgerHead.objects.get().number
    for path in (path for path in PATHS if "{" not in path):
        live = archive.ask(with_parameters(f"/api/v1/{path}"))
        pinned = archive.ask(with_parameters(f"/api/v1/{path}", f"as_of={head}"))
        assert live is not None and pinned is not None
        assert live.body == pinned.body


def _feed_is_live(consumer: Consumer) -> None:
    """Whoever followed the feed, and whoever starts with nothing now, has exactly the public rows."""
    public = {(resource, str(identity)): values for (resource, identity), values in public_rows().items()}
    assert consumer.catch_up(from_nothing=False).rows == public
    assert consumer.catch_up(from_nothing=True).rows == public
    assert consumer.copy.number == LedgerHead.objects.get().number
