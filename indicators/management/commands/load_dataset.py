"""`manage.py load_dataset`: loads the bundled dataset, or one like it, and attaches source pages."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from briefings.models import DocumentVersion
from greenapi.ledger.models import ChangeClass, LedgerHead
from greenapi.ledger.revisions import WriterBusyError, revision
from indicators.dataset.attaching import attach, hash_pages
from indicators.dataset.loading import load
from indicators.dataset.reading import BUNDLED, DatasetError, read_dataset
from indicators.models import Commitment, Observation


class Command(BaseCommand):
    help = (
        "Loads a dataset's files in one revision: what is new is published, what differs is changed, the rest is left"
        " alone, so that a second run makes no revision. With --sources, also attaches the pages found in a folder to"
        " the document versions whose SHA-256 they have."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dataset", type=Path, default=BUNDLED, help="Folder of the dataset (default: bundled).")
        parser.add_argument("--sources", type=Path, help="Folder with the source pages, as .txt files.")
        parser.add_argument("--actor", default="load_dataset", help="Who makes the change.")
        parser.add_argument("--reason", default="", help="Why (default: says that the dataset's files were loaded).")
        parser.add_argument(
            "--change-class",
            choices=ChangeClass.values,
            default=ChangeClass.ENRICHMENT,
            help="What sort of change it is (default: %(default)s).",
        )

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            before = _head()
            files = read_dataset(options["dataset"])
            reason = options["reason"] or f"Loaded the dataset “{files.dataset.title}”"
            change = {"actor": options["actor"], "change_class": ChangeClass(options["change_class"])}
            hashes = hash_pages(options["sources"]) if options["sources"] is not None else {}
            with revision(reason=reason, **change):
                load(files)
        except DatasetError as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        except WriterBusyError as error:
            raise CommandError(str(error)) from error
        try:
            with revision(reason="Attached source pages", **change):
                pages = attach(hashes)
        except DatasetError as error:
            raise CommandError(f"{error}\nThe dataset was loaded, but no page was attached.") from error
        except WriterBusyError as error:
            raise CommandError(str(error)) from error
        for page in pages:
            if page.version is None:
                self.stderr.write(
                    f"{page.file.name}: not attached, its SHA-256 {page.sha256} is of no document version we know"
                )
        return _summary(before)


def _head() -> int:
    return LedgerHead.objects.get().number


def _summary(before: int) -> str:
    """One line: what is there now, what is held, and whether anything changed."""
    versions = DocumentVersion.objects.with_held()
    held, total = versions.filter(held=True).count(), versions.count()
    made = _head() - before
    changed = f"{made} revision{'' if made == 1 else 's'} made" if made else "nothing changed"
    return (
        f"{total} documents, {Observation.objects.count()} observations, {Commitment.objects.count()} commitments; "
        f"text held of {held} document{'' if held == 1 else 's'}, not held of {total - held}; {changed}"
    )
