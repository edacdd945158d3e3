"""Reading a dataset's files: whatever is wrong is named by file, entry and field."""

import shutil
from pathlib import Path

import pytest

from indicators.dataset.reading import BUNDLED, DatasetError, read_dataset

FICTION = "fiction-2031-harbour-city-clean-ferries"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the bundled files that may be changed."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "dataset"))


def edit(file: Path, *, old: str, new: str) -> None:
    """Replaces words that must be there, once."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(file: Path, *, text: str) -> None:
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def test_bundled_files_are_read_whole() -> None:
    files = read_dataset()

    assert len(files.documents) == 6
    facts = [
        (len(folder.observations.observations), len(folder.commitments.commitments))
        for folder in files.documents
        if not folder.source.document.is_fiction
    ]
    assert (sum(count for count, _ in facts), sum(count for _, count in facts)) == (17, 82)


# What is broken: the file, what is replaced there and by what, and the words that the message must hold.
BROKEN: dict[str, tuple[str, str, str, list[str]]] = {
    "TOML": (
        f"{FICTION}/observations.toml",
        "segment = 4",
        "segment = = 4",
        [f"{FICTION}/observations.toml", "line 5"],
    ),
    "TOML of the vocabulary": ("vocabulary/units.toml", "[[units]]", "[[units]", ["vocabulary/units.toml", "line"]),
    "unknown field": (
        f"{FICTION}/observations.toml",
        "value = 55",
        "value = 55\nvalu = 1",
        [f"{FICTION}/observations.toml", "valu", "01a20156-843b-75e5-b45f-fbd69ab71118"],
    ),
    "unknown field of the vocabulary": (
        "vocabulary/units.toml",
        'slug = "percent"',
        'slug = "percent"\nsymbl = "%"',
        ["vocabulary/units.toml", "symbl", "percent"],
    ),
    "unknown table": ("vocabulary/units.toml", "[[units]]", "[[unit]]", ["vocabulary/units.toml", "unit"]),
    "wrong type": (
        f"{FICTION}/observations.toml",
        "value = 55",
        'value = "many"',
        [f"{FICTION}/observations.toml", "value", "01a20156-843b-75e5-b45f-fbd69ab71118"],
    ),
    "wrong type of the vocabulary": (
        "vocabulary/units.toml",
        'name = "percent"',
        "name = 5",
        ["vocabulary/units.toml", "name", "percent"],
    ),
    "wrong type in a citation": (
        f"{FICTION}/commitments.toml",
        "start = 261",
        'start = "here"',
        [f"{FICTION}/commitments.toml", "citations", "start", "01a20156-8502-7129-a4f3-f7de8df216e6"],
    ),
    "missing field": (
        f"{FICTION}/commitments.toml",
        'kind = "outcome"\n',
        "",
        [f"{FICTION}/commitments.toml", "kind", "01a20156-8502-7129-a4f3-f7de8df216e6"],
    ),
    "negative offset": (
        f"{FICTION}/document.toml",
        "start = 65",
        "start = -65",
        [f"{FICTION}/document.toml", "start", "01a20153-0283-728e-ae54-c318e4512d82"],
    ),
    "no UUID": (
        f"{FICTION}/document.toml",
        'id = "01a20153-0283-728e-ae54-c318e4512d82"',
        'id = "first"',
        [f"{FICTION}/document.toml", "id", "first"],
    ),
    "no date": (
        "links.toml",
        "occurred_on = 2023-12-31",
        'occurred_on = "soon"',
        ["links.toml", "occurred_on", "01a2"],
    ),
    "no slug": ("vocabulary/topics.toml", 'slug = "', 'slug = "Not A Slug ', ["vocabulary/topics.toml", "slug"]),
    "blank name": (
        "dataset.toml",
        'reviewed_by = "dataset reviewer"',
        'reviewed_by = ""',
        ["dataset.toml", "reviewed_by"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_named_with_entry_and_field(copy: Path, name: str) -> None:
    file, old, new, words = BROKEN[name]
    edit(copy / file, old=old, new=new)

    with pytest.raises(DatasetError) as caught:
        read_dataset(copy)
    assert [word for word in words if word not in str(caught.value)] == []
    assert caught.value.file == file


@pytest.mark.parametrize("file", ["dataset.toml", "links.toml", f"{FICTION}/observations.toml", f"{FICTION}/text.txt"])
def test_missing_file_is_named(copy: Path, file: str) -> None:
    (copy / file).unlink()

    with pytest.raises(DatasetError) as caught:
        read_dataset(copy)
    assert file in str(caught.value)


@pytest.mark.parametrize("file", ["dataset.toml", "vocabulary/units.toml", f"{FICTION}/text.txt"])
def test_file_that_is_no_utf8_is_named(copy: Path, file: str) -> None:
    (copy / file).write_bytes(b"\xff\xfe" + (copy / file).read_bytes())

    with pytest.raises(DatasetError) as caught:
        read_dataset(copy)
    assert file in str(caught.value)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"dataset\.toml"):
        read_dataset(tmp_path / "nowhere")


def test_table_of_one_vocabulary_in_the_file_of_another_is_not_lost(copy: Path) -> None:
    """A file that repeats a table of another would silently replace it."""
    append(
        copy / "vocabulary" / "topics.toml",
        text='[[units]]\nslug = "ell"\nname = "ell"\nquantity = "length"',
    )

    with pytest.raises(DatasetError) as caught:
        read_dataset(copy)
    assert "vocabulary/topics.toml" in str(caught.value)


def test_numbers_keep_their_digits(copy: Path) -> None:
    edit(copy / FICTION / "observations.toml", old="value = 55", new="value = 55.10")

    folder = next(folder for folder in read_dataset(copy).documents if folder.name == FICTION)
    assert str(folder.observations.observations[0].value) == "55.10"


@pytest.mark.parametrize("ending", ["\r\n", "\u2028", "\x0b"])
def test_bundled_text_keeps_its_line_ends(copy: Path, ending: str) -> None:
    (copy / FICTION / "text.txt").write_bytes(f"One{ending}two".encode())

    folder = next(folder for folder in read_dataset(copy).documents if folder.name == FICTION)
    assert folder.text == f"One{ending}two"
