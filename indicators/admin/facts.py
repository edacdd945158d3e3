"""What the desk does with facts: a draft is edited, submitted, published by somebody else, perhaps withdrawn."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from greenapi.access.scopes import Scope
from greenapi.desk.forms import ReasonForm
from greenapi.desk.records import RecordAdmin
from greenapi.desk.refusals import Refusal, answered
from greenapi.desk.saving import save
from greenapi.ledger.models import ChangeClass
from indicators import changes
from indicators.models import State
from indicators.models.facts import Reviewed
from indicators.words import WORDS

# The step that each state allows, and how it is called; a withdrawn fact has none.
STEPS = {State.DRAFT: "submit", State.IN_REVIEW: "publish", State.PUBLISHED: "withdraw"}
REVIEW = str(Scope.REVIEW.permission)
LABELS = {"submit": "Submit for review", "publish": "Publish", "withdraw": "Withdraw"}
WHO_FIELDS = (
    "attribution",
    "speaker",
    "role",
    ("organization", "organization_basis"),
    "organization_reason",
    ("cited_work", "cited_work_locator"),
)
STATE_FIELDS = ("state", "submitted_by", "reviewed_by")


class FactAdmin(RecordAdmin):
    """A fact. Once it is published nothing of it is edited; who changes one in review cannot publish it."""

    fixed = ()
    readonly_fields: ClassVar[Any] = STATE_FIELDS
    refusals = (changes.StateError,)
    constraint_words = WORDS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.state in changes.OPEN_STATES)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<path:object_id>/step/<slug:step>/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        fact: Reviewed | None = kwargs.get("obj")
        step = None if fact is None else STEPS.get(State(fact.state))
        if fact is not None and step is not None and self._may_step(request, step=step):
            context["steps"] = [{"label": LABELS[step], "url": self._step_url(fact, step=step)}]
        if fact is not None and fact.state not in changes.OPEN_STATES:
            context["closed"] = f"This fact is {fact.get_state_display().lower()}: it is not edited any more."
        return super().render_change_form(request, context, *args, **kwargs)

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Asks for the reason, then takes one step of a fact's life in one revision."""
        fact: Any = self.get_object(request, unquote(object_id))
        if fact is None or step not in LABELS:
            raise Http404
        if not self._may_step(request, step=step):
            raise PermissionDenied
        usual = ChangeClass.RETRACTION if step == "withdraw" else ChangeClass.ENRICHMENT
        form = ReasonForm(request.POST or None, initial={"change_class": usual})
        refused: Refusal | None = None
        if request.method == "POST" and form.is_valid():
            try:
                number = self._take(step, id=fact.id, by=request.user.get_username(), form=form)
            except Refusal as refusal:
                form.add_error(None, refusal.message)
                refused = refusal
            else:
                messages.success(request, f"{LABELS[step]}: done. Recorded as revision {number}.")
                return redirect(self._page(fact))
        own = step == "publish" and fact.submitted_by == request.user.get_username()
        context = {
            **self.admin_site.each_context(request),
            "title": f"{LABELS[step]}: {fact}",
            "label": LABELS[step],
            "object": fact,
            "opts": self.opts,
            "form": form,
            "warning": "You submitted this fact, so somebody else has to publish it." if own else "",
        }
        page = TemplateResponse(request, "desk/step.html", context)
        return page if refused is None else answered(page, refused)

    def _take(self, step: str, *, id: UUID, by: str, form: ReasonForm) -> int | None:
        def work() -> None:
            # As it is now, not as it was when the page was opened.
            fact = self.model._default_manager.get(id=id)
            match step:
                case "submit":
                    changes.submit(fact, by=by)
                case "publish":
                    changes.publish(fact, by=by)
                case "withdraw":
                    changes.withdraw(fact)
                case _:
                    raise ValueError(step)

        return save(
            work,
            actor=by,
            reason=form.cleaned_data["reason"],
            change_class=form.cleaned_data["change_class"],
            refusals=self.refusals,
            words=self.constraint_words,
        ).number

    def _may_step(self, request: HttpRequest, *, step: str) -> bool:
        # Whoever may change facts may submit them; what others submitted is for reviewers.
        return self.has_change_permission(request) and (step == "submit" or request.user.has_perm(REVIEW))

    def _page(self, fact: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[fact.pk])

    def _step_url(self, fact: Any, *, step: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_step", args=[fact.pk, step])
