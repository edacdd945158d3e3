"""Records as linked data: words of known vocabularies, citations as annotations, and the history that was public."""

import json
from decimal import Decimal
from typing import Any

import pytest

from briefings.models import Citation
from greenapi.ledger.models import ChangeClass
from greenapi.rest.jsonld import MAX_VERSIONS
from greenapi.urls import RESOURCES
from indicators import changes
from indicators.models import Indicator, Observation
from tests.contract.client import ContractClient
from tests.factories import facts, sources
from tests.factories.revisions import change

from .linked_data import VOCABULARIES, every_node, graph, kinds, meaning, of_kind
from .moments import head

pytestmark = pytest.mark.django_db

LINKED = [name for name, view in RESOURCES.items() if any(kind.format == "jsonld" for kind in view.detail_formats)]


def own(node: dict[str, Any]) -> dict[str, Any]:
    """The fields that are named as in JSON."""
    return {each["propertyID"]: each.get("value") for each in node["additionalProperty"]}


def test_what_is_linked() -> None:
    assert LINKED == [
        "briefings",
        "documents",
        "document-versions",
        "speakers",
        "organizations",
        "citations",
        "indicators",
        "observations",
        "commitments",
        "claim-links",
    ]


@pytest.mark.parametrize("resource", LINKED)
def test_every_word_is_one_of_a_known_vocabulary(api: ContractClient, dataset: None, resource: str) -> None:
    rows = api.read(f"/api/v1/{resource}?page_size=4")["results"]
    for row in rows:
        document = api.read(f"{row['href']}?format=jsonld")
        context = document["@context"]

        assert {type(value) for value in context.values()} <= {str, dict, Decimal}
        for node in every_node(document["@graph"]):
            for name in (*node, *(kinds(node) if "@type" in node else ())):
                if name.startswith("@"):
                    continue
                found = meaning(name, context=context, kinds=kinds(node))
                assert found is not None, f"{name} means nothing"
                assert found["@id"].startswith(VOCABULARIES), name


@pytest.mark.parametrize("resource", LINKED)
def test_identifiers_are_paths_that_answer(api: ContractClient, dataset: None, resource: str) -> None:
    row = api.read(f"/api/v1/{resource}?page_size=1")["results"][0]
    named = {node["@id"].partition("#")[0] for node in every_node(graph(api, row["href"])) if "@id" in node}

    assert all(path.startswith("/api/v1/") for path in named)
    assert {api.get(path).status_code for path in named} == {200}


def test_context_needs_no_fetching_and_is_the_same_everywhere(api: ContractClient, dataset: None) -> None:
    contexts = [
        api.read(f"{api.read(f'/api/v1/{name}?page_size=1')['results'][0]['href']}?format=jsonld")["@context"]
        for name in LINKED
    ]

    assert all(context == contexts[0] for context in contexts)
    assert "@base" not in contexts[0]


def test_accept_chooses_it(api: ContractClient, dataset: None) -> None:
    path = api.read("/api/v1/observations?page_size=1")["results"][0]["href"]

    answer = api.get(path, headers={"Accept": "application/ld+json, application/json;q=0.5"})

    assert answer.headers["Content-Type"] == "application/ld+json"
    assert "Accept" in answer.headers["Vary"]
    assert answer.content == api.get(f"{path}?format=jsonld").content
    again = api.get(f"{path}?format=jsonld", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_observation_is_a_claim_with_a_value(api: ContractClient, dataset: None) -> None:
    with change() as made:
        fact = facts.observation(value=Decimal("20.50"), value_printed="more than 20.50%")
    path = f"/api/v1/observations/{fact.id}"

    shown, *_ = graph(api, path)

    assert shown["@id"] == f"{path}?as_of={made.number}"
    assert kinds(shown) == ["Claim", "Observation", "Entity"]
    # More digits than a double of JSON would keep, and no end that is told as if it belonged to the interval.
    assert (shown["value"], shown["minValue"], shown["maxValue"]) == ("20.50", "20.50", "100")
    assert own(shown).items() >= {"comparator": "gt", "lower_closed": False, "upper_closed": True}.items()
    assert shown["temporalCoverage"] == "2030-01-01/2030-12-31"
    assert shown["unitCode"] == f"/api/v1/units/{fact.unit.slug}"
    assert shown["variableMeasured"]["@id"] == f"/api/v1/indicators/{fact.indicator.slug}"
    assert shown["appearance"] == [f"/api/v1/documents/{fact.segment.document_version.document.slug}"]


def test_citation_is_an_annotation_by_position_and_by_quotation(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation()
        Citation.objects.filter(observation_parts__observation=fact).update(prefix="In 2030, ", suffix=" of 1,500")
    nodes = graph(api, f"/api/v1/observations/{fact.id}")
    citation = fact.cited_parts.get().citation
    copy = citation.document_version

    (found,) = of_kind(nodes, "Annotation")

    assert found == {
        "@id": f"{nodes[0]['@id']}#value-{citation.id}",
        "@type": "Annotation",
        "motivation": "describing",
        "body": [nodes[0]["@id"], {"@type": "TextualBody", "value": "value", "purpose": "tagging"}],
        "target": {
            "@id": f"/api/v1/citations/{citation.id}",
            "@type": "SpecificResource",
            "source": {
                "@id": f"/api/v1/document-versions/{copy.sha256}",
                "@type": "MediaObject",
                "sha256": copy.sha256,
                "encodesCreativeWork": {
                    "@id": f"/api/v1/documents/{copy.document.slug}",
                    "@type": "CreativeWork",
                    "name": copy.document.title,
                },
            },
            "selector": [
                {"@type": "TextPositionSelector", "start": citation.start, "end": citation.end},
                {
                    "@type": "TextQuoteSelector",
                    "exact": "more than 20%",
                    "prefix": "In 2030, ",
                    "suffix": " of 1,500",
                },
            ],
        },
    }


def test_commitment_is_a_claim_about_an_action(api: ContractClient, dataset: None) -> None:
    with change():
        pledge = facts.commitment()
        seen = facts.event(of=pledge, fulfilment="kept")
        facts.event(of=pledge, fulfilment="not_kept", published=False)
        place = sources.citation(of=pledge.segment.document_version, exact="2030")
        changes.cite_evidence(seen, citations=[place])
    nodes = graph(api, f"/api/v1/commitments/{pledge.id}")

    action = nodes[0]["about"][0]

    assert (action["@type"], action["name"], action["endTime"]) == ("Action", pledge.title, "2040-12-31")
    assert action["actionStatus"] == "schema:CompletedActionStatus"
    assert own(nodes[0])["deadline_operator"] == "by"
    # What follows from the day on which it is asked is not said of a version.
    assert not {"is_overdue", "gap_to_target"} & own(nodes[0]).keys()
    (event,) = of_kind(nodes, "Event")
    assert (event["name"], event["endDate"], event["about"]) == ("kept", "2035-01-01", nodes[0]["@id"])
    assert [(node["body"][0], node["target"]["selector"][1]["exact"]) for node in of_kind(nodes, "Annotation")] == [
        (event["@id"], "2030"),
        (nodes[0]["@id"], "We will reach half by 2040"),
    ]


def test_link_annotates_one_fact_with_another(api: ContractClient, dataset: None) -> None:
    with change():
        link = facts.evidence(source=facts.observation(), target=facts.commitment())

    shown, *_ = graph(api, f"/api/v1/claim-links/{link.id}")

    assert kinds(shown) == ["Annotation", "Entity"]
    assert (shown["body"][0], shown["target"]) == (
        f"/api/v1/observations/{link.source_observation_id}",
        f"/api/v1/commitments/{link.target_commitment_id}",
    )
    assert shown["body"][1]["value"] == "evidences"


def test_history_is_what_the_public_saw(api: ContractClient, dataset: None) -> None:
    """Drafts before, between and after: neither their numbers, nor their reasons, nor who made them."""
    with change(reason="hidden draft", actor="hidden"):
        fact = facts.observation(published=False)
    with change(reason="hidden submission"):
        changes.submit(Observation.objects.get(id=fact.id), by="ada")
    with change(actor="bea", reason="Reviewed") as published:
        changes.publish(Observation.objects.get(id=fact.id), by="bea")
    with change(change_class=ChangeClass.OUR_CORRECTION) as corrected:
        Observation.objects.filter(id=fact.id).update(value=21)
    with change() as withdrawn:
        changes.withdraw(Observation.objects.get(id=fact.id))
    with change(reason="hidden rework"):
        Observation.objects.filter(id=fact.id).update(state="draft", value=22)
    with change() as again:
        Observation.objects.filter(id=fact.id).update(state="published", value=23)
    path = f"/api/v1/observations/{fact.id}"

    nodes = graph(api, path)

    assert "hidden" not in json.dumps(nodes, default=str)
    versions = [
        (node["@id"], node.get("wasRevisionOf"), node["wasGeneratedBy"], node.get("wasInvalidatedBy"))
        for node in of_kind(nodes, "Entity")
    ]
    first, second, third = (f"{path}?as_of={each.number}" for each in (published, corrected, again))
    made = {each.number: f"/api/v1/revisions/{each.number}" for each in (published, corrected, withdrawn, again)}
    assert versions == [
        (third, second, made[again.number], None),
        (second, first, made[corrected.number], made[withdrawn.number]),
        (first, None, made[published.number], made[corrected.number]),
    ]
    assert {node["specializationOf"] for node in of_kind(nodes, "Entity")} == {path}
    activities = of_kind(nodes, "Activity")
    assert [node["@id"] for node in activities] == [made[number] for number in sorted(made, reverse=True)]
    assert activities[-1] == {
        "@id": made[published.number],
        "@type": "Activity",
        "endedAtTime": api.read(made[published.number])["recorded_at"],
        "description": "Reviewed",
        "changeClass": "enrichment",
        "wasAssociatedWith": "/api/v1/revisions?actor=bea#agent",
    }
    assert {node["name"] for node in of_kind(nodes, "Agent")} == {"tester", "bea"}


def test_answer_as_of_a_revision_stays(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation()
    with change():
        Observation.objects.filter(id=fact.id).update(value=21)
    path = f"/api/v1/observations/{fact.id}?format=jsonld&as_of={head()}"
    before = api.get(path)
    with change():
        Observation.objects.filter(id=fact.id).update(value=22)
    with change():
        changes.withdraw(Observation.objects.get(id=fact.id))

    assert api.get(path).content == before.content
    assert api.get(f"/api/v1/observations/{fact.id}?format=jsonld").status_code == 404


def test_what_was_never_public_is_not_found(api: ContractClient, dataset: None) -> None:
    with change():
        fact = facts.observation(published=False)

    answer = api.get(f"/api/v1/observations/{fact.id}?format=jsonld")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_hostile_address_and_name_stay_what_they_are(api: ContractClient, dataset: None) -> None:
    with change(actor="ada & <eve>/?#", reason='"]}'):
        document = sources.document(title='</script>"]}\u2028', url="https://example.org/?a=<b>|c")

    nodes = graph(api, f"/api/v1/documents/{document.slug}")

    assert (nodes[0]["name"], nodes[0]["url"]) == ('</script>"]}\u2028', "https://example.org/?a=%3Cb%3E%7Cc")
    (agent,) = of_kind(nodes, "Agent")
    assert agent["@id"] == "/api/v1/revisions?actor=ada%20%26%20%3Ceve%3E%2F%3F%23#agent"
    assert [row["actor"] for row in api.read(agent["@id"].partition("#")[0])["results"]] == ["ada & <eve>/?#"]


def test_long_history_is_cut(api: ContractClient, dataset: None) -> None:
    with change():
        indicator = facts.indicator()
    for number in range(MAX_VERSIONS + 1):
        with change():
            Indicator.objects.filter(id=indicator.id).update(name=str(number))

    nodes = graph(api, f"/api/v1/indicators/{indicator.slug}")

    assert [node["@id"].rpartition("=")[2] for node in of_kind(nodes, "Entity")] == [
        str(head() - number) for number in range(MAX_VERSIONS)
    ]
    assert nodes[0]["hasProvenance"] == f"/api/v1/indicators/{indicator.slug}/revisions"
