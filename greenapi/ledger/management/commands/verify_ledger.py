"""`manage.py verify_ledger`: does every row, every revision and the chain say what was sealed?"""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greenapi.ledger.models import LedgerHead
from greenapi.ledger.verification import Finding, Kept, verify

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Recomputes the hash of every version and revision, follows the chain from the ledger's id to the head,"
        " compares versions with the live tables, and names the first revision that is broken. Fails if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kept",
            type=_kept,
            metavar="NUMBER:HASH",
            help="a head that was kept (both are at /api/v1/ledger): the ledger must still hold it",
        )

    def handle(self, *args: Any, kept: Kept | None, **options: Any) -> None:
        found: list[Finding] = []
        for step, findings in verify(kept=kept):
            found += findings
            self.stdout.write(f"{step}: {'broken' if findings else 'ok'}")
        if found:
            lines = [f"revision {finding.revision}: {finding.problem}" for finding in sorted(found)[:SHOWN]]
            raise CommandError("\n".join(["The ledger is broken; first:", *lines]))
        head = LedgerHead.objects.get()
        self.stdout.write(f"The ledger {head.ledger_id} is whole: {head.number} revisions.")


def _kept(text: str) -> Kept:
    number, _, digest = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(digest) == 64):
        raise ArgumentTypeError("give the head's number and hash as NUMBER:HASH, 64 hex digits")
    try:
        return Kept(number=int(number), hash=bytes.fromhex(digest))
    except ValueError as error:
        raise ArgumentTypeError(f"{digest} is no hash in hex") from error
