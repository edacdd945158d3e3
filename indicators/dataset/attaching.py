"""Attaches source pages that a user has to the document versions they are copies of, by their SHA-256."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError

from briefings.changes import TextMismatchError, hold_text
from briefings.models import DocumentVersion

from .reading import DatasetError, read_text


@dataclass(frozen=True, kw_only=True)
class Page:
    """One file of the sources' folder, and the version it is a copy of; None when it is of none we know."""

    file: Path
    sha256: str
    version: DocumentVersion | None


def hash_pages(folder: Path) -> dict[Path, str]:
    """The SHA-256 of every `.txt` file of a folder, in the order of their names.

    Raises:
        DatasetError: there is no such folder, or no such file in it.
    """
    if not folder.is_dir():
        raise DatasetError(file=str(folder), message="there is no such folder")
    hashes = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob("*.txt"))}
    if not hashes:
        raise DatasetError(file=str(folder), message="there is no .txt file in it")
    return hashes


def attach(hashes: dict[Path, str]) -> list[Page]:
    """Holds the text of every page whose version is known, within the revision that is open; gives all pages back.

    Raises:
        DatasetError: a citation does not agree with the text.
    """
    versions = {version.sha256: version for version in DocumentVersion.objects.filter(sha256__in=hashes.values())}
    pages = [Page(file=file, sha256=found, version=versions.get(found)) for file, found in hashes.items()]
    for page in pages:
        if page.version is not None:
            try:
                hold_text(page.version, text=read_text(page.file))
            except (IntegrityError, TextMismatchError) as error:
                raise DatasetError(file=page.file.name, message=str(error).splitlines()[0]) from error
    return pages
