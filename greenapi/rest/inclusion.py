"""`include`: whole records in the place of references to them.

An embedded record has all that its reference has, and besides what a list of its resource shows of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import resolve
from rest_framework.request import Request

from greenapi.ledger.reading import Snapshot

from .members import Members, members_of, resources_at
from .paths import API_PREFIX
from .problems import INVALID_PARAMETER, FieldError, Problem

if TYPE_CHECKING:
    from .answering import AnsweringViewSet

INCLUDE = "include"
MOST_INCLUDED = 10  # each costs queries of its own


@cache
def includable(view: "type[AnsweringViewSet]") -> Mapping[str, tuple[str, ...]]:
    """Every path that `include` may name for a resource, with the resources it leads to.

    Those of the resource itself, and those of the records that they embed: two steps deep.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in view.includes:
        found[path] = resources_at(view.serializer_class, path)
        for further in (view_of(resource) for resource in found[path]):
            found |= {f"{path}.{its}": resources_at(further.serializer_class, its) for its in further.includes}
    return found


def view_of(resource: str) -> "type[AnsweringViewSet]":
    """The view of a resource's addresses."""
    view: type[AnsweringViewSet] = resolve(f"{API_PREFIX}/{resource}").func.cls  # type: ignore[attr-defined]
    return view


def asked_for(text: str, *, view: "type[AnsweringViewSet]") -> list[str]:
    """The paths of a comma-separated list, and those on the way to them, each after the one it needs.

    Raises:
        Problem: invalid-parameter.
    """
    known = includable(view)
    paths = set(text.split(","))
    if not paths <= known.keys():
        raise _wrong(f"Give some of {', '.join(known)}.")
    wanted = [path for path in known if path in paths or any(of.startswith(f"{path}.") for of in paths)]
    if len(wanted) > MOST_INCLUDED:
        raise _wrong(f"Give at most {MOST_INCLUDED}, those on the way to others included.")
    return sorted(wanted, key=lambda path: path.count("."))


def with_included(members: Members, paths: Iterable[str], *, view: "type[AnsweringViewSet]") -> Members:
    """The members of what is answered when records are embedded at some paths."""
    known = includable(view)
    for path in paths:
        place: Any = members
        for name in path.split("."):
            place = place[name]
        for resource in known[path]:
            place |= {
                name: further
                for name, further in (members_of(view_of(resource).serializer_class) or {}).items()
                if name not in place
            }
    return members


def embed(bodies: Sequence[Any], paths: Iterable[str], *, request: Request, snapshot: Snapshot) -> None:
    """Adds to each reference at some paths what its record shows; inside `reading`.

    A reference to what is not public stays as it is, whoever asks.
    """
    for path in paths:
        places = [place for body in bodies for place in _places(body, path.split("."))]
        by_resource: dict[str, set[str]] = defaultdict(set)
        for place in places:
            resource, _, key = place["href"].removeprefix(f"{API_PREFIX}/").partition("/")
            by_resource[resource].add(key)
        records = {
            record["href"]: record
            for resource, keys in sorted(by_resource.items())
            for record in _records(resource, keys=keys, request=request, snapshot=snapshot)
        }
        for place in places:
            for name, value in records.get(place["href"], {}).items():
                place.setdefault(name, value)


def _records(resource: str, *, keys: set[str], request: Request, snapshot: Snapshot) -> list[Any]:
    view = view_of(resource)(request=request, action="include", basename=resource, kwargs={}, format_kwarg=None)
    rows = view.get_queryset().filter(**{f"{view.lookup_field}__in": sorted(keys)})
    return view.represent_list(rows, snapshot=snapshot)


def _places(found: Any, parts: list[str]) -> Iterator[dict[str, Any]]:
    if isinstance(found, list):
        for item in found:
            yield from _places(item, parts)
    elif isinstance(found, dict):
        if parts:
            yield from _places(found.get(parts[0]), parts[1:])
        else:
            yield found


def _wrong(detail: str) -> Problem:
    return Problem(INVALID_PARAMETER, errors=[FieldError(parameter=INCLUDE, detail=detail)])
