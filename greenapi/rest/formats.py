"""How an answer can be written, and how a request chooses: by `format`, or else by `Accept`.

A view names the formats of its lists and details besides JSON in `list_formats` and `detail_formats`; what it answers
and what the OpenAPI document says of it both follow from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import QueryDict
from django.http.request import MediaType
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from .parameters import FORMAT
from .problems import CONFLICTING_PARAMETERS, INVALID_PARAMETER, NOT_ACCEPTABLE, FieldError, Problem
from .representation import JSONRenderer

if TYPE_CHECKING:
    from greenapi.ledger.reading import Snapshot

    from .answering import AnsweringViewSet
    from .mementos import Question


class Format(BaseRenderer):
    """One way to write answers: a row by `of_row` for `detail_formats`, a page by `of_page` for `list_formats`."""

    # Its name in `?format=`, and the media type that is answered.
    format: str
    media_type: str
    charset: str | None = None
    # Other media types by which `Accept` may name it.
    also: ClassVar[tuple[str, ...]] = ()
    # What the OpenAPI document says of a body.
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def of_row(self, row: Any, *, view: "AnsweringViewSet", question: "Question", snapshot: "Snapshot") -> bytes:
        """The body that shows one row; made while the snapshot can be read."""
        raise NotImplementedError

    def of_page(
        self,
        rows: Sequence[Any],
        *,
        envelope: dict[str, Any],
        view: "AnsweringViewSet",
        question: "Question",
        snapshot: "Snapshot",
    ) -> bytes:
        """The body that shows a page of rows; `envelope` is that of the page in JSON, without `results`."""
        raise NotImplementedError

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The bytes that `of_row` or `of_page` has made."""
        return b"" if data is None else bytes(data)

    @property
    def content_type(self) -> str:
        """What `Content-Type` says."""
        return self.media_type if self.charset is None else f"{self.media_type}; charset={self.charset}"


class Negotiation(DefaultContentNegotiation):
    """Chooses what an answer is written with; DRF asks it for every view."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """What `format` names, or else what `Accept` (RFC 9110) likes best of it; with its media type.

        Of what it likes equally, that which it names most exactly is taken, then the first. What an address can do,
        which OPTIONS asks, is told in JSON whatever its answers are written with.

        Raises:
            Problem: invalid-parameter for a `format` that the address does not have, or not-acceptable.
        """
        if request.method == "OPTIONS":
            return JSONRenderer(), JSONRenderer.media_type
        renderers = list(renderers)
        name = request.query_params.get(FORMAT)
        if name is None:
            chosen = _best(renderers, accepted=list(_ranges(self.get_accept_list(request))))
        else:
            chosen = next((renderer for renderer in renderers if renderer.format == name), None)
            if chosen is None:
                detail = f"Give one of {', '.join(_names(renderers))}."
                raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=FORMAT, detail=detail)])
        if chosen is None:
            listed = ", ".join(f"{renderer.media_type} (format={renderer.format})" for renderer in renderers)
            raise Problem(NOT_ACCEPTABLE, f"There is {listed} here.")
        return chosen, str(chosen.media_type)


def require_json(request: Request) -> None:
    """Refuses what can be answered in JSON only.

    Raises:
        Problem: not-acceptable; or conflicting-parameters, where `format` asks for something else.
    """
    if isinstance(request.accepted_renderer, Format):
        if FORMAT in request.query_params:
            detail = "With the other parameters there is json only."
            raise Problem(CONFLICTING_PARAMETERS, errors=[FieldError(parameter=FORMAT, detail=detail)])
        raise Problem(NOT_ACCEPTABLE, "With these parameters there is application/json (format=json) only.")


def say_what_chose(response: HttpResponseBase, query: QueryDict, *, renderers: Sequence[BaseRenderer]) -> None:
    """Tells caches that `Accept` decides, where it does."""
    if FORMAT not in query and len(renderers) > 1:
        patch_vary_headers(response, ["Accept"])


def _ranges(texts: Iterable[str]) -> Iterator[MediaType]:
    """The media ranges of `Accept`, without those whose parameters nobody can read, which name nothing that is here."""
    for text in texts:
        with suppress(ValueError):
            yield MediaType(text)


def _best(renderers: Sequence[BaseRenderer], *, accepted: Sequence[MediaType]) -> BaseRenderer | None:
    """What is liked best; None when nothing is. Without any range everything is liked."""
    if not accepted:
        return renderers[0]
    liked = [(_liking(renderer, accepted=accepted), renderer) for renderer in renderers]
    (quality, _), best = max(liked, key=lambda pair: pair[0])  # of equals max takes the first
    return best if quality > 0 else None


def _liking(renderer: BaseRenderer, *, accepted: Sequence[MediaType]) -> tuple[float, int]:
    """The quality that the most exact range gives one of its media types, and how exact that range is."""
    names = (str(renderer.media_type), *getattr(renderer, "also", ()))
    # Only the first is what is answered; the others have to be named.
    ranges = [asked for asked in accepted if _covers(asked, names[0]) or _bare(asked) in names]
    if not ranges:
        return 0.0, 0
    exactness = max(_exactness(asked) for asked in ranges)
    return max(asked.quality for asked in ranges if _exactness(asked) == exactness), exactness


def _covers(asked: MediaType, name: str) -> bool:
    """Whether a range covers a media type. Parameters, such as a profile, are a wish that is not heard."""
    kind, _, sort = name.partition("/")
    if asked.main_type == "*":
        return asked.sub_type == "*"
    return asked.main_type == kind and asked.sub_type in {"*", sort}


def _bare(asked: MediaType) -> str:
    return f"{asked.main_type}/{asked.sub_type}"


def _exactness(asked: MediaType) -> int:
    return (asked.main_type != "*") + (asked.sub_type != "*")


def _names(renderers: Sequence[BaseRenderer]) -> list[str]:
    return [str(renderer.format) for renderer in renderers]
