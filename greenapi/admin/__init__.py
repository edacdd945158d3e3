"""What the desk shows beside the facts: the ledger's revisions, the accounts of staff, and tokens."""

from . import accounts, revisions, tokens

__all__ = ["accounts", "revisions", "tokens"]
