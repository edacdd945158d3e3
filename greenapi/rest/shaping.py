"""How a request shapes what is answered: `include` embeds records, `fields` then leaves out what it does not name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.request import Request

from greenapi.ledger.reading import Snapshot

from .formats import require_json
from .inclusion import INCLUDE, asked_for, embed, with_included
from .members import members_of
from .sparse_fields import FIELDS, asked_fields, only
from .totals import COUNT, FACETS

if TYPE_CHECKING:
    from .answering import AnsweringViewSet

SHAPING = (FIELDS, INCLUDE)
OF_PAGES = (COUNT, FACETS)


class Asked:
    """What a request asks to be embedded in, and shown of, each row."""

    def __init__(
        self,
        request: Request,
        *,
        view: "type[AnsweringViewSet]",
        serializer: type[serializers.BaseSerializer[Any]] | None,
    ) -> None:
        """`serializer` is what shows the rows.

        Raises:
            Problem: invalid-parameter; or not-acceptable, where something else than JSON is asked for.
        """
        query = request.query_params
        if any(name in query for name in (*SHAPING, *OF_PAGES)):
            require_json(request)
        self.request = request
        self.included = asked_for(query[INCLUDE], view=view) if INCLUDE in query else []
        self.selected = None
        if FIELDS in query:
            members = with_included(members_of(serializer) or {}, self.included, view=view)
            self.selected = asked_fields(query[FIELDS], members=members)

    def of(self, bodies: Sequence[Any], *, snapshot: Snapshot) -> list[Any]:
        """The rows, as they were represented, in the shape asked for; inside `reading`."""
        embed(bodies, self.included, request=self.request, snapshot=snapshot)
        return [body if self.selected is None else only(self.selected, body) for body in bodies]
