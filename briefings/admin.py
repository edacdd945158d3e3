"""The desk of who said what, and where it is written."""

import hashlib
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse

from greenapi.desk.forms import RecordForm
from greenapi.desk.records import Fieldsets, Links, ReadOnlyAdmin, RecordAdmin
from greenapi.ledger.models import Versioned

from . import changes
from .models import (
    Briefing,
    Citation,
    Document,
    DocumentText,
    DocumentVersion,
    Organization,
    Role,
    Segment,
    Speaker,
)
from .words import WORDS

PROVES = "It proves a fact that is or was public: it is not edited any more."


class NamedAdmin(RecordAdmin):
    """Records that have a slug, or nothing to compute."""

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        named: Versioned = changes.record_one(self.model, id=id, **values)
        return named


@admin.register(Organization)
class OrganizationAdmin(NamedAdmin):
    list_display = ("name", "abbreviation", "kind", "area", "parent", "slug")
    list_filter = ("kind", "area")
    search_fields = ("name", "abbreviation", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    related = ("parent",)
    fieldsets = ((None, {"fields": ("name", "slug", "abbreviation", "kind", "area", "parent", "note")}),)


@admin.register(Speaker)
class SpeakerAdmin(NamedAdmin):
    list_display = ("name", "roles_held", "slug")
    list_filter = (("roles__organization", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name", "slug", "roles__title", "roles__organization__name")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", "note")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("roles", queryset=Role.objects.select_related("organization")))
        )

    @admin.display(description="Roles")
    def roles_held(self, speaker: Speaker) -> str:
        return "; ".join(f"{role.title}, {role.organization}" for role in speaker.roles.all()) or "–"


@admin.register(Role)
class RoleAdmin(NamedAdmin):
    list_display = ("title", "speaker", "organization", "held_from", "held_to", "attested_on", "title_basis")
    list_filter = ("title_basis", ("organization", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "speaker__name", "organization__name")
    autocomplete_fields = ("speaker", "organization")
    related = ("speaker", "organization")
    fixed = ()
    fieldsets = (
        (None, {"fields": ("speaker", "title", "organization", ("title_basis", "title_reason"))}),
        ("When", {"fields": ("held_from", "held_to", "attested_on")}),
    )


@admin.register(Briefing)
class BriefingAdmin(NamedAdmin):
    list_display = ("title", "kind", "held_on", "held_on_basis", "organizer", "is_fiction")
    list_filter = ("kind", "held_on_basis", "is_fiction")
    search_fields = ("title", "slug", "organizer__name")
    autocomplete_fields = ("organizer",)
    date_hierarchy = "held_on"
    prepopulated_fields = {"slug": ("title",)}
    related = ("organizer",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "organizer", "place", "is_fiction", "note")}),
        ("Day it was held", {"fields": ("held_on", "held_on_basis", "held_on_reason")}),
    )


@admin.register(Document)
class DocumentAdmin(NamedAdmin):
    list_display = ("title", "kind", "publisher", "published_on", "page", "text_policy", "is_fiction")
    list_filter = ("kind", "text_policy", "is_fiction", "language", ("briefing", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "slug", "url", "author", "publisher__name", "briefing__title")
    autocomplete_fields = ("briefing", "publisher")
    date_hierarchy = "published_on"
    prepopulated_fields = {"slug": ("title",)}
    related = ("briefing", "publisher")
    as_printed = ("title", "author")
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "briefing", "publisher", "author", "language", "url", "note")}),
        ("Day of publication", {"fields": ("published_on", "published_on_basis", "published_on_reason")}),
        ("Page of a transcript", {"fields": ("page", "page_basis", "page_reason", "page_count")}),
        ("Who may read it", {"fields": ("text_policy", "is_fiction")}),
    )
    constraint_words = WORDS


class DocumentVersionForm(RecordForm):
    """A copy named by its hash, or by the text itself, which is then held."""

    text_file = forms.FileField(
        label="Text, as a file",
        required=False,
        help_text=(
            "The copy's exact text (UTF-8). It names the version: hash and length are taken from it. A file, because"
            " pasting into a page changes the ends of lines."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"sha256", "length"} & self.fields.keys():
            self.fields[name].required = False

    def clean_text_file(self) -> str | None:
        """The text of the file, decoded and otherwise untouched; None when no file was given."""
        file: UploadedFile[Any] | None = self.cleaned_data["text_file"]
        if not file:
            return None
        file.seek(0)
        try:
            text: str = file.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValidationError(f"This file is not UTF-8: byte {error.start} is part of no character.") from error
        if "\0" in text:
            raise ValidationError("This text holds a NUL character, which the database cannot keep.")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.get("text_file")
        if "sha256" not in self.fields:
            return cleaned
        if text is not None:
            found = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "length": len(text)}
            for name, value in found.items():
                if cleaned.get(name) not in {None, "", value}:
                    self.add_error(name, f"The file's is {value}.")
                cleaned[name] = value
        else:
            for name in ("sha256", "length"):
                if name not in self.errors and cleaned.get(name) in {None, ""}:
                    self.add_error(name, "Give this, or the text itself as a file.")
        return cleaned


@admin.register(DocumentVersion)
class DocumentVersionAdmin(RecordAdmin):
    form = DocumentVersionForm
    list_display = ("document", "short_hash", "length", "retrieved_on", "is_held")
    list_filter = (("held_text", admin.EmptyFieldListFilter), ("document", admin.RelatedOnlyFieldListFilter))
    search_fields = ("sha256", "document__title", "document__slug")
    autocomplete_fields = ("document",)
    related = ("document",)
    fixed = ("document", "sha256", "length")
    readonly_fields = ("is_held",)
    refusals = (changes.TextMismatchError,)
    constraint_words = WORDS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).with_held()  # type: ignore[attr-defined,no-any-return]

    def own_fieldsets(self, request: HttpRequest, obj: Any = None) -> Fieldsets:
        naming = ("document", "sha256", "length")
        text = ("text_file",) if self._may_hold(request, obj) else ()
        held = () if obj is None else ("is_held",)
        return ((None, {"fields": (*naming, *held, *text, "retrieved_on", "note")}),)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = super().get_form(request, obj, change=change, **kwargs)
        return form if self._may_hold(request, obj) else type(form.__name__, (form,), {"text_file": None})

    def _may_hold(self, request: HttpRequest, version: Any) -> bool:
        return request.user.has_perm("briefings.add_documenttext") and not (version is not None and version.held)

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        if not form.instance._state.adding:
            known = DocumentVersion.objects.get(id=id)
            values = {"document": known.document, "sha256": known.sha256, "length": known.length, **values}
        version = changes.record_document_version(**{"id": id, **values})
        text = form.cleaned_data.get("text_file")
        if text is not None:
            changes.hold_text(version, text=text)
        return version

    def choice_label(self, record: Any) -> str:
        return f"{record.sha256[:12]} · {record.document}"

    @admin.display(description="SHA-256")
    def short_hash(self, version: DocumentVersion) -> str:
        return version.sha256[:12]

    @admin.display(description="text held", boolean=True)
    def is_held(self, version: Any) -> bool:
        return bool(version.held)


@admin.register(DocumentText)
class DocumentTextAdmin(ReadOnlyAdmin):
    """Texts that are held. One is attached on the page of its document version, and never changed."""

    list_display = ("version", "code_points")
    list_filter = (("version__document", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("version__sha256", "version__document__title")
    related = ("version__document",)
    fields = ("version", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("text")

    @admin.display(description="Length", ordering="version__length")
    def code_points(self, text: DocumentText) -> int:
        return text.version.length


@admin.register(Segment)
class SegmentAdmin(RecordAdmin):
    list_display = ("number", "kind", "label", "speaker", "role", "stated_on", "document_version")
    list_display_links = ("number", "kind")
    list_filter = (
        "kind",
        "stated_on_basis",
        ("document_version__document", admin.RelatedOnlyFieldListFilter),
        ("speaker", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("label", "speaker__name", "document_version__document__title", "document_version__document__slug")
    ordering = ("document_version__document__slug", "document_version", "number")
    autocomplete_fields = (
        "document_version", "speaker", "role", "outlet", "replies_to", "hands_over_to", "cited_work",
    )  # fmt: skip
    related = ("document_version__document", "speaker", "role__speaker", "role__organization")
    readonly_fields = ("stated_on", "stated_on_basis", "stated_on_reason")
    fixed = ("document_version",)
    as_printed = ("label",)
    fieldsets = (
        (None, {"fields": ("document_version", "number", "kind", ("start", "end"))}),
        ("Label", {"fields": ("label", ("label_start", "label_end"))}),
        ("Who speaks", {"fields": ("speaker", "role", "replies_to", "hands_over_to")}),
        ("Who asks", {"fields": ("outlet", "outlet_basis", "outlet_reason")}),
        ("Work cited within", {"fields": ("cited_work", "cited_work_locator")}),
        ("Remarks", {"fields": ("note",)}),
        (
            "When it was stated",
            {
                "fields": ("stated_on", "stated_on_basis", "stated_on_reason"),
                "description": "Follows from its briefing or document when it is saved.",
            },
        ),
    )
    constraint_words = WORDS

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        version = values.pop("document_version", None) or form.instance.document_version
        return changes.record_segment(id=id, document_version=version, **values)

    def choice_label(self, record: Any) -> str:
        return f"{record} · {record.document_version.document}"


class CitationForm(RecordForm):
    """A place in a copy. Where the text is held, empty words are filled in from it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "exact" in self.fields:
            self.fields["exact"].required = False

    def clean(self) -> dict[str, Any]:
        """Takes the words from the held text when none were typed, or only the ends of their lines differ from it."""
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        version = cleaned.get("document_version") or getattr(self.instance, "document_version", None)
        typed = cleaned.get("exact") or ""
        if start is None or end is None or version is None or "exact" not in self.fields:
            return cleaned
        held = DocumentText.objects.filter(version=version).first()
        words = held.text[start:end] if held is not None and start < end else ""
        if not typed or typed == words.replace("\r\n", "\n"):
            cleaned["exact"] = typed = words
        if not typed:
            self.add_error("exact", "Give the words: the text is not held, or ends before that place.")
        return cleaned


@admin.register(Citation)
class CitationAdmin(RecordAdmin):
    form = CitationForm
    list_display = ("words", "start", "end", "document_version")
    list_filter = (("document_version__document", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("exact", "document_version__document__title", "document_version__document__slug")
    ordering = ("document_version__document__slug", "start", "end", "id")
    autocomplete_fields = ("document_version",)
    related = ("document_version__document",)
    fixed = ("document_version",)
    refusals = (changes.ProofError,)
    as_printed = ("exact", "prefix", "suffix")
    fieldsets = (
        (
            None,
            {
                "fields": ("document_version", ("start", "end"), "exact"),
                "description": "Offsets count characters (code points) from 0. Where the text is held, leave the words"
                " empty to take them from it.",
            },
        ),
        ("To find the place again", {"fields": ("prefix", "suffix")}),
    )
    constraint_words = WORDS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody moves the proof of a public fact alone, when it takes two persons to publish one."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not _proves_published(obj.pk))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        citation: Citation | None = kwargs.get("obj")
        if citation is not None and _proves_published(citation.pk):
            context["closed"] = PROVES
        return super().render_change_form(request, context, *args, **kwargs)

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        # It asks again, now that nobody else writes: a fact may have been published since the page was checked.
        return changes.edit_citation(id=id, **values)

    def choice_label(self, record: Any) -> str:
        return f"{record} · {record.document_version.document}"

    @admin.display(description="Words", ordering="exact")
    def words(self, citation: Citation) -> str:
        return f"“{citation.exact}”"


def _proves_published(id: UUID) -> bool:
    return Citation.objects.filter(pk=id).proving_published().exists()
