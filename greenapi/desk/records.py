"""How the desk shows and saves a record: through `changes.py`, one click one revision, with a reason and no Delete."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.postgres.fields import DecimalRangeField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.forms import Field, Textarea
from django.forms.models import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern

from greenapi.ledger.history import last_change, revisions_of
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Versioned

from .fields import ExactDecimalField, IntervalField, LinesField
from .forms import REVISION_FIELDS, LinkFormSet, RecordForm
from .refusals import Refusal, answered
from .saving import save

if TYPE_CHECKING:
    _BaseModelAdmin = admin.options.BaseModelAdmin[Any]
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _BaseModelAdmin = admin.options.BaseModelAdmin
    _ModelAdmin = admin.ModelAdmin
    _TabularInline = admin.TabularInline

Fieldsets = Sequence[tuple[str | None, dict[str, Any]]]
# Rows of the record's link tables as they were given, by the link's model.
Links = Mapping[type[models.Model], list[dict[str, Any]]]

THIS_CHANGE = "This change"

_OVERRIDES: dict[type[Any], dict[str, Any]] = {
    models.TextField: {"form_class": LinesField, "widget": Textarea(attrs={"rows": 2, "cols": 80})},
    models.DecimalField: {"form_class": ExactDecimalField},
    DecimalRangeField: {"form_class": IntervalField},
    models.URLField: {"assume_scheme": "https"},
    models.DateField: {"widget": AdminDateWidget(format="%Y-%m-%d")},
}


class NamedChoices(_BaseModelAdmin):
    """Fields of links show each record as its own admin names a choice; fields of printed words keep their spaces."""

    # Fields in the source's words: white space at their ends is kept.
    as_printed: ClassVar[tuple[str, ...]] = ()
    formfield_overrides = _OVERRIDES

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.as_printed:
            kwargs["strip"] = False
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, ModelChoiceField) and self.admin_site.is_registered(db_field.remote_field.model):
            target: Any = self.admin_site.get_model_admin(db_field.remote_field.model)
            named: Any = field
            named.queryset = target.get_queryset(request)
            named.label_from_instance = getattr(target, "choice_label", str)
        return field


class Undeletable(_ModelAdmin):
    """Nothing is deleted at the desk: no button, no action, no address."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """Leaves out the address of Delete, and Django's redirect of anything unknown to a change page."""
        return [url for url in super().get_urls() if url.name is not None and not url.name.endswith("_delete")]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the page's address suggests for a new record, without what the fields do not accept."""
        suggested = super().get_changeform_initial_data(request)
        fields: Mapping[str, Field] = self.get_form(request).base_fields
        return {name: value for name, value in suggested.items() if name in fields and _accepts(fields[name], value)}


class ReadOnlyAdmin(NamedChoices, Undeletable):
    """A list to look at; what is in it is changed elsewhere."""

    change_form_template = "desk/view.html"
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    def get_urls(self) -> list[URLPattern]:
        """Leaves out Django's history: such a record never changes, or changes with another."""
        return [url for url in super().get_urls() if not str(url.name).endswith("_history")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LinkInline(NamedChoices, _TabularInline):
    """The rows of a link table, as part of the record that they belong to: who may change it may change them."""

    formset = LinkFormSet
    extra = 1
    related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._owner().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        owner = self._owner()
        return owner.has_add_permission(request) if obj is None else owner.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._owner().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A link is taken away as a change of its owner; the ledger keeps that it was there."""
        return self._owner().has_change_permission(request, obj)

    def _owner(self) -> _ModelAdmin:
        return self.admin_site.get_model_admin(self.parent_model)


class RecordAdmin(NamedChoices, Undeletable):
    """A record that the ledger keeps: lists, the page that shows it, and saving it with a reason."""

    form = RecordForm
    change_form_template = "desk/record.html"
    object_history_template = "desk/history.html"
    show_full_result_count = False
    list_per_page = 50
    # Links followed in lists, choices and pages.
    related: ClassVar[tuple[str, ...]] = ()
    # Fields that stay as they were given when the record was made: addresses are stable.
    fixed: ClassVar[tuple[str, ...]] = ("slug",)
    # Errors of the verbs used here whose words are for people.
    refusals: ClassVar[tuple[type[ValueError], ...]] = ()
    # What the database's constraints ask for, in words, by their names.
    constraint_words: ClassVar[Mapping[str, str]] = {}

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        """Saves a new or known record by a verb of `changes.py`, inside an open revision, and gives it back."""
        raise NotImplementedError

    def choice_label(self, record: Any) -> str:
        """How the record is called where it is chosen from others."""
        return str(record)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    def own_fieldsets(self, request: HttpRequest, obj: Any = None) -> Fieldsets:
        """The record's own fields, without those about the change."""
        return self.fieldsets  # type: ignore[return-value]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = self.own_fieldsets(request, obj)
        if not (self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)):
            return fieldsets
        return [*fieldsets, (THIS_CHANGE, {"fields": REVISION_FIELDS})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(() if obj is None else self.fixed)]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        told = {
            "refusal": getattr(request, "refusal", None),
            "constraint_words": self.constraint_words,
            "link_tables": self._link_tables(request, obj),
        }
        form = type(self.form.__name__, (self.form,), told)
        return super().get_form(request, obj, change=change, **{"form": form, **kwargs})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Shows or saves a record. Unlike Django's, it opens no transaction: the revision does, when all is valid."""
        page: Callable[..., Any] = self._changeform_view  # type: ignore[attr-defined]
        extra_context = {"this_change": THIS_CHANGE, **(extra_context or {})}
        try:
            return page(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            # The same page again, with everything that was typed, and why it was refused.
            request.refusal = refusal  # type: ignore[attr-defined]
            for upload in request.FILES.values():
                upload.seek(0)  # type: ignore[union-attr]
            return answered(page(request, object_id, form_url, extra_context), refusal)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Nothing: the record and its links are saved together, by `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:  # noqa: FBT001
        """Saves the record and its links in one revision.

        Raises:
            Refusal: nothing was saved.
        """
        identity = form.instance.pk if change else uuid7()
        links = {formset.model: _rows(formset) for formset in formsets if issubclass(formset.model, Versioned)}
        actor = request.user.get_username()

        def work() -> Versioned:
            if change:
                self._refuse_unseen(request, form)
            return self.record(id=identity, values=form.values(), links=links, form=form, by=actor)

        saved = save(
            work,
            actor=actor,
            reason=form.cleaned_data["reason"],
            change_class=form.cleaned_data["change_class"],
            refusals=self.refusals,
            words=self.constraint_words,
        )
        form.instance.pk = saved.result.pk
        form.instance._state.adding = False
        form.instance.refresh_from_db()
        request.unchanged = saved.number is None  # type: ignore[attr-defined]
        if saved.number is None:
            messages.warning(request, "Nothing was changed, so no revision was made.")
        else:
            messages.success(request, f"Recorded as revision {saved.number}.")

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the ledger is the log."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the ledger is the log."""

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if getattr(request, "unchanged", False) and "_popup" not in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The revisions that touched the record or its links, newest first."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {record}",
            "object": record,
            "opts": self.opts,
            "module_name": self.opts.verbose_name_plural,
            "revisions": revisions_of(record, links=self._link_tables(request, record)).order_by("-number"),
            "may_see_revisions": request.user.has_perm("ledger.view_revision"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def _link_tables(self, request: HttpRequest, record: Any) -> list[tuple[type[Versioned], str]]:
        return [
            (formset.model, formset.fk.name)
            for formset, inline in self.get_formsets_with_inlines(request, record)
            if isinstance(inline, LinkInline)
        ]

    def _refuse_unseen(self, request: HttpRequest, form: Any) -> None:
        """Refuses to save over a change that was made after the page was opened; saving again then does."""
        opened_at = form.cleaned_data.get("opened_at")
        newest = last_change(form.instance, links=form.link_tables)
        if opened_at is None or newest <= opened_at:
            return
        data = request.POST.copy()
        data["opened_at"] = str(newest)
        request.POST = data  # type: ignore[assignment]
        raise Refusal(
            f"Somebody changed this record after you opened it (revision {newest}; see its history). Nothing was saved"
            " yet: compare, then save again to put what is on this page in its place."
        )


def _accepts(field: Field, value: Any) -> bool:
    try:
        field.clean(value)
    except ValidationError:
        return False
    return True


def _rows(formset: Any) -> list[dict[str, Any]]:
    """The rows that a link table is to have, without those taken away."""
    left_out = {formset.fk.name, formset.model._meta.pk.name, "DELETE"}
    return [
        {name: value for name, value in form.cleaned_data.items() if name not in left_out}
        for form in formset.forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
