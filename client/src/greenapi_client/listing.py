"""A list of a resource's rows: lazy, read page by page, and able to be iterated again."""

from collections.abc import Iterator, Mapping
from typing import Generic
from urllib.parse import parse_qsl, urlsplit

from .base_url import API
from .decoding import decode_page
from .errors import DecodingError, WrongRevision
from .models import Page
from .models.page import Row
from .reading import Reader


class Listing(Generic[Row]):
    """The rows that filters select. Nothing is read until it is iterated; each iteration reads anew.

    All pages of one iteration are of the same revision, the newest when it began, or the one that `at()` named: no
    row is skipped or repeated while others write.
    """

    def __init__(self, path: str, *, reader: Reader, row: type[Row], query: Mapping[str, str]) -> None:
        """`path` begins after `/api/v1`."""
        self._path = path
        self._reader = reader
        self._row = row
        self._query = dict(query)

    def __iter__(self) -> Iterator[Row]:
        for page in self.pages():
            yield from page.results

    def __repr__(self) -> str:
        return f"<Listing of {self._path.removeprefix('/')} {self._query}>"

    def first(self) -> Row | None:
        """The first row; None when no row is selected. Reads that row only."""
        page = self._page({**self._query, "page_size": "1"})
        return page.results[0] if page.results else None

    def pages(self) -> Iterator[Page[Row]]:
        """The pages in order, each read when it is asked for; one at least, which may be empty.

        Raises:
            WrongRevision: a page is of another revision than the one before it.
            DecodingError: a page does not say rightly where the next one is.
        """
        query = self._query
        page = self._page(query)
        yield page
        while page.next is not None:
            following = self._query_of(page.next)
            if following == query:
                raise DecodingError(f"{self._path}: a page names itself as the next one")
            query, revision = following, page.revision
            page = self._page(query)
            if page.revision != revision:
                raise WrongRevision(f"{self._path}: a page of revision {page.revision} follows one of {revision}")
            yield page

    def _page(self, query: Mapping[str, str]) -> Page[Row]:
        answer = self._reader.get(self._path, query)
        page = decode_page(self._row, answer.body)
        if answer.revision != str(page.revision):
            raise WrongRevision(f"{self._path}: the body is of revision {page.revision}, its header {answer.revision}")
        return page

    def _query_of(self, link: str) -> dict[str, str]:
        """The query of a link to a page of this listing; whatever host it names is not looked at.

        Raises:
            DecodingError: it leads to another path.
        """
        try:
            parts = urlsplit(link)
        except ValueError as error:
            raise DecodingError(f"{self._path}: the next page is at no address: {error}") from error
        if not parts.path.removesuffix("/").endswith(f"{API}{self._path}"):
            raise DecodingError(f"{self._path}: the next page is at another path, {parts.path!r:.80}")
        return dict(parse_qsl(parts.query, keep_blank_values=True))
