"""Linked data (JSON-LD 1.1) that can be read without fetching anything: its context, and the nodes all records share.

Every word is one of schema.org, PROV, Web Annotation, Dublin Core or SDMX; what those have no word for is a
`PropertyValue` that is named by the field of the JSON answer. Identifiers are paths, relative to the address that was
asked. Numbers are `xsd:decimal` and so written as texts: a number of JSON would become a double.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.encoding import iri_to_uri

Node = dict[str, Any]

_TO_NODE = {"@type": "@id"}
_DECIMAL = {"@type": "xsd:decimal"}
_DAY = {"@type": "xsd:date"}
_MOMENT = {"@type": "xsd:dateTime"}
_OFFSET = {"@type": "xsd:nonNegativeInteger"}


def _terms(prefix: str, names: str, **options: str) -> dict[str, Any]:
    """Terms that are called as their vocabulary calls them."""
    return {name: {"@id": f"{prefix}:{name}", **options} if options else f"{prefix}:{name}" for name in names.split()}


# A text is the value of these, where the value of a fact is a number.
_TEXT_VALUE = {"@context": {"value": {"@id": "schema:value"}}}

CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    # https://www.w3.org/TR/prov-o/
    **_terms("prov", "Entity Activity Agent"),
    **_terms(
        "prov",
        "specializationOf wasRevisionOf wasGeneratedBy wasInvalidatedBy wasAssociatedWith wasDerivedFrom",
        **_TO_NODE,
    ),
    **_terms("prov", "generatedAtTime invalidatedAtTime endedAtTime", **_MOMENT),
    "hasProvenance": {"@id": "prov:has_provenance", **_TO_NODE},
    "changeClass": "dcterms:type",
    # https://www.w3.org/TR/annotation-vocab/
    **_terms("oa", "Annotation SpecificResource TextPositionSelector TextQuoteSelector"),
    **_terms("oa", "exact prefix suffix"),
    **_terms("oa", "start end", **_OFFSET),
    **_terms("oa", "describing linking tagging commenting"),
    "TextualBody": {"@id": "oa:TextualBody", "@context": {"value": {"@id": "rdf:value"}}},
    "body": {"@id": "oa:hasBody", **_TO_NODE},
    "target": {"@id": "oa:hasTarget", **_TO_NODE},
    "source": {"@id": "oa:hasSource", **_TO_NODE},
    "selector": {"@id": "oa:hasSelector", **_TO_NODE},
    "motivation": {"@id": "oa:motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": "oa:hasPurpose", "@type": "@vocab"},
    # https://schema.org/
    **_terms(
        "schema",
        "Action Claim CreativeWork DefinedTerm Event GovernmentOrganization MediaObject NewsArticle"
        " NewsMediaOrganization Observation Organization OrganizationRole Person Place QuantitativeValue Report"
        " ResearchOrganization StatisticalVariable",
    ),
    "PropertyValue": {"@id": "schema:PropertyValue", **_TEXT_VALUE},
    **_terms(
        "schema",
        "alternateName creditText description genre identifier inLanguage name pagination propertyID roleName sha256"
        " temporalCoverage termCode unitText",
    ),
    **_terms(
        "schema",
        "about actionStatus additionalProperty affiliation agent appearance author encodesCreativeWork inDefinedTermSet"
        " isBasedOn isPartOf location measuredProperty measurementDenominator memberOf observationAbout organizer"
        " parentOrganization publisher recordedAt result subjectOf unitCode url valueReference variableMeasured",
        **_TO_NODE,
    ),
    **_terms("schema", "value minValue maxValue", **_DECIMAL),
    **_terms("schema", "datePublished endDate endTime startDate", **_DAY),
    # https://www.w3.org/TR/vocab-data-cube/
    "obsStatus": {"@id": "sdmx-attribute:obsStatus", **_TO_NODE},
}


def linked_document(nodes: Iterable[Node]) -> dict[str, Any]:
    """Nodes with the context that explains them."""
    return {"@context": CONTEXT, "@graph": list(nodes)}


def node(kind: str | list[str], identifier: str | None = None, /, **properties: Any) -> Node:
    """A node without the properties that are unknown or empty: null, "" or nothing."""
    named = {} if identifier is None else {"@id": identifier}
    return {
        **named,
        "@type": kind,
        **{name: value for name, value in properties.items() if value not in (None, "", [])},
    }


def named(kind: str, reference: Mapping[str, Any] | None) -> Node | None:
    """What a record refers to: its path, its sort and its name. None for none."""
    return None if reference is None else node(kind, reference["href"], name=reference["name"])


def decimal(value: Decimal | None) -> str | None:
    """A number as `xsd:decimal` writes it: all its digits, no exponent."""
    return None if value is None else f"{value:f}"


def span(period: Mapping[str, Any] | None) -> str | None:
    """A period as an interval of ISO 8601: both days are included."""
    return None if period is None else f"{period['start_on']}/{period['end_on']}"


def external(address: str | None) -> str | None:
    """An address elsewhere, with what may not stand in one escaped."""
    return iri_to_uri(address)


def own_fields(body: Mapping[str, Any], *, besides: Collection[str]) -> list[Node]:
    """The single values of a record that no other word expresses, each by the name of its field.

    `besides` are the fields that are said elsewhere. Unknown and empty ones are left out.
    """
    return [
        node("PropertyValue", propertyID=name, value=_literal(value))
        for name, value in body.items()
        if name not in besides and isinstance(value, str | int | Decimal | date) and value != ""
    ]


def _literal(value: Any) -> str | int:
    if isinstance(value, bool | int):
        return value
    return decimal(value) or "" if isinstance(value, Decimal) else str(value)
