"""How many requests a client may make: counted by each worker, within what it has leased."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .leases import Lease, take

# A worker forgets everybody beyond this many: what it had leased for them is lost to them until the window ends.
CLIENTS_AT_MOST = 50_000


class Take(Protocol):
    """Leases a part of a client's allowance, as `leases.take` does."""

    def __call__(self, client: str, *, limit: int) -> Lease: ...


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a client stands: whether this request is within the limit, and about how many more are in `seconds`."""

    allowed: bool
    limit: int
    remaining: int
    seconds: int


@dataclass
class _Pot:
    """What this worker may still spend for one client until a moment of its own clock."""

    left: int
    free: int
    ends: float


class Limiter:
    """One worker's counting. It may be used by many threads."""

    def __init__(self, *, take: Take = take, clock: Callable[[], float] = time.monotonic) -> None:
        self._take = take
        self._clock = clock
        self._lock = threading.Lock()
        self._pots: dict[str, _Pot] = {}

    def spend(self, client: str, *, limit: int) -> Standing:
        """Counts one request of a client."""
        pot, allowed = self._from_pot(client)
        if pot is None:
            # Asked before the question, so that the worker's window never ends later than the database's.
            begun = self._clock()
            lease = self._take(client, limit=limit)
            pot, allowed = self._from_lease(client, lease, ends=begun + lease.seconds)
        return self._standing(pot, allowed=allowed, limit=limit)

    def give_back(self, client: str, *, limit: int) -> Standing | None:
        """Takes back that a request was counted; None when its window is over."""
        with self._lock:
            pot = self._pots.get(client)
            if pot is None or pot.ends <= self._clock():
                return None
            pot.left += 1
        return self._standing(pot, allowed=True, limit=limit)

    def _from_pot(self, client: str) -> tuple[_Pot | None, bool]:
        """Spends of what was leased; None where that has to be done anew."""
        with self._lock:
            pot = self._pots.get(client)
            if pot is None or pot.ends <= self._clock() or pot.left == 0 and pot.free > 0:
                return None, False
            allowed = pot.left > 0
            pot.left -= allowed
            return pot, allowed

    def _from_lease(self, client: str, lease: Lease, *, ends: float) -> tuple[_Pot, bool]:
        with self._lock:
            pot = self._pots.get(client)
            if pot is None or pot.ends <= self._clock():
                self._make_room()
                pot = self._pots[client] = _Pot(left=0, free=0, ends=ends)
            # Two threads may have leased at once: both leases are to be spent, in the window that ends first.
            pot.left += lease.taken
            pot.free = lease.free
            pot.ends = min(pot.ends, ends)
            allowed = pot.left > 0
            pot.left -= allowed
            return pot, allowed

    def _make_room(self) -> None:
        if len(self._pots) >= CLIENTS_AT_MOST:
            now = self._clock()
            self._pots = {client: pot for client, pot in self._pots.items() if pot.ends > now}
        if len(self._pots) >= CLIENTS_AT_MOST:
            self._pots.clear()

    def _standing(self, pot: _Pot, *, allowed: bool, limit: int) -> Standing:
        return Standing(
            allowed=allowed,
            limit=limit,
            remaining=min(limit, pot.left + pot.free),
            seconds=max(1, math.ceil(pot.ends - self._clock())),
        )
