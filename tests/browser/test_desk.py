"""A person records a fact at the desk, another publishes it, and everybody reads it."""

import re

import requests
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from briefings.models import Citation, Segment
from indicators.models import Indicator, Observation
from tests.desk import newest, revisions

PASSWORD = "not a secret: a test"


def log_in(browser: Browser, service: str, *, username: str) -> Page:
    """A page in a window of its own, in which somebody new is logged in."""
    User.objects.create_superuser(username, password=PASSWORD)
    page = browser.new_page(base_url=service)
    page.goto("/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("text=Log in")
    expect(page.locator("#user-tools")).to_contain_text(username)
    return page


def choose(page: Page, field: str, *, term: str, option: str) -> None:
    """Types into a link's field and takes the option that holds some words."""
    page.click(f"#id_{field} + .select2-container")
    page.fill(".select2-container--open .select2-search__field", term)
    page.locator(".select2-results__option", has_text=option).first.click()


def test_observation_goes_from_draft_to_the_api(browser: Browser, service: str) -> None:
    segment = Segment.objects.filter(kind="answer", document_version__document__is_fiction=True)[0]
    document = segment.document_version.document
    place = Citation.objects.filter(document_version=segment.document_version)[0]
    indicator = Indicator.objects.filter(observations__segment__document_version__document=document)[0]
    ada, before = log_in(browser, service, username="ada"), revisions()

    ada.goto("/admin/indicators/observation/add/")
    choose(ada, "indicator", term=indicator.name[:12], option=indicator.name)
    ada.fill("#id_value_printed", "more than 30.50")
    ada.select_option("#id_comparator", "gt")
    ada.fill("#id_value", "30.50")
    choose(ada, "unit", term=indicator.unit.name, option=indicator.unit.name)
    ada.select_option("#id_measure_type", "level")
    choose(ada, "segment", term=document.slug, option=str(segment))
    ada.select_option("#id_attribution", "direct")
    choose(ada, "scope", term="", option="")
    ada.select_option("#id_cited_parts-0-part", "value")
    choose(ada, "cited_parts-0-citation", term=place.exact[:20], option=place.exact)

    ada.click("text=Save and continue editing")
    expect(ada.locator(".errorlist").first).to_have_text("Give a reason: every change is recorded with one.")
    assert revisions() == before
    ada.fill("#id_reason", "The warden gave a figure.")
    ada.click("text=Save and continue editing")
    expect(ada.locator(".messagelist")).to_contain_text(f"Recorded as revision {before + 1}.")
    draft = Observation.objects.get(value_printed="more than 30.50")
    assert revisions() == before + 1
    assert newest() == ("ada", "The warden gave a figure.", "enrichment")
    assert (str(draft.value), draft.cited_parts.count()) == ("30.50", 1)

    ada.click("text=Submit for review")
    ada.fill("#id_reason", "Ready for a second pair of eyes.")
    ada.click("input[value='Submit for review']")
    expect(ada.locator(".messagelist")).to_contain_text("Submit for review: done.")
    ada.click("text=Publish")
    ada.fill("#id_reason", "It is mine.")
    ada.click("input[value='Publish']")
    expect(ada.locator(".errorlist")).to_have_text("Whoever submitted a fact cannot publish it.")

    bea = log_in(browser, service, username="bea")
    bea.goto(f"/admin/indicators/observation/{draft.id}/change/")
    bea.click("text=Publish")
    bea.fill("#id_reason", "Compared with the page.")
    bea.click("input[value='Publish']")
    expect(bea.locator(".messagelist")).to_contain_text(f"Recorded as revision {before + 3}.")
    expect(bea.locator("#observation_form")).to_contain_text("This fact is published: it is not edited any more.")
    for kind in ("input:visible", "textarea", "select"):
        expect(bea.locator(f"#observation_form {kind}")).to_have_count(0)
    expect(bea.locator("body")).not_to_contain_text(re.compile("delete", re.IGNORECASE))

    answer = requests.get(f"{service}/api/v1/observations/{draft.id}", timeout=10)
    assert answer.status_code == 200
    assert '"value":30.50' in answer.text.replace(" ", "")
    assert requests.get(f"{service}/api/v1/revisions/{before + 3}", timeout=10).json()["actor"] == "bea"
