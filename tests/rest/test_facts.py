"""Facts: proposed, submitted, published by somebody else, withdrawn; and who sees them until then."""

from typing import Any
from uuid import UUID

import pytest

from greenapi.access.scopes import Scope
from greenapi.ledger.models import ChangeClass, LedgerHead
from greenapi.ledger.redaction import redact
from greenapi.rest.facts import FactViewSet
from indicators.models import ClaimLink
from tests.contract.client import ContractClient, parse
from tests.factories.revisions import change

from .writes import WRITTEN, Writer, errors_of, example_of, make

pytestmark = pytest.mark.django_db

FACTS = [name for name, view in WRITTEN.items() if issubclass(view, FactViewSet)]


@pytest.fixture
def ada(api: ContractClient, dataset: None) -> Writer:
    return Writer(api, Scope.PROPOSE, name="ada")


@pytest.fixture
def bea(api: ContractClient, dataset: None) -> Writer:
    return Writer(api, Scope.REVIEW, name="bea")


def state(answer: Any) -> str:
    return str(parse(answer.content)["state"])


@pytest.mark.parametrize("resource", FACTS)
def test_fact_is_proposed_by_one_and_published_by_another(
    api: ContractClient, ada: Writer, bea: Writer, resource: str
) -> None:
    path = make(ada, resource)
    draft = ada.get(path)

    assert (state(draft), draft.headers["Cache-Control"]) == ("draft", "private, no-store")
    assert bea.step(path, "publish").status_code == 409
    assert state(ada.step(path, "submit")) == "in_review"
    assert ada.step(path, "submit").status_code == 409
    assert ada.step(path, "publish").status_code == 403
    assert api.get(path).status_code == 404
    published = bea.step(path, "publish")
    assert (published.status_code, state(published)) == (200, "published"), published.content
    public = api.get(path)
    assert (public.content, public.headers["ETag"]) == (published.content, published.headers["ETag"])
    # What is public is changed by nobody any more.
    assert bea.patch(path, {"citations": []} if resource != "claim-links" else {"note": "x"}).status_code == 409
    assert ada.step(path, "withdraw").status_code == 403
    withdrawn = bea.step(path, "withdraw")
    assert (withdrawn.status_code, state(withdrawn)) == (200, "withdrawn")
    assert api.get(path).status_code == 404
    assert state(ada.get(path)) == "withdrawn"
    assert api.get(f"{path}?as_of={published.headers['Revision']}").content == public.content
    assert bea.step(path, "withdraw").status_code == 409


def test_whoever_submitted_a_fact_does_not_publish_it(bea: Writer) -> None:
    path = make(bea, "claim-links")
    bea.step(path, "submit")

    refused = bea.step(path, "publish")

    assert refused.status_code == 409
    assert parse(refused.content)["detail"] == "Whoever submitted a fact cannot publish it."


def test_whoever_changes_a_fact_in_review_has_submitted_it_anew(ada: Writer, bea: Writer) -> None:
    path = make(ada, "claim-links")
    ada.step(path, "submit")

    assert bea.patch(path, {"note": "Changed."}).status_code == 200

    assert bea.step(path, "publish").status_code == 409


def test_fact_that_is_made_again_is_of_whoever_made_it_last(api: ContractClient, ada: Writer) -> None:
    path = make(ada, "claim-links")
    identity = path.rpartition("/")[2]
    assert ada.delete(path).status_code == 204
    cleo = Writer(api, Scope.PROPOSE, name="cleo")
    assert make(cleo, "claim-links", id=identity) == path

    assert ada.delete(path).status_code == 403
    assert cleo.delete(path).status_code == 204


def test_id_of_what_was_removed_for_good_is_not_given_again(ada: Writer) -> None:
    path = make(ada, "claim-links")
    identity = path.rpartition("/")[2]
    with change(change_class=ChangeClass.REDACTION):
        redact(ClaimLink, UUID(identity), authority="A court", reason="A name")

    refused = ada.post("/api/v1/claim-links", {**example_of("claim-links"), "id": identity, "reason": "Again."})

    assert (refused.status_code, list(errors_of(refused))) == (409, ["/id"])
    assert ada.get(path).status_code == 410


def test_fact_of_another_is_taken_out_by_a_reviewer_only(api: ContractClient, ada: Writer, bea: Writer) -> None:
    path = make(ada, "observations")
    cleo = Writer(api, Scope.PROPOSE, name="cleo")

    assert cleo.delete(path).status_code == 403
    assert cleo.step(path, "withdraw").status_code == 403
    assert bea.step(path, "withdraw").status_code == 204


def test_fact_without_a_citation_of_its_value_is_not_published(ada: Writer, bea: Writer) -> None:
    path = make(ada, "observations", citations=[])
    ada.step(path, "submit")

    for address in (f"{path}/publish", f"{path}/publish?dry_run=true"):
        refused = bea.send("post", address, {}, **{"If-Match": bea.etag(path)})

        assert refused.status_code == 422
        assert set(errors_of(refused)) == {"/citations"}
    assert state(bea.get(path)) == "in_review"


@pytest.mark.parametrize("resource", FACTS)
def test_nobody_without_a_token_sees_what_is_not_public(api: ContractClient, ada: Writer, resource: str) -> None:
    """Neither by any parameter nor as of any revision; and what the public saw is the same for everybody."""
    path = make(ada, resource)
    identity, number = path.rpartition("/")[2], LedgerHead.objects.get().number
    reader = Writer(api, Scope.READ)
    listed = f"/api/v1/{resource}"

    for query in (
        "",
        "?state=draft",
        "?state__in=draft,in_review",
        f"?id={identity}",
        f"?id={identity}&state=draft",
        f"?as_of={number}&state=draft",
        "?view=all&state=draft",
        "?view=initial",
        "?ordering=-id",
    ):
        for get in (api.get, reader.get):
            answer = get(f"{listed}{query}")
            assert answer.status_code == 200, (query, answer.content)
            assert identity.encode() not in answer.content, query
    for address in (path, f"{path}?as_of={number}", f"{path}/revisions", f"{path}/diff?from={number}"):
        for get in (api.get, reader.get):
            assert get(address).status_code == 404, address
    for address in (
        f"{listed}?page_size=1000",
        f"{listed}?view=all&state=draft",
        f"/api/v1/changes?after={number - 1}",
    ):
        assert identity.encode() not in ada.get(address).content, address
    for address in (f"{path}/revisions", f"{path}/diff?from={number}"):
        assert ada.get(address).status_code == 404
    for address in ("/api/v1/commitments?page_size=1000", "/api/v1/changes"):
        assert identity.encode() not in api.get(address).content


@pytest.mark.parametrize("resource", FACTS)
def test_who_proposes_finds_drafts_where_the_list_asks_for_them(ada: Writer, resource: str) -> None:
    path = make(ada, resource)
    identity = path.rpartition("/")[2]

    for query in ("state=draft", "state__in=draft,published", f"state=draft&id={identity}"):
        answer = ada.get(f"/api/v1/{resource}?{query}&page_size=1000")

        assert identity in [row["id"] for row in parse(answer.content)["results"]]
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert "no-store" not in ada.get(f"/api/v1/{resource}").headers["Cache-Control"]


def test_whole_listing_of_those_who_see_more_is_another(api: ContractClient, ada: Writer) -> None:
    make(ada, "claim-links")
    whole = "/api/v1/claim-links?state__in=draft,published&format=csv"

    public = api.head(whole).headers["ETag"]
    seen = api.head(whole, headers={**ada.headers, "if-none-match": public})

    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")
    assert api.head(whole, headers={"if-none-match": public}).status_code == 304


@pytest.mark.parametrize("form", ["jsonld", "bib", "csl"])
def test_draft_is_not_given_to_be_cited(ada: Writer, api: ContractClient, form: str) -> None:
    for resource in ("observations", "commitments"):
        path = make(ada, resource)

        answer = ada.get(f"{path}?format={form}")
        assert answer.status_code == 406
        assert api.get(f"{path}?format={form}").status_code == 404


def test_citation_is_found_or_made(ada: Writer) -> None:
    given = example_of("observations")["citations"]
    first, second = make(ada, "observations"), make(ada, "observations")

    one, two = (parse(ada.get(path).content)["citations"] for path in (first, second))

    assert one == two
    assert {each["part"] for each in one} == {each["part"] for each in given}
    moved = {**given[0], "start": 1100, "end": 1119}
    wrong = ada.post("/api/v1/observations", {**example_of("observations"), "citations": [given[1], moved]})
    assert wrong.status_code == 422
    (place,) = errors_of(wrong)
    assert place == "/citations/1/exact"
    other = {**given[0], "exact": "between 50% and 60%"}
    wrong = ada.post("/api/v1/observations", {**example_of("observations"), "citations": [other]})
    assert errors_of(wrong) == {"/citations/0/exact": "The words cited there are “between 55% and 60%”."}
    both = {**given[0], "citation": given[1]["citation"]}
    half = {"part": "value", "start": 5}
    for parts in (both, half):
        assert ada.post("/api/v1/observations", {**example_of("observations"), "citations": [parts]}).status_code == 422


def test_rule_between_values_names_the_place(ada: Writer) -> None:
    def refused(resource: str, **values: Any) -> dict[str, str]:
        answer = ada.post(f"/api/v1/{resource}", {**example_of(resource), **values})
        assert answer.status_code == 422, answer.content
        return errors_of(answer)

    assert set(refused("observations", value=54)) == {"/value"}
    assert set(refused("observations", value=101, value_high=102, value_printed="101 to 102")) == {"/value"}
    assert set(refused("observations", direction="increase")) == {"/direction"}
    assert set(refused("observations", reference_period=None)) == {"/reference_period_basis"}
    assert set(refused("observations", area_basis="inferred", area="CN")) == {"/area_reason"}
    target = example_of("commitments")["target"]
    assert set(refused("commitments", target={**target, "value": 101})) == {"/target/value"}
    assert set(refused("commitments", target={**target, "unit": None})) == {"/target"}
    assert set(refused("commitments", deadline={"operator": "by"})) == {"/deadline/on"}


def test_what_a_reference_leads_to_is_looked_up(ada: Writer) -> None:
    body = {**example_of("observations"), "indicator": "no-such", "segment": "019a5f0c-6c3e-7b1d-9a55-3f2b8c1d4e5f"}

    answer = ada.post("/api/v1/observations", body)

    assert answer.status_code == 422
    assert errors_of(answer) == {
        "/indicator": "There is no such one among the indicators.",
        "/segment": "There is no such one among the segments.",
    }


def test_export_of_drafts_is_kept_by_no_cache(api: ContractClient, ada: Writer) -> None:
    identity = make(ada, "observations").rpartition("/")[2]
    address = f"/api/v1/observations?format=ndjson&state=draft&id={identity}"
    public, drafts = api.get(address), ada.get(address)

    assert (public.headers["Row-Count"], drafts.headers["Row-Count"]) == ("0", "1")
    assert drafts.headers["Cache-Control"] == "private, no-store"
    assert public.headers["ETag"] != drafts.headers["ETag"]
    assert identity.encode() in b"".join(drafts.streaming_content)
