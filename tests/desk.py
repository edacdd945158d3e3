"""A person at the desk: opens pages, sees what is in their fields, types, and saves."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from greenapi.ledger.models import Revision

REASON = {"reason": "Because the page says so.", "change_class": "enrichment"}


class Desk:
    """A browser in which somebody is logged in; an administrator unless permissions are named."""

    def __init__(self, *, username: str = "ada", permissions: tuple[str, ...] | None = None) -> None:
        user = User.objects.create_user(username, is_staff=True, is_superuser=permissions is None)
        for name in permissions or ():
            label, codename = name.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
        self.client = Client()
        self.client.force_login(user)

    def open(self, address: str) -> Any:
        return self.client.get(address)

    def typed(self, response: Any) -> dict[str, Any]:
        """What a browser would send back of a page whose fields nobody touched."""
        forms = [response.context["adminform"].form]
        for inline in response.context["inline_admin_formsets"]:
            forms += [inline.formset.management_form, *(inline.formset.forms if inline.has_change_permission else ())]
        return dict(pair for form in forms for pair in _fields(form))

    def change(self, record: Model, **typed: Any) -> Any:
        """Opens a record's page, types into some of its fields, and saves it with a reason."""
        address = change_page(record)
        return self.client.post(address, {**self.typed(self.open(address)), **REASON, **typed})

    def add(self, model: type[Model], **typed: Any) -> Any:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        return self.client.post(address, {**self.typed(self.open(address)), **REASON, **typed})

    def step(self, fact: Model, step: str, **typed: Any) -> Any:
        name = f"admin:{fact._meta.app_label}_{fact._meta.model_name}_step"
        return self.client.post(reverse(name, args=[fact.pk, step]), {**REASON, **typed})


def change_page(record: Model) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """The errors that a page shows, by field; `__all__` for the record as a whole."""
    adminform = response.context.get("adminform")
    form = response.context["form"] if adminform is None else adminform.form
    return {name: list(messages) for name, messages in form.errors.items()}


def told(response: Any) -> list[str]:
    """What the page after a saving says."""
    return [str(message) for message in response.wsgi_request._messages]


def newest() -> tuple[str, str, str]:
    """Who made the newest revision, why, and what sort of change it was."""
    revision = Revision.objects.order_by("-number")[0]
    return revision.actor, revision.reason, revision.change_class


def revisions() -> int:
    return Revision.objects.count()


def _fields(form: BaseForm) -> Iterator[tuple[str, Any]]:
    for field in form:
        value = field.value()
        if value is True:
            yield field.html_name, "on"
        elif value is not None and value is not False and value != []:
            yield field.html_name, str(value).replace("\n", "\r\n")
