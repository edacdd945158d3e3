"""What a run does: scripts of writers and readers, drawn by hypothesis or written by hand."""

from dataclasses import dataclass

from hypothesis import strategies as st

WORDS = ("a", "b", "ø", "two words")
TABLES = ("unit", "topic", "indicator", "observation")
SLUGS = 4  # rows of each sort that have a slug; few, so that writers meet on them


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Tells everybody `tells`, then waits until somebody tells `until`, at most `seconds`; or just for `seconds`."""

    tells: str = ""
    until: str = ""
    seconds: float = 0


AT_ONCE = Pause()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change: what is done to which sort of row, the numbers that choose the rows, and a word to write."""

    verb: str = "put"
    table: str = "unit"
    pick: int = 0
    other: int = 0
    word: str = "a"
    undone: bool = False  # by the rollback to a savepoint


@dataclass(frozen=True, kw_only=True)
class Writing:
    """One revision: its steps, after how many of them it is rolled back, and where it takes its time."""

    steps: tuple[Step, ...]
    fails_after: int | None = None
    begun: Pause = AT_ONCE  # between the begin of the transaction and the opening of the revision
    written: Pause = AT_ONCE  # between the last step and the commit
    finished: Pause = AT_ONCE


@dataclass(frozen=True, kw_only=True)
class Question:
    """One address that is asked: which path, as of what, and the numbers that choose among what there is."""

    path: str
    as_of: str
    pick: int = 0
    before: Pause = AT_ONCE
    after: Pause = AT_ONCE


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Who writes and who reads what. Readers begin again with their first question until all writers are done.

    `consumer` is what the consumer of the feed draws its lots from; None when nobody follows the feed.
    """

    writers: tuple[tuple[Writing, ...], ...]
    readers: tuple[tuple[Question, ...], ...]
    consumer: int | None = 0


PATHS = (
    "units",
    "units?ordering=-name",
    "units/unit-{a}",
    "topics",
    "topics?parent=topic-{a}",
    "topics/topic-{a}",
    "indicators",
    "indicators?unit=unit-{a}",
    "indicators?topic=topic-{a}",
    "indicators/indicator-{a}",
    "observations",
    "observations?ordering=-value",
    "observations?indicator=indicator-{a}",
    "observations?topic=topic-{a}",
    "observations/{observation}",
    "citations",
    "revisions",
    "revisions/{number}",
    "units?view=all",
    "observations?view=initial&unit=unit-{a}",
    "units/unit-{a}/revisions",
    "indicators/indicator-{a}/revisions",
    "observations/{observation}/revisions",
)
AS_OF = ("now", "just passed", "stamp", "before a stamp", "number", "head", "header", "live", "pages")

pauses = st.builds(Pause, seconds=st.sampled_from([0, 0, 0, 0.001, 0.01, 0.05]))
steps = st.builds(
    Step,
    verb=st.sampled_from(["put", "put", "put", "drop", "publish", "withdraw"]),
    table=st.sampled_from(TABLES),
    pick=st.integers(0, SLUGS - 1),
    other=st.integers(0, SLUGS - 1),
    word=st.sampled_from(WORDS),
    undone=st.sampled_from([False, False, False, True]),
)
writings = st.builds(
    Writing,
    steps=st.lists(steps, min_size=1, max_size=4).map(tuple),
    fails_after=st.sampled_from([None, None, None, 0, 1, 3]),
    begun=pauses,
    written=pauses,
    finished=pauses,
)
questions = st.builds(
    Question, path=st.sampled_from(PATHS), as_of=st.sampled_from(AS_OF), pick=st.integers(0, 99), before=pauses
)
plans = st.builds(
    Plan,
    writers=st.lists(st.lists(writings, min_size=4, max_size=8).map(tuple), min_size=2, max_size=4).map(tuple),
    readers=st.lists(st.lists(questions, min_size=6, max_size=20).map(tuple), min_size=2, max_size=2).map(tuple),
    consumer=st.integers(0, 999),
)
