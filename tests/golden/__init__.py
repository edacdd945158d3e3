"""Answers of a kept ledger, one set for each API version: they stay the same, byte for byte, for ever."""
