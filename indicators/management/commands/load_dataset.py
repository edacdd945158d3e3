"""`manage.py load_dataset`: loads the bundled dataset, or one like it, and attaches source pages."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from briefings.models import Document, DocumentVersion
from greenapi.ledger.models import ChangeClass, LedgerHead, Revision
from greenapi.ledger.revisions import WriterBusyError, revision
from indicators.dataset.attaching import attach, hash_pages
from indicators.dataset.loading import load
from indicators.dataset.reading import BUNDLED, DatasetError, digest, read_dataset
from indicators.models import Commitment, Observation


class Command(BaseCommand):
    help = (
        "Loads a dataset's files in one revision: what is new is published, what differs is put as the files say, the"
        " rest is left alone. Files that are those of the newest load are not loaded again, so that a second run makes"
        " no revision and undoes nothing that was changed at the desk since. Nothing is ever withdrawn: an entry taken"
        " out of the files stays. With --sources, also attaches the pages found in a folder to the document versions"
        " whose SHA-256 they have."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dataset", type=Path, default=BUNDLED, help="Folder of the dataset (default: bundled).")
        parser.add_argument("--sources", type=Path, help="Folder with the source pages, as .txt files.")
        parser.add_argument("--again", action="store_true", help="Load the files even if they are those loaded last.")
        parser.add_argument("--actor", default="load_dataset", help="Who makes the change.")
        parser.add_argument("--reason", default="", help="Why (default: says that the dataset's files were loaded).")
        parser.add_argument(
            "--change-class",
            choices=[word for word in ChangeClass.values if word != ChangeClass.REDACTION],
            default=ChangeClass.ENRICHMENT,
            help="What sort of change it is (default: %(default)s).",
        )

    def handle(self, *args: Any, **options: Any) -> str:
        if not options["actor"].strip():
            raise CommandError("--actor is empty: every revision names who made it")
        change = {"actor": options["actor"], "change_class": ChangeClass(options["change_class"])}
        before = _head()
        try:
            hashes = hash_pages(options["sources"]) if options["sources"] is not None else {}
            self._load(options["dataset"], reason=options["reason"].strip(), again=options["again"], change=change)
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
                    f"{page.file.name}: not attached, its SHA-256 {page.sha256} is of no document version we know;"
                    " it must be the exact bytes of the page"
                )
        return _summary(before)

    def _load(self, folder: Path, *, reason: str, again: bool, change: dict[str, Any]) -> None:
        """Loads the files, and says in the revision's reason which they were."""
        files = read_dataset(folder)
        mark = f"(files {digest(folder)})"
        newest = Revision.objects.filter(reason__regex=r"\(files [0-9a-f]{12}\)$").last()
        if again or newest is None or not newest.reason.endswith(mark):
            with revision(reason=f"{reason or f'Loaded the dataset “{files.dataset.title}”'} {mark}", **change):
                load(files)


def _head() -> int:
    return LedgerHead.objects.get().number


def _summary(before: int) -> str:
    """One line: what is public now, what is held, and whether anything changed."""
    versions = DocumentVersion.objects.with_held()
    held, total = versions.filter(held=True).count(), versions.count()
    made = _head() - before
    changed = f"{made} revision{'' if made == 1 else 's'} made" if made else "nothing changed"
    documents = Document.objects.filter(versions__isnull=False).distinct().count()
    observations, commitments = Observation.objects.published().count(), Commitment.objects.published().count()
    return (
        f"{documents} documents, {observations} observations, {commitments} commitments; "
        f"text held of {held} document{'' if held == 1 else 's'}, not held of {total - held}; {changed}"
    )
