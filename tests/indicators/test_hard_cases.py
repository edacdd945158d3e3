"""The cases of the five documents that are easy to get wrong, as the API answers them."""

from decimal import Decimal
from typing import Any

import pytest

from tests.contract.client import ContractClient

pytestmark = pytest.mark.django_db

PAGE_2022_02 = "scio-2022-02-28-industry-and-icts-p11"
PAGE_2022_03 = "china-daily-2022-03-17-green-manufacturing"
PAGE_2022_11 = "scio-2022-11-15-cyberspace-white-paper"
PAGE_2023_02 = "scio-2023-02-03-green-development-white-paper"
PAGE_2024_07 = "scio-2024-07-24-miit-high-quality-development"


def observations(api: ContractClient, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.read(f"/api/v1/observations?{query}")["results"]
    return rows


def cited(fact: dict[str, Any], part: str) -> list[tuple[int, str]]:
    return [
        (piece["citation"]["start"], piece["citation"]["exact"]) for piece in fact["citations"] if piece["part"] == part
    ]


def bounds(lower: str | None, upper: str | None, *, closed: str) -> dict[str, Any]:
    return {
        "lower": None if lower is None else Decimal(lower),
        "upper": None if upper is None else Decimal(upper),
        "lower_closed": closed[0] == "[",
        "upper_closed": closed[1] == "]",
    }


def test_from_15_to_over_50_percent_is_two_observations_with_two_periods(api: ContractClient, dataset: None) -> None:
    first, second = observations(api, "indicator=renewable-electricity-rate-of-green-data-centres&ordering=value")

    assert (first["value"], first["comparator"], first["reference_period"]["slug"]) == (15, "eq", "2018")
    assert (second["value"], second["comparator"], second["reference_period"]["slug"]) == (50, "gt", "2023-12-31")
    assert second["bounds"] == bounds("50", "100", closed="(]")
    assert cited(first, "period") == [(1755, "in 2018")]
    # The second period is stated in an earlier clause than its number.
    assert cited(second, "period") == [(1569, "By the end of 2023")]
    assert cited(second, "value") == [(1766, "over 50%")]


def test_nearly_approaches_from_below(api: ContractClient, dataset: None) -> None:
    [products] = observations(api, f"comparator=nearly&document={PAGE_2023_02}")

    assert (products["value_printed"], products["value"]) == ("nearly 20,000", 20000)
    assert products["bounds"] == bounds("15000", "20000", closed="[)")


def test_below_is_cut_by_the_natural_domain(api: ContractClient, dataset: None) -> None:
    [pue] = observations(api, "indicator=average-pue-of-data-centres")

    assert (pue["value_printed"], pue["comparator"], pue["unit"]["slug"]) == ("below 1.3", "lt", "ratio")
    assert pue["bounds"] == bounds("1", "1.3", closed="[)")


def test_cumulative_change_over_the_first_two_years_of_a_plan(api: ContractClient, dataset: None) -> None:
    [change] = observations(api, "measure_type=cumulative_change")

    assert (change["value"], change["direction"], change["unit"]["slug"]) == (Decimal("6.8"), "decrease", "percent")
    assert (change["reference_period"]["start_on"], change["reference_period"]["end_on"]) == (
        "2021-01-01",
        "2022-12-31",
    )
    assert change["reference_period_basis"] == "inferred" and change["reference_period_reason"]
    assert change["base_period_basis"] == "inferred" and change["base_period_reason"]


def test_forecast_names_no_forecaster_and_no_area(api: ContractClient, dataset: None) -> None:
    [forecast] = observations(api, f"document={PAGE_2022_11}&obs_status=F")

    assert forecast["value"] == 12_100_000_000
    assert (forecast["value_printed"], forecast["unit"]["slug"]) == ("12.1 billion tons", "tonne")
    assert (forecast["measure_type"], forecast["direction"]) == ("forecast_saving", "decrease")
    assert (forecast["modality"], forecast["modality_words"]) == ("predicted", "It is predicted")
    assert (forecast["area"], forecast["area_basis"]) == (None, "not_stated")
    assert forecast["cited_work"] is None


def test_by_2030_differs_from_before_2030(api: ContractClient, dataset: None) -> None:
    [by] = api.read(f"/api/v1/commitments?document={PAGE_2022_03}&deadline_on=2030-12-31")["results"]
    [before] = api.read(f"/api/v1/commitments?document={PAGE_2022_02}&deadline_operator=before")["results"]

    assert by["deadline"] == {"operator": "by", "on": "2030-12-31", "words": "by 2030"}
    assert before["deadline"] == {"operator": "before", "on": "2030-01-01", "words": "Before 2030"}


def test_5g_of_2024_restates_5g_of_2022_with_a_weaker_baseline(api: ContractClient, dataset: None) -> None:
    earlier, later = observations(api, "indicator=energy-consumption-per-5g-base-station&ordering=stated_on")
    links = api.read(f"/api/v1/claim-links?source_observation={later['id']}")["results"]

    assert earlier["bounds"] == later["bounds"] == bounds("20", "100", closed="(]")
    assert (earlier["base_period"]["slug"], earlier["base_period_basis"]) == ("2019", "stated")
    assert (later["base_period"], later["base_period_basis"]) == (None, "not_stated")
    assert later["base_period_words"] == "early stages of commercial use"
    assert [(link["relation"], link["target"]["id"]) for link in links] == [("weakens_baseline", earlier["id"])]


def test_answer_handed_over_to_another_speaker(api: ContractClient, dataset: None) -> None:
    segments = api.read(f"/api/v1/segments?document={PAGE_2022_11}&ordering=number")["results"]
    question, handover, answer = (row for row in segments if row["kind"] in {"question", "handover", "answer"})

    assert question["outlet"]["slug"] == "tianmu-news"
    assert (handover["speaker"]["slug"], handover["hands_over_to"]["slug"]) == ("cao-shumin", "wang-song")
    assert answer["speaker"]["slug"] == "wang-song"
    assert handover["replies_to"]["id"] == answer["replies_to"]["id"] == question["id"]


def test_question_whose_outlet_is_not_on_the_page(api: ContractClient, dataset: None) -> None:
    [question] = api.read(f"/api/v1/segments?document={PAGE_2024_07}&kind=question")["results"]

    assert (question["outlet"], question["outlet_basis"], question["label"]) == (None, "not_stated", None)
    assert question["outlet_reason"]


def test_article_with_direct_and_indirect_speech(api: ContractClient, dataset: None) -> None:
    segments = api.read(f"/api/v1/segments?document={PAGE_2022_03}&speaker__isnull=false&ordering=number")["results"]

    assert [(row["speaker"]["slug"], row["role"]["title"], row["attribution"]) for row in segments] == [
        ("luo-zhongwei", "researcher", "indirect"),
        ("luo-zhongwei", "researcher", "indirect"),
        ("xiao-yaqing", "minister", "indirect"),
        ("lu-chuncong", "director", "direct"),
        ("lu-chuncong", "director", "mixed"),
    ]


def test_article_reports_pledges_of_groups_and_documents(api: ContractClient, dataset: None) -> None:
    pledges = api.read(f"/api/v1/commitments?document={PAGE_2022_03}")["results"]

    assert sorted(pledge["attribution"] for pledge in pledges) == ["document", "document", "group", "group", "group"]
    assert {pledge["speaker"] for pledge in pledges} == {None}


def test_report_that_the_article_reports_is_a_work_cited_within(api: ContractClient, dataset: None) -> None:
    pledges = api.read(f"/api/v1/commitments?document={PAGE_2022_03}&attribution=document")["results"]

    assert len(pledges) == 2
    assert {pledge["cited_work"]["slug"] for pledge in pledges} == {"government-work-report-2022"}


def test_page_27_of_the_white_paper_is_a_work_cited_within(api: ContractClient, dataset: None) -> None:
    [question] = api.read("/api/v1/segments?cited_work_locator=page%2027")["results"]
    paper = api.read(question["cited_work"]["href"])

    assert question["document"]["slug"] == PAGE_2022_11
    assert (paper["kind"], paper["versions"]) == ("white_paper", [])


def test_two_dates_of_one_briefing(api: ContractClient, dataset: None) -> None:
    document = api.read(f"/api/v1/documents/{PAGE_2022_02}")
    briefing = api.read(document["briefing"]["href"])

    assert (document["published_on"], document["published_on_basis"]) == ("2022-03-03", "stated")
    assert (briefing["held_on"], briefing["held_on_basis"]) == ("2022-02-28", "stated")
    assert {row["stated_on"] for row in observations(api, f"document={PAGE_2022_02}")} == {"2022-02-28"}


def test_day_that_a_page_does_not_give_is_not_stated(api: ContractClient, dataset: None) -> None:
    for page in (PAGE_2022_11, PAGE_2023_02, PAGE_2024_07):
        briefing = api.read(api.read(f"/api/v1/documents/{page}")["briefing"]["href"])

        assert (briefing["held_on"], briefing["held_on_basis"]) == (None, "not_stated")
        assert briefing["held_on_reason"]
        assert {row["stated_on_basis"] for row in observations(api, f"document={page}")} == {"inferred"}


def test_preliminary_figure_is_provisional(api: ContractClient, dataset: None) -> None:
    [waste] = observations(api, f"document={PAGE_2023_02}&obs_status=P")

    assert (waste["value_printed"], waste["modality"]) == ("more than 95%", "estimated")


def test_pledge_of_2022_has_evidence_of_2024(api: ContractClient, dataset: None) -> None:
    [count] = observations(api, "indicator=national-level-green-data-centres")
    [link] = api.read(f"/api/v1/claim-links?relation=evidences&source_observation={count['id']}")["results"]
    pledge = api.read(link["target"]["href"])

    assert pledge["stated_on"] == "2022-02-28"
    assert pledge["fulfilment"] == "in_progress"
    assert pledge["events"][-1]["citations"][0]["document"]["slug"] == PAGE_2024_07


def test_targets_with_numbers_are_met_or_not(api: ContractClient, dataset: None) -> None:
    pledges = api.read("/api/v1/commitments?target_value__isnull=false")["results"]

    assert {"met", "not_met", "cannot_tell"} >= {pledge["gap_to_target"] for pledge in pledges} >= {"met", "not_met"}
