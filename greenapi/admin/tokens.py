"""Tokens at the desk: made and shown once, listed by their prefix, revoked; never edited."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from greenapi.access.expiry import DEFAULT_DAYS, LONGEST_DAYS, end_of
from greenapi.access.models import LONGEST_NAME, Token
from greenapi.access.scopes import Scope
from greenapi.desk.records import ReadOnlyAdmin

LIST = "admin:access_token_changelist"


class TokenForm(forms.Form):
    """What a new token is for, how far it reaches, and until when."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME, help_text="What it is used for, or where.")
    scope = forms.ChoiceField(
        label="Scope",
        choices=Scope.choices,
        help_text=(
            "Proposing is entering and submitting, reviewing is publishing and withdrawing. Each includes those before"
            " it, and counts as far as your role allows at the moment of use."
        ),
    )
    last_day = forms.DateField(
        label="Last day",
        widget=AdminDateWidget(format="%Y-%m-%d"),
        help_text="The last day on which it works (UTC).",
    )

    def clean_last_day(self) -> Any:
        day = self.cleaned_data["last_day"]
        today = timezone.now().date()
        if not today <= day <= today + timedelta(days=LONGEST_DAYS):
            raise ValidationError("Give today or a day within the next ten years.")
        return day


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """Everybody at the desk makes tokens of their own and sees only those; administrators see and revoke all."""

    change_form_template = "desk/token.html"
    list_display = ("prefix", "name", "user", "scope_names", "state_now", "expires_at", "last_used_at")
    search_fields = ("prefix", "name", "user__username")
    show_full_result_count = False
    list_per_page = 50
    related = ("user",)
    fields = (
        "prefix",
        "name",
        "user",
        "scope_names",
        "state_now",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        tokens = super().get_queryset(request)
        return tokens if request.user.has_perm("access.admin") else tokens.filter(user_id=request.user.pk)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True  # of everybody whom the desk lets in

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # of what the queryset holds

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<path:object_id>/revoke/", view, name="access_token_revoke"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Asks what the token is for, makes it, and shows it: in this one answer, which no cache keeps."""
        first = {"scope": Scope.READ, "last_day": timezone.now().date() + timedelta(days=DEFAULT_DAYS)}
        form = TokenForm(request.POST or None, initial=first)
        made = None
        if request.method == "POST" and form.is_valid():
            user: Any = request.user
            made = Token.objects.issue(
                user=user,
                name=form.cleaned_data["name"],
                scopes=[Scope(form.cleaned_data["scope"])],
                expires_at=end_of(form.cleaned_data["last_day"]),
            )
        context = {
            **self.admin_site.each_context(request),
            "title": "Make a token" if made is None else "Your new token",
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "made": made,
            "without_effect": []
            if made is None
            else sorted(Scope(form.cleaned_data["scope"]).included - made.token.granted),
        }
        return TemplateResponse(request, "desk/new_token.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        token = self.get_object(request, unquote(object_id))
        if token is not None and token.revoked_at is None:
            extra_context = {"revoke_url": reverse("admin:access_token_revoke", args=[token.pk])}
        return super().change_view(request, object_id, form_url, extra_context)

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks once more, then takes the token back."""
        token = self.get_object(request, unquote(object_id))
        if token is None:
            raise Http404
        if request.method == "POST":
            token.revoke()
            messages.success(request, f"The token {token} is revoked.")
            return redirect(LIST)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Revoke {token}",
            "label": "Revoke",
            "object": token,
            "opts": self.opts,
            "warning": "Whatever uses this token is refused from now on. This cannot be undone.",
        }
        return TemplateResponse(request, "desk/step.html", context)

    @admin.display(description="Scopes")
    def scope_names(self, token: Token) -> str:
        return ", ".join(token.scopes)

    @admin.display(description="State")
    def state_now(self, token: Token) -> str:
        return token.state(at=timezone.now())
