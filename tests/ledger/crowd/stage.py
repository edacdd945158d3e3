"""What everybody in a run shares: cues, what can be asked for, and the end of the writing."""

from collections import defaultdict
from threading import Event, Lock
from time import sleep
from uuid import UUID

from briefings.models import Segment

from .plans import Pause


class Stage:
    """Where a run takes place. Safe to use from several threads."""

    def __init__(self, *, segment: Segment) -> None:
        """`segment` is the part of a source that every observation is stated in."""
        self.segment = segment
        self.over = Event()
        self.observations: list[UUID] = []
        self._cues: defaultdict[str, Event] = defaultdict(Event)
        self._lock = Lock()

    def pause(self, pause: Pause) -> None:
        """Takes the time that was planned; a cue that never comes is waited for as long as was planned."""
        if pause.tells:
            self._cue(pause.tells).set()
        if pause.until:
            self._cue(pause.until).wait(pause.seconds)
        elif pause.seconds:
            sleep(pause.seconds)

    def _cue(self, name: str) -> Event:
        with self._lock:
            return self._cues[name]
