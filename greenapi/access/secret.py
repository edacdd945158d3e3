"""The text of a token: `greenapi_<prefix>_<secret>` in hexadecimal digits, so that a leaked one is easily found."""

import hashlib
import re
import secrets
from dataclasses import dataclass

_TEXT = re.compile(r"greenapi_([0-9a-f]{12})_([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A token as its user holds it. The prefix names it and may be shown; the secret is kept by nobody else."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"greenapi_{self.prefix}_{self.secret}"

    def __repr__(self) -> str:
        return f"Secret(prefix={self.prefix!r})"

    @property
    def sha256(self) -> bytes:
        """What is kept of the secret: with 256 random bits in it, a plain hash cannot be turned back."""
        return hashlib.sha256(self.secret.encode()).digest()


def made() -> Secret:
    """A new token's text."""
    return Secret(prefix=secrets.token_hex(6), secret=secrets.token_hex(32))


def parsed(text: str) -> Secret | None:
    """The token that a text is; None when it is none."""
    found = _TEXT.fullmatch(text)
    return found and Secret(prefix=found[1], secret=found[2])


def occurs_in(text: str) -> bool:
    """Whether a token stands anywhere in a text."""
    return _TEXT.search(text) is not None


def blackened(text: str) -> str:
    """The text with only the prefixes of the tokens in it."""
    return _TEXT.sub(r"greenapi_\1_[hidden]", text) if "greenapi_" in text else text
