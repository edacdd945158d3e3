"""Coming in to the desk, and what somebody sees who gave a wrong password too often."""

import math
from http import HTTPStatus
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from greenapi.access.addresses import address_of, counted_as


class LoginForm(AdminAuthenticationForm):
    """Who wants to come in. A name longer than any user's is none: what counts wrong passwords could not keep it."""

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if len(username) > (self.username_field.max_length or 0):
            raise self.get_invalid_login_error()
        return username


def login_address(request: HttpRequest) -> str:
    """The address that wrong passwords are counted by, without the size of its network: it is kept as an address."""
    return counted_as(address_of(request)).partition("/")[0]


def locked(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page that says when to try again."""
    username = (credentials or {}).get("username")
    tried = AccessAttempt.objects.filter(username=username, ip_address=login_address(request))
    newest = tried.aggregate(newest=Max("attempt_time"))["newest"] or timezone.now()
    seconds = max(1, math.ceil((newest + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()))
    page = TemplateResponse(
        request,
        "desk/locked.html",
        {**admin.site.each_context(request), "title": "Too many wrong passwords", "minutes": math.ceil(seconds / 60)},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    page["Retry-After"] = str(seconds)
    page["Cache-Control"] = "no-store"
    return page.render()
