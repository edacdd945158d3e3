"""A field of BibTeX holds any text: it ends where it should, and LaTeX would print what was meant."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi.rest.bibtex import bibtex, escaped
from greenapi.rest.citable import Citable, Cited, Proof, one_line

FACT = UUID("0198c0de-0000-7000-8000-000000000001")
LEDGER = UUID("0198c0de-0000-7000-8000-000000000002")
COMMANDS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    **{f"\\{character}": character for character in "$&#%_"},
}


def printed(latex: str) -> str:
    """What LaTeX prints for what `escaped` writes."""
    return re.sub("|".join(map(re.escape, COMMANDS)), lambda match: COMMANDS[match[0]], latex)


def is_balanced(latex: str) -> bool:
    """As BibTeX counts: every brace, after a backslash too."""
    depth = 0
    for character in latex:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def cited(*, title: str = "Mills: 20", author: str | None = "Ada Fern", **values: object) -> Cited:
    fact = {
        "kind": "observation",
        "id": FACT,
        "path": f"/api/v1/observations/{FACT}",
        "title": title,
        "author": author,
        "stated_on": "2031-03-01",
        "container": "Page one",
        "publisher": "The Tessel Gazette",
        "event": None,
        "within": None,
        "proofs": [Proof(sha256="ab" * 32, start=4, end=9)],
        "is_fiction": False,
        **values,
    }
    recorded_at = datetime(2031, 3, 2, 23, 59, tzinfo=UTC)
    return Cited(fact=Citable(**fact), revision=17, recorded_at=recorded_at, ledger_id=LEDGER)  # type: ignore[arg-type]


@given(st.text())
def test_any_text_stays_in_its_field_and_reads_as_it_was(text: str) -> None:
    written = escaped(text)

    assert is_balanced(written)
    assert len(written.splitlines()) <= 1
    assert printed(written) == one_line(text)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("20% & more_", r"20\% \& more\_"),
        ("} , year = {1900", r"\textbraceright{} , year = \textbraceleft{}1900"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}"),
        ("$x^2$ ~ #1", r"\$x\textasciicircum{}2\$ \textasciitilde{} \#1"),
        ("two\nlines\tand\x07 a\u2028bell\0", "two lines and a bell"),
        ("20\u00a0000 中文 “so”", "20\u00a0000 中文 “so”"),
        ("a < b | c > d", r"a \textless{} b \textbar{} c \textgreater{} d"),
    ],
)
def test_special_characters(text: str, latex: str) -> None:
    assert escaped(text) == latex


def test_entry() -> None:
    assert bibtex([cited(within="White paper, page 27", event="Lamps & light", is_fiction=True)]) == (
        f"@misc{{observation-{FACT}-r17,\n"
        "  author = {{Ada Fern}},\n"
        "  title = {{Mills: 20}},\n"
        "  howpublished = {Stated in: Page one; Lamps \\& light},\n"
        "  organization = {The Tessel Gazette},\n"
        "  year = {2031},\n"
        "  date = {2031-03-01},\n"
        "  type = {Observation},\n"
        "  version = {revision 17},\n"
        f"  url = {{/api/v1/observations/{FACT}?as_of=17}},\n"
        f"  note = {{Revision 17 of the ledger {LEDGER}, recorded on 2031-03-02."
        f" Proved by the code points 4 to 9 (exclusive) of the text with the SHA-256 {'ab' * 32}."
        " Stated there of: White paper, page 27. An invented fact, which shows how greenapi works.}\n"
        "}\n"
    )


def test_what_is_not_known_is_left_out() -> None:
    unknown = cited(author=None, stated_on=None, container=None, publisher=None, proofs=[])

    names = re.findall(r"^  (\w+) =", bibtex([unknown]), re.MULTILINE)

    assert names == ["title", "type", "version", "url", "note"]


def test_empty_line_stands_between_two() -> None:
    assert bibtex([cited(), cited()]).count("}\n\n@misc{") == 1
    assert "@" not in bibtex([])
