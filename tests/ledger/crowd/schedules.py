"""Plans written by hand: the interleavings in which a ledger that is not ours gives two answers to one question."""

from .plans import Pause, Plan, Question, Step, Writing

A_WHILE = 1.0  # seconds that a cue is waited for; where the ledger makes one wait for another, it never comes

# A writer's transaction begins; somebody asks what there is now; only then does the writer open its revision.
BEGUN_BEFORE_THE_QUESTION = Plan(
    writers=((Writing(steps=(Step(pick=1),), begun=Pause(tells="begun", until="asked", seconds=A_WHILE)),),),
    readers=(
        (
            Question(
                path="units",
                as_of="now",
                before=Pause(until="begun", seconds=A_WHILE),
                after=Pause(tells="asked"),
            ),
        ),
    ),
)

# A revision is open; another is opened and committed; somebody asks; only then is the first one committed.
COMMITTED_AFTER_THE_NEXT = Plan(
    writers=(
        (Writing(steps=(Step(pick=1),), written=Pause(tells="open", until="asked", seconds=A_WHILE)),),
        (
            Writing(
                steps=(Step(pick=2),),
                begun=Pause(until="open", seconds=A_WHILE),
                finished=Pause(tells="committed"),
            ),
        ),
    ),
    readers=(
        (
            Question(
                path="units",
                as_of="head",
                before=Pause(until="committed", seconds=A_WHILE),
                after=Pause(tells="asked"),
            ),
        ),
    ),
)
