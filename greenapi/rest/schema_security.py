"""Who may do what, in the OpenAPI document: everybody reads, and a token does the rest."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from . import problems

TOKEN = "token"  # noqa: S105 - the scheme's name
SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of a user, made at the desk or by `manage.py token`; reading needs none.",
}
READS = {"GET", "HEAD", "OPTIONS"}
# Every address may answer these, whatever else it answers.
ALWAYS = {401: "The token is not known, or it has expired or was revoked.", 429: "You have asked too often."}
WITH_TOKEN_ONLY = {403: "The token's scopes, or its user's role, fall short."}
_PROBLEM = {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "greenapi.access.authentication.TokenAuthentication"
    name = TOKEN

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return SCHEME


def security(method: str) -> list[dict[str, list[str]]]:
    """What an operation asks for: one of these."""
    return [{}, {TOKEN: []}] if method in READS else [{TOKEN: []}]


def say_who_may(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Adds to every operation what may be wrong with tokens and limits, and the scheme of tokens."""
    result.setdefault("components", {}).setdefault("securitySchemes", {})[TOKEN] = SCHEME
    for operations in result["paths"].values():
        for operation in operations.values():
            wrong = ALWAYS if {} in operation["security"] else ALWAYS | WITH_TOKEN_ONLY
            answers = operation["responses"]
            for status, description in wrong.items():
                answers.setdefault(str(status), {"description": description, "content": _PROBLEM})
    return result
