"""Writing through the API in tests: tokens, ETags, and one example of every resource that is written."""

from typing import Any

from greenapi.access.roles import Role
from greenapi.access.scopes import Scope
from greenapi.rest.writing import WritingViewSet
from greenapi.urls import RESOURCES
from tests.contract.client import ContractClient, parse
from tests.factories.tokens import bearer, user

WRITTEN: dict[str, type[WritingViewSet]] = {
    name: view  # type: ignore[misc]
    for name, view in RESOURCES.items()
    if issubclass(view, WritingViewSet)
}
REASON = "Read the page again"


class Writer:
    """Somebody with a token who writes through the API."""

    def __init__(self, api: ContractClient, *scopes: Scope, name: str | None = None) -> None:
        self.api = api
        self.user = user(Role.ADMINISTRATOR, username=name)
        self.headers = bearer(*(scopes or (Scope.REVIEW,)), of=self.user)

    def get(self, path: str) -> Any:
        return self.api.get(path, headers=self.headers)

    def etag(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        return str(answer.headers["ETag"])

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("post", path, body, **headers)

    def step(self, path: str, step: str, **headers: str) -> Any:
        """A step in a fact's life, with the ETag that it has."""
        return self.send("post", f"{path}/{step}", {}, **{"If-Match": self.etag(path), **headers})

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """A change, with the ETag that the record has unless another is given."""
        headers = {**headers, "If-Match": headers.get("If-Match") or self.etag(path.partition("?")[0])}
        return self.send("patch", path, body, kind="application/merge-patch+json", **headers)

    def delete(self, path: str, *, reason: str = REASON, **headers: str) -> Any:
        headers = {**headers, "If-Match": headers.get("If-Match") or self.etag(path.partition("?")[0])}
        return self.api.delete(f"{path}{'&' if '?' in path else '?'}reason={reason}", headers=self.headers | headers)

    def send(self, method: str, path: str, body: Any, *, kind: str = "application/json", **headers: str) -> Any:
        """Sends a body; an object gets a reason unless it has one, bytes are sent as they are."""
        if isinstance(body, dict):
            body = {"reason": REASON, **body}
        send = getattr(self.api, method)
        return send(path, data=body, content_type=kind, headers=self.headers | headers)


def example_of(resource: str) -> dict[str, Any]:
    """What the document gives as an example of a resource."""
    return dict(WRITTEN[resource].input_class.Meta.example)  # type: ignore[attr-defined]


def change_of(resource: str) -> dict[str, Any]:
    """What it gives as an example of a change."""
    return dict(WRITTEN[resource].input_class.Meta.change)  # type: ignore[attr-defined]


def make(writer: Writer, resource: str, **values: Any) -> str:
    """Records the example of a resource, and gives its path."""
    answer = writer.post(f"/api/v1/{resource}", {**example_of(resource), **values})
    assert answer.status_code == 201, answer.content
    return str(answer.headers["Location"])


def errors_of(answer: Any) -> dict[str, str]:
    """What is said of each place of a body."""
    return {error["pointer"]: error["detail"] for error in parse(answer.content)["errors"]}
