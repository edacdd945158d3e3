"""One resource of the API: its list and its rows."""

from typing import Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

from . import parameters
from .decoding import decode
from .listing import Listing
from .models import Model
from .models.page import Row
from .parameters import FilterValue
from .reading import Reader

Detail = TypeVar("Detail", bound=Model)


class Resource(Generic[Row, Detail]):
    """A resource whose lists hold `Row`s and whose single rows are `Detail`s, mostly the same."""

    def __init__(self, name: str, *, reader: Reader, row: type[Row], detail: type[Detail]) -> None:
        """`name` is the resource's in the API's paths."""
        self._path = f"/{name}"
        self._reader = reader
        self._row = row
        self._detail = detail

    def __repr__(self) -> str:
        return f"<Resource {self._path.removeprefix('/')}>"

    def list(self, **filters: FilterValue) -> Listing[Row]:
        """The rows that all filters select, with the API's names: `value__gte=20`, `kind__in=["question", "answer"]`.

        Values may be texts, numbers, truth values, dates, aware times, UUIDs, anything of an answer that has a slug,
        SHA-256, id or number, and for `…__in` and `ordering` lists of them. `page_size` (1 to 1000) only tells how
        many rows each request reads. Nothing is read yet; errors of the service are raised by the iteration.

        Raises:
            TypeError: a value of a type that no parameter takes, None included; or `as_of` or `cursor`.
            ValueError: a time without offset, a number that is not finite, an empty list, or a comma inside a list.
        """
        return Listing(self._path, reader=self._reader, row=self._row, query=parameters.query(filters))

    def get(self, key: str | int | UUID | Model) -> Detail:
        """The row of a key: a slug, SHA-256, UUID or number as the resource has it, or anything of an answer with one.

        Raises:
            NotFound: there is no such row; NotYetRecorded, its subclass, if at that revision it
                was not recorded yet.
            GreenAPIError: anything else went wrong.
            TypeError, ValueError: `key` is none.
        """
        answer = self._reader.get(f"{self._path}/{quote(parameters.key(key), safe='')}", {})
        return decode(self._detail, answer.body)
