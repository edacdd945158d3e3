"""Forms that ask, beside a record's own values, for the reason of the change and its sort."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from greenapi.ledger.history import last_change
from greenapi.ledger.models import ChangeClass, Versioned

from .fields import LinesField
from .refusals import Refusal, explain_constraint, field_or_whole

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm = forms.ModelForm
    _InlineFormSet = forms.BaseInlineFormSet

# What a revision says of itself; the rest of a form is about the record.
REVISION_FIELDS = ("reason", "change_class", "opened_at")
# A redaction blanks what was recorded before; saving a form does not.
_CHANGE_CLASSES = [choice for choice in ChangeClass.choices if choice[0] != ChangeClass.REDACTION]


class ReasonForm(forms.Form):
    """Why a change is made, and what sort of change it is."""

    reason = LinesField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text="Why this change is made, in a sentence. It is public and kept for ever.",
        error_messages={"required": "Give a reason: every change is recorded with one."},
    )
    change_class = forms.ChoiceField(label="Sort of change", choices=_CHANGE_CLASSES)


class RecordForm(_ModelForm):
    """A record's values, and why they are changed. `refusal` is why the last try was refused, if it was.

    `link_tables` are those whose rows are saved with the record, each (model, name of its link to the record).
    """

    refusal: ClassVar[Refusal | None] = None
    link_tables: ClassVar[Sequence[tuple[type[Versioned], str]]] = ()
    constraint_words: ClassVar[Mapping[str, str]] = {}

    reason = ReasonForm.base_fields["reason"]
    change_class = ReasonForm.base_fields["change_class"]
    # The newest revision of the record or its links when the page was opened: nobody overwrites what they did not see.
    opened_at = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adding = self.instance._state.adding
        self.fields["change_class"].initial = ChangeClass.ENRICHMENT if adding else ChangeClass.OUR_CORRECTION
        if not adding and not self.is_bound:
            self.fields["opened_at"].initial = last_change(self.instance, links=self.link_tables)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            # What came back as it was shown stays as it was stored, ends of lines included.
            if isinstance(field, LinesField) and name in cleaned:
                shown = self[name].initial
                if shown and not field.has_changed(shown, cleaned[name]):
                    cleaned[name] = shown
        if self.refusal is not None:
            self.add_error(field_or_whole(self.refusal, fields=self.fields), self.refusal.message)
        return cleaned

    def _post_clean(self) -> None:
        # Django asks the constraints on its own, but says only their names.
        self.instance.validate_constraints = self._explain_constraints
        super()._post_clean()  # type: ignore[misc]
        del self.instance.validate_constraints

    def _explain_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Asks each of the model's constraints, and says in words what one asks for that is not met."""
        errors: dict[str, list[str]] = {}
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=exclude)
                except ValidationError:
                    refusal = explain_constraint(constraint, words=self.constraint_words)
                    errors.setdefault(field_or_whole(refusal, fields=self.fields), []).append(refusal.message)
        if errors:
            raise ValidationError(errors)

    def values(self) -> dict[str, Any]:
        """What was given for the fields of the record itself."""
        names = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: value for name, value in self.cleaned_data.items() if name in names}


class LinkFormSet(_InlineFormSet):
    """The rows of a link table. A row that is gone by now is told in words: Django shows no error of a hidden field."""

    def clean(self) -> None:
        super().clean()
        kept = (form for form in self.initial_forms if not self._should_delete_form(form))  # type: ignore[attr-defined]
        if any("id" in form.errors for form in kept):
            raise ValidationError(
                "Somebody took one of these rows away after you opened this page. Nothing was saved: open the page anew"
                " and make your change there."
            )
