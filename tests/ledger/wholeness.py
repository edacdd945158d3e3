"""Whether the ledger is whole."""

from greenapi.ledger.verification import Finding, Kept, verify


def first_broken(*, kept: Kept | None = None) -> Finding | None:
    """The finding of the lowest revision; None when all is well."""
    return min((finding for _, found in verify(kept=kept) for finding in found), default=None)
