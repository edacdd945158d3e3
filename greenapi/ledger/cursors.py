"""A place in the feed of changes, as text that names the ledger and proves which history it was read from."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from uuid import UUID

_FORM = re.compile(
    r"(?P<ledger_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    r"\.(?P<number>0|[1-9][0-9]{0,18})"
    r"\.(?P<hash>[0-9a-f]{64})"
)
_MAX_NUMBER = 2**63 - 1  # of Postgres' bigint


class CursorError(ValueError):
    """A text that is no cursor; the message says how one looks."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The place after revision `number` of one ledger: 0 before the first. `hash` is that revision's, 32 bytes.

    As text `<ledger id>.<number>.<hash in hexadecimal>`, in lower case and without leading zeros, so that each place
    has exactly one text.
    """

    ledger_id: UUID
    number: int
    hash: bytes

    @classmethod
    def start(cls, ledger_id: UUID) -> Self:
        """The place before the first revision; its hash, the chain's first, is that of the ledger's id as text."""
        return cls(ledger_id=ledger_id, number=0, hash=sha256(str(ledger_id).encode()).digest())

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor written in `text`, which `str()` gives back. Whether there is such a place it does not judge.

        Raises:
            CursorError: it is not written like a cursor, or its number is beyond bigint.
        """
        found = _FORM.fullmatch(text)
        if found is None or int(found["number"]) > _MAX_NUMBER:
            raise CursorError("a cursor is <ledger id>.<number>.<hash>, exactly as an answer of the feed gave it")
        return cls(ledger_id=UUID(found["ledger_id"]), number=int(found["number"]), hash=bytes.fromhex(found["hash"]))

    def __str__(self) -> str:
        return f"{self.ledger_id}.{self.number}.{self.hash.hex()}"
