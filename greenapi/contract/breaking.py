"""What breaks a client between two OpenAPI documents: anything removed or narrowed, anything newly required."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .schemas import Comparison, Way, resolved

Document = Mapping[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def breaking(old: Document, new: Document, *, on: date) -> list[str]:
    """A sentence for everything that breaks a client of the old document, each once, in order of the addresses.

    What the old document marks as deprecated may be removed from the day of its `x-sunset` on; `on` is today.
    """
    return list(dict.fromkeys(_Documents(old, new, on=on).breaks()))


class _Documents:
    def __init__(self, old: Document, new: Document, *, on: date) -> None:
        self.old = old
        self.new = new
        self.on = on
        self.schemas = Comparison(old=old, new=new)

    def breaks(self) -> Iterator[str]:
        paths = {_plain(path): operations for path, operations in self.new["paths"].items()}
        for path, operations in self.old["paths"].items():
            for method in METHODS:
                if method not in operations:
                    continue
                place = f"{method.upper()} {path}"
                found = paths.get(_plain(path), {}).get(method)
                if found is not None:
                    yield from self._operation(operations[method], found, place=place)
                elif not self._may_go(operations[method]):
                    yield f"{place}: was removed"

    def _operation(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        yield from self._parameters(old, new, place=place)
        yield from self._body(old, new, place=place)
        yield from self._answers(old, new, place=place)
        yield from self._security(old, new, place=place)
        if old.get("operationId") != new.get("operationId"):
            yield f"{place}: was named {old.get('operationId')} and is named {new.get('operationId')} now"

    def _parameters(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        before, after = _parameters(old, document=self.old), _parameters(new, document=self.new)
        for key, parameter in before.items():
            said = f"{place}: {key[0]} parameter {key[1]}"
            if key in after:
                yield from self._parameter(parameter, after[key], place=said)
            elif not self._may_go(parameter):
                yield f"{said}: was removed"
        for key in after.keys() - before.keys():
            if after[key].get("required"):
                yield f"{place}: {key[0]} parameter {key[1]}: is new and required"

    def _parameter(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield f"{place}: is required now"
        in_query = old["in"] == "query"
        for name, usual in (("style", "form" if in_query else "simple"), ("explode", in_query)):
            if old.get(name, usual) != new.get(name, usual):
                yield f"{place}: is written in another way now ({name})"
        yield from self.schemas.breaks(old["schema"], new["schema"], way=Way.REQUEST, place=place)

    def _body(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        before = resolved(old.get("requestBody", {}), document=self.old)
        after = resolved(new.get("requestBody", {}), document=self.new)
        if after.get("required") and not before.get("required"):
            yield f"{place}: body: is required now"
        yield from self._contents(before, after, way=Way.REQUEST, place=f"{place}: body")

    def _answers(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        for status, answer in old["responses"].items():
            said = f"{place}: answer {status}"
            if status not in new["responses"]:
                yield f"{said}: was removed"
                continue
            before = resolved(answer, document=self.old)
            after = resolved(new["responses"][status], document=self.new)
            yield from self._contents(before, after, way=Way.ANSWER, place=said)
            yield from self._headers(before.get("headers", {}), after.get("headers", {}), place=said)

    def _contents(self, old: Document, new: Document, *, way: Way, place: str) -> Iterator[str]:
        after = new.get("content", {})
        for kind, content in old.get("content", {}).items():
            if kind not in after:
                yield f"{place}: {kind} was removed"
            else:
                said = f"{place}: {kind}"
                yield from self.schemas.breaks(content["schema"], after[kind]["schema"], way=way, place=said)

    def _headers(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        for name, header in old.items():
            said = f"{place}: header {name}"
            if name not in new:
                yield f"{said}: was removed"
                continue
            before, after = resolved(header, document=self.old), resolved(new[name], document=self.new)
            if before.get("required") and not after.get("required"):
                yield f"{said}: may be missing now"
            yield from self.schemas.breaks(before["schema"], after["schema"], way=Way.ANSWER, place=said)

    def _security(self, old: Document, new: Document, *, place: str) -> Iterator[str]:
        before = old.get("security", self.old.get("security")) or [{}]
        after = new.get("security", self.new.get("security")) or [{}]
        for way in before:
            if not any(_asks_no_more(other, way) for other in after):
                said = f"with {' and '.join(way)}" if way else "without a token"
                yield f"{place}: security: is not open any more {said}"

    def _may_go(self, thing: Document) -> bool:
        sunset = thing.get("x-sunset")
        return bool(thing.get("deprecated")) and sunset is not None and date.fromisoformat(str(sunset)) <= self.on


def _plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _parameters(operation: Document, *, document: Document) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Parameters by kind and name; those of a path by their places in it, because their names are not sent."""
    found = [resolved(each, document=document) for each in operation.get("parameters", [])]
    in_path = [each["name"] for each in found if each["in"] == "path"]
    return {
        (each["in"], str(in_path.index(each["name"]) + 1) if each["in"] == "path" else each["name"]): each
        for each in found
    }


def _asks_no_more(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    return all(name in old and set(scopes) <= set(old[name]) for name, scopes in new.items())
