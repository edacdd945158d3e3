"""Bibliographies for LaTeX: entries that BibTeX and biblatex read, whatever stands in a title."""

from collections.abc import Iterator, Sequence

from .citable import CitationFormat, Cited, Describe, one_line

# No brace stands for itself, not even escaped: BibTeX counts them all, so a lone one would end the field.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
    }
)


class BibtexFormat(CitationFormat):
    """Facts as entries of a `.bib` file."""

    media_type = "application/x-bibtex"
    format = "bib"
    charset = "utf-8"

    def written(self, cited: Sequence[Cited]) -> bytes:
        return bibtex(cited).encode()


def bibtex_of(describe: Describe) -> type[BibtexFormat]:
    """The format for facts that `describe` describes."""
    return type("Bibtex", (BibtexFormat,), {"describe": staticmethod(describe)})


def bibtex(cited: Sequence[Cited]) -> str:
    """An entry for each, with an empty line between two; for none of them a comment, so that there is something."""
    return "\n".join(map(_entry, cited)) or "% There is no fact to cite.\n"


def escaped(text: str) -> str:
    """A text, on one line, that LaTeX prints as it is, in a field that ends where it should."""
    return one_line(text).translate(_ESCAPES)


def _entry(cited: Cited) -> str:
    fields = "".join(f",\n  {name} = {value}" for name, value in _fields(cited))
    return f"@misc{{{cited.key}{fields}\n}}\n"


def _fields(cited: Cited) -> Iterator[tuple[str, str]]:
    fact = cited.fact
    # Two pairs of braces keep a name from being taken apart, and the case of a title as it is.
    if fact.author is not None:
        yield "author", f"{{{{{escaped(fact.author)}}}}}"
    yield "title", f"{{{{{escaped(fact.title)}}}}}"
    stated_in = [part for part in (fact.container, fact.event) if part is not None]
    if stated_in:
        yield "howpublished", f"{{Stated in: {escaped('; '.join(dict.fromkeys(stated_in)))}}}"
    if fact.publisher is not None:
        yield "organization", f"{{{escaped(fact.publisher)}}}"
    if fact.stated_on is not None:
        # BibTeX knows the year only, biblatex prefers the day.
        yield "year", f"{{{fact.stated_on[:4]}}}"
        yield "date", f"{{{fact.stated_on}}}"
    yield "type", f"{{{fact.kind.capitalize()}}}"
    yield "version", f"{{revision {cited.revision}}}"
    # Both read an address as it stands, and this one has nothing that would have to be escaped.
    yield "url", f"{{{cited.path}}}"
    yield "note", f"{{{escaped(cited.note)}}}"
