"""What linked data says, read with nothing but the document itself."""

from collections.abc import Iterator
from typing import Any

from tests.contract.client import ContractClient

VOCABULARIES = (
    "http://purl.org/dc/terms/",
    "http://purl.org/linked-data/sdmx/2009/attribute#",
    "http://purl.org/linked-data/sdmx/2009/code#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2001/XMLSchema#",
    "http://www.w3.org/ns/oa#",
    "http://www.w3.org/ns/prov#",
    "https://schema.org/",
)
# Lines of a graph: (identifier, what is said of it, a value or an identifier).
Statement = tuple[str, str, Any]


def graph(api: ContractClient, path: str) -> list[dict[str, Any]]:
    """The nodes that an address answers."""
    found: list[dict[str, Any]] = api.read(f"{path}{'&' if '?' in path else '?'}format=jsonld")["@graph"]
    return found


def of_kind(nodes: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes if kind in kinds(node)]


def kinds(node: dict[str, Any]) -> list[str]:
    return [node["@type"]] if isinstance(node["@type"], str) else list(node["@type"])


def every_node(value: Any) -> Iterator[dict[str, Any]]:
    """All nodes, those inside of others too."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from every_node(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every_node(inner)


def meaning(term: str, *, context: dict[str, Any], kinds: list[str] = []) -> dict[str, Any] | None:  # noqa: B006
    """What a context says of a term in a node of these kinds: its address and how its values are read."""
    scoped = context
    for kind in kinds:
        defined = context.get(kind)
        if isinstance(defined, dict):
            scoped = scoped | defined.get("@context", {})
    found = scoped.get(term)
    if found is None:
        return None
    options = found if isinstance(found, dict) else {"@id": found}
    prefix, _, name = str(options["@id"]).partition(":")
    return {**options, "@id": f"{context[prefix]}{name}" if prefix in context else options["@id"]}
