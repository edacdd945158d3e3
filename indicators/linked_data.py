"""How indicators, facts and links appear in linked data: claims with their values, their evidence and their proof."""

from collections.abc import Iterator, Mapping
from typing import Any

from briefings.linked_data import annotation, membership, works
from greenapi.rest.linked_data import Node, decimal, named, node, own_fields, span
from greenapi.rest.paths import API_PREFIX

from .citable import title_of

Body = Mapping[str, Any]

# What SDMX has a code for; a target is our own.
SDMX_STATUSES = ("A", "E", "F", "P")
STATUS_OF_ACTION = {
    "not_assessed": "PotentialActionStatus",
    "no_action_found": "PotentialActionStatus",
    "in_progress": "ActiveActionStatus",
    "partly_kept": "ActiveActionStatus",
    "kept": "CompletedActionStatus",
    "not_kept": "FailedActionStatus",
}
# What other words say, or nobody needs to be told.
SAID_OF_STATEMENTS = ("id", "stated_on", "state", "note", "href")


def indicator(body: Body, *, row: Any, version: str) -> list[Node]:
    """What is measured."""
    return [
        node(
            "StatisticalVariable",
            version,
            identifier=body["slug"],
            name=body["name"],
            description=body["definition"],
            **_unit(body["unit"]),
            measurementDenominator=_denominator(body["denominator"]),
            about=[named("DefinedTerm", topic) for topic in body["topics"]],
            additionalProperty=[
                *own_fields(body, besides=("slug", "name", "definition", "denominator", "href")),
                *_ends(body["domain"], of="domain"),
            ],
        )
    ]


def observation(body: Body, *, row: Any, version: str) -> list[Node]:
    """A claim that gives a value of an indicator; then the annotations that prove it."""
    bounds, area = body["bounds"], body["area"]
    said = (*SAID_OF_STATEMENTS, "value", "area", "denominator")
    return [
        node(
            ["Claim", "Observation"],
            version,
            identifier=body["id"],
            name=title_of(body),
            variableMeasured=named("StatisticalVariable", body["indicator"]),
            value=decimal(body["value"]),
            minValue=decimal(bounds["lower"]),
            maxValue=decimal(bounds["upper"]),
            **_unit(body["unit"]),
            measurementDenominator=_denominator(body["denominator"]),
            observationAbout=[
                named("DefinedTerm", body["scope"]),
                *([] if area is None else [node("Place", identifier=area)]),
            ],
            temporalCoverage=span(body["reference_period"]),
            obsStatus=f"sdmx-code:obsStatus-{body['obs_status']}" if body["obs_status"] in SDMX_STATUSES else None,
            **_statement(body),
            additionalProperty=[
                *own_fields(body, besides=said),
                *_closed(bounds),
                *_period(body["reference_period"], of="reference_period"),
                *_period(body["base_period"], of="base_period"),
            ],
        ),
        *_annotations(body, row=row, version=version),
    ]


def commitment(body: Body, *, row: Any, version: str) -> list[Node]:
    """A claim about an action to come; then what became of it, and the annotations that prove each."""
    said = (*SAID_OF_STATEMENTS, "title", "fulfilment", "is_overdue", "gap_to_target")
    deadline = body["deadline"]
    action = node(
        "Action",
        f"{version}#action",
        name=body["title"],
        agent=named("Organization", body["organization"]),
        actionStatus=_status(body["fulfilment"]),
        endTime=deadline["on"],
        result=_target(body["target"]),
    )
    topic = named("DefinedTerm", body["topic"])
    return [
        node(
            "Claim",
            version,
            identifier=body["id"],
            name=body["title"],
            about=[action, *([] if topic is None else [topic])],
            isPartOf=named("CreativeWork", body["programme"]),
            **_statement(body),
            additionalProperty=[
                *own_fields(body, besides=said),
                *own_fields({f"deadline_{name}": value for name, value in deadline.items()}, besides=()),
                *own_fields({"fulfilment": body["fulfilment"]}, besides=()),
            ],
        ),
        *_events(body, row=row, version=version),
        *_annotations(body, row=row, version=version),
    ]


def claim_link(body: Body, *, row: Any, version: str) -> list[Node]:
    """One fact bears on another: an annotation of the one with the other."""
    relation = node("TextualBody", value=body["relation"], purpose="tagging")
    note = body["note"]
    return [
        node(
            "Annotation",
            version,
            motivation="linking",
            body=[
                body["source"]["href"],
                relation,
                *([node("TextualBody", value=note, purpose="commenting")] if note else []),
            ],
            target=body["target"]["href"],
        )
    ]


def _statement(body: Body) -> dict[str, Any]:
    """Who stated it, when, and where it appears."""
    speaker, organization, cited = body["speaker"], body["organization"], body["cited_work"]
    role = body["role"]
    author = named("Organization", organization)
    if speaker is not None:
        member = {} if role is None else {"memberOf": membership(role)}
        spoken_for = {} if organization is None or role is not None else {"affiliation": author}
        author = {**node("Person", speaker["href"], name=speaker["name"]), **member, **spoken_for}
    return {
        "author": author,
        "datePublished": body["stated_on"],
        "appearance": works(each["citation"] for each in body["citations"]),
        "isBasedOn": named("CreativeWork", cited),
        "genre": "fiction" if body["is_fiction"] else None,
        "description": body["note"],
    }


def _annotations(body: Body, *, row: Any, version: str) -> Iterator[Node]:
    for shown, cited in zip(body["citations"], row.cited_parts.all(), strict=True):
        yield annotation(shown["citation"], row=cited.citation, of=version, part=shown["part"])


def _events(body: Body, *, row: Any, version: str) -> Iterator[Node]:
    for shown, event in zip(body["events"], row.published_events, strict=True):
        path = f"{API_PREFIX}/commitment-events/{shown['id']}"
        yield node(
            "Event",
            path,
            name=shown["fulfilment"],
            endDate=shown["occurred_on"],
            description=shown["description"],
            about=version,
        )
        for citation, piece in zip(shown["citations"], event.evidence.all(), strict=True):
            yield annotation(citation, row=piece.citation, of=path)


def _target(target: Body) -> Node | None:
    if target["bounds"] is None:
        return None
    return node(
        "QuantitativeValue",
        name=target["words"],
        value=decimal(target["value"]),
        minValue=decimal(target["bounds"]["lower"]),
        maxValue=decimal(target["bounds"]["upper"]),
        **_unit(target["unit"]),
        valueReference=named("StatisticalVariable", target["indicator"]),
        additionalProperty=[
            *own_fields({"comparator": target["comparator"]}, besides=()),
            *_closed(target["bounds"]),
        ],
    )


def _status(fulfilment: str) -> str | None:
    status = STATUS_OF_ACTION.get(fulfilment)
    return None if status is None else f"schema:{status}"


def _unit(unit: Body | None) -> dict[str, Any]:
    return {} if unit is None else {"unitText": unit["name"], "unitCode": unit["href"]}


def _denominator(words: str | None) -> Node | None:
    return node("StatisticalVariable", name=words) if words else None


def _closed(bounds: Body) -> list[Node]:
    """Whether the ends belong to the interval, of which schema.org says nothing."""
    return own_fields({name: bounds[name] for name in ("lower_closed", "upper_closed")}, besides=())


def _ends(bounds: Body | None, *, of: str) -> list[Node]:
    if bounds is None:
        return []
    ends = {"minValue": decimal(bounds["lower"]), "maxValue": decimal(bounds["upper"])}
    return [node("PropertyValue", propertyID=of, **ends)]


def _period(period: Body | None, *, of: str) -> list[Node]:
    if period is None:
        return []
    return [node("PropertyValue", propertyID=of, value=span(period), valueReference=period["href"])]
