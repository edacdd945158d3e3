"""Identifiers of records: UUIDs that sort by the time they were made."""

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """A fresh UUID of version 7 (RFC 9562): 48 bits of Unix time in milliseconds, then random bits."""
    value = (time.time_ns() // 1_000_000 & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
