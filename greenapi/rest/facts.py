"""Facts: proposed as drafts, submitted, published by somebody else, perhaps withdrawn; who sees them until then."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.access.scopes import Scope, allows
from greenapi.ledger.history import maker_of
from greenapi.ledger.models import ChangeClass, Versioned
from greenapi.ledger.reading import Snapshot

from . import bodies
from .exports import Export
from .inputs import FactInput
from .list_views import LATEST, VIEW
from .mementos import Question
from .preconditions import seen_states
from .problems import NOT_ALLOWED, FieldError, Problem
from .selections import Selection
from .writing import WritingViewSet

PUBLISHED = "published"
OPEN_STATES = frozenset({"draft", "in_review"})
STEPS = ("submit", "publish", "withdraw")


class FactViewSet(WritingViewSet):
    """A resource of facts: everybody sees those that are published, who may propose also the others."""

    input_class: ClassVar[type[FactInput]]
    scopes = {
        "create": Scope.PROPOSE,
        "partial_update": Scope.PROPOSE,
        "destroy": Scope.PROPOSE,
        "submit": Scope.PROPOSE,
        "publish": Scope.REVIEW,
        "withdraw": Scope.PROPOSE,
    }
    # Whether a fact that is not public is part of the answer.
    shows_unpublished = False

    def get_queryset(self) -> QuerySet[Any]:
        facts: Any = super().get_queryset()
        found: QuerySet[Any] = facts if self.sees_unpublished() else facts.published()
        return found

    def sees_unpublished(self) -> bool:
        """Whether facts that are not public are found here: alone, or in a list that asks for their state.

        Never in histories, comparisons and lists of versions, which say what the public saw.
        """
        if self.action == "list":
            query = self.request.query_params
            asked = query.get(VIEW, LATEST) == LATEST and bool({"state", "state__in"} & query.keys())
        else:
            asked = self.action == "retrieve" or self.action in self.scopes
        return asked and allows(self.request, Scope.PROPOSE)

    def find(self, key: str) -> Any | None:
        fact = super().find(key)
        self.shows_unpublished |= fact is not None and fact.state != PUBLISHED
        return fact

    def answer(self, body: Any, **options: Any) -> Response:
        response = super().answer(body, **options)
        self._keep_unpublished_out_of_caches(response)
        return response

    def export(self, export: Export, *, selection: Selection, question: Question) -> HttpResponseBase:
        response = super().export(export, selection=selection, question=question)
        self._keep_unpublished_out_of_caches(response)
        return response

    def _keep_unpublished_out_of_caches(self, response: HttpResponseBase) -> None:
        if self.shows_unpublished or self.action == "list" and self.sees_unpublished():
            response["Cache-Control"] = "private, no-store"

    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: str) -> HttpResponse:
        """Hands a draft in for review. Whoever submits it cannot publish it."""
        return self._step(request, kwargs, usual=ChangeClass.ENRICHMENT)

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, **kwargs: str) -> HttpResponse:
        """Makes a fact that is in review public: by somebody else than who submitted it."""
        return self._step(request, kwargs, usual=ChangeClass.ENRICHMENT)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: str) -> HttpResponse:
        """Takes a fact back: a public one stays readable in the past, and one that never was public is taken out.

        One's own draft is withdrawn with the scope `propose`; anything else needs `review`.
        """
        seen = seen_states(request)
        order = self.order_in_body(request, kinds=(bodies.JSON,), check=_nothing_more)
        return self.write(
            order, lambda before: self._withdrawn(kwargs, seen=seen, before=before), usual=ChangeClass.RETRACTION
        )

    def destroy(self, request: Request, **kwargs: str) -> HttpResponse:
        """Withdraws a fact, as `withdraw` does."""
        seen = seen_states(request)
        order = self.order_in_query(request)
        return self.write(
            order, lambda before: self._withdrawn(kwargs, seen=seen, before=before), usual=ChangeClass.RETRACTION
        )

    def _step(self, request: Request, kwargs: dict[str, str], *, usual: ChangeClass) -> HttpResponse:
        seen = seen_states(request)
        order = self.order_in_body(request, kinds=(bodies.JSON,), check=_nothing_more)

        def work(before: Snapshot) -> Versioned:
            fact = self.seen_record(kwargs, seen=seen, before=before)
            return self.input_class.take(str(self.action), fact, by=order.actor)

        return self.write(order, work, usual=usual)

    def _withdrawn(self, kwargs: dict[str, str], *, seen: list[str], before: Snapshot) -> Versioned | None:
        fact = self.seen_record(kwargs, seen=seen, before=before)
        own = fact.state in OPEN_STATES and _proposed_by(fact) == self.request.user.get_username()
        if not own and not allows(self.request, Scope.REVIEW):
            raise Problem(
                NOT_ALLOWED, "Withdrawing what others proposed, or what was public, needs the scope `review`."
            )
        if fact.state not in OPEN_STATES:
            return self.input_class.take("withdraw", fact, by=self.request.user.get_username())
        self.remove(fact)
        return None


def _proposed_by(fact: Any) -> str:
    """Who submitted a fact, or, until somebody has, who made it."""
    return str(fact.submitted_by or maker_of(fact))


def _nothing_more(given: dict[str, Any]) -> list[FieldError]:
    return [FieldError(pointer=f"/{name}", detail="A step takes only reason and change_class.") for name in given]
