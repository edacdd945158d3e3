"""Reads a dataset's folder into entries; what is wrong is named by file, entry and field."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from .entries import Commitments, Dataset, Links, Observations, Source, Vocabulary

BUNDLED = Path(__file__).parent / "files"
E = TypeVar("E", bound=msgspec.Struct)


class DatasetError(Exception):
    """A dataset that cannot be loaded: the file, the entry and field in it, and what is wrong."""

    def __init__(self, *, file: str, message: str) -> None:
        super().__init__(f"{file}: {message}")
        self.file = file


@dataclass(frozen=True, kw_only=True)
class DocumentFolder:
    """What one document's folder holds; `text` only for texts that are bundled."""

    name: str
    source: Source
    observations: Observations
    commitments: Commitments
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Files:
    """A whole dataset as read."""

    dataset: Dataset
    vocabulary: Vocabulary
    documents: list[DocumentFolder]
    links: Links


def digest(folder: Path) -> str:
    """Twelve hex digits that change whenever any file of a dataset does."""
    found = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{file.relative_to(folder)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()[:12]


def read_dataset(folder: Path = BUNDLED) -> Files:
    """Reads every file of a dataset.

    Raises:
        DatasetError: a file is missing, is no TOML, or holds an entry of another shape.
    """
    return Files(
        dataset=_read(folder / "dataset.toml", Dataset, root=folder),
        vocabulary=_read_vocabulary(folder),
        documents=list(_read_documents(folder)),
        links=_read(folder / "links.toml", Links, root=folder),
    )


def _read_vocabulary(folder: Path) -> Vocabulary:
    """The entries of all files, each of which holds the list it is named after."""
    lists: dict[str, Any] = {}
    for file in sorted((folder / "vocabulary").glob("*.toml")):
        name = str(file.relative_to(folder))
        data = _read_toml(file, root=folder)
        if strange := sorted(data.keys() - {file.stem}):
            raise DatasetError(file=name, message=f"{strange[0]} does not belong here; the file holds [[{file.stem}]]")
        if file.stem not in Vocabulary.__struct_fields__:
            raise DatasetError(file=name, message="there is no such vocabulary")
        lists[file.stem] = getattr(_convert(data, Vocabulary, file=name), file.stem)
    return Vocabulary(**lists)


def _read_documents(folder: Path) -> Iterator[DocumentFolder]:
    for file in sorted(folder.glob("*/document.toml")):
        source = _read(file, Source, root=folder)
        text_file = source.version.text_file
        yield DocumentFolder(
            name=file.parent.name,
            source=source,
            observations=_read(file.parent / "observations.toml", Observations, root=folder),
            commitments=_read(file.parent / "commitments.toml", Commitments, root=folder),
            text=_read_bundled(file.parent / text_file, root=folder) if text_file else None,
        )


def read_text(file: Path) -> str:
    """A text exactly as it is stored: UTF-8, no newline translated.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    return file.read_bytes().decode("utf-8")


def _read(file: Path, kind: type[E], *, root: Path) -> E:
    return _convert(_read_toml(file, root=root), kind, file=str(file.relative_to(root)))


def _read_toml(file: Path, *, root: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read_bundled(file, root=root), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DatasetError(file=str(file.relative_to(root)), message=str(error)) from error


def _read_bundled(file: Path, *, root: Path) -> str:
    try:
        return read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        message = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise DatasetError(file=str(file.relative_to(root)), message=message or "cannot be read") from error


def _convert(data: dict[str, Any], kind: type[E], *, file: str) -> E:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise DatasetError(file=file, message=_with_entry(str(error), data)) from error


def _with_entry(message: str, data: dict[str, Any]) -> str:
    """The message of msgspec (`… - at `$.units[3].name``) with the slug or id of the entry it is about."""
    _, _, path = message.rpartition("`$.")
    list_name, _, rest = path.partition("[")
    index = rest.partition("]")[0]
    entries = data.get(list_name)
    if isinstance(entries, list) and index.isdigit() and int(index) < len(entries):
        entry = entries[int(index)]
        name = entry.get("slug") or entry.get("id") if isinstance(entry, dict) else None
        if name:
            return f"{message} (entry {name})"
    return message
