"""The desk of sources: words and texts are kept exactly, addresses stay, and nothing is deleted anywhere."""

import hashlib
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from briefings.models import Citation, DocumentText, DocumentVersion, Organization, Segment
from tests.desk import REASON, Desk, change_page, errors, newest, revisions, told
from tests.factories import sources
from tests.factories.revisions import change

pytestmark = pytest.mark.django_db

MODELS = pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
JOINED = {"date_joined_0": "2031-03-01", "date_joined_1": "10:00:00"}
LINES = "Ada Fern:\r\n  half of all mills \r\nran on wind.\n"


def lists(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def version() -> DocumentVersion:
    """A held copy whose lines end in both ways."""
    with change():
        return sources.version(text=LINES)


@MODELS
def test_queries_of_a_list_are_constant(dataset: None, monkeypatch: pytest.MonkeyPatch, model: type[Model]) -> None:
    desk = Desk()
    shown = admin.site.get_model_admin(model)
    counts = []
    for size in (1, 3, 100):
        monkeypatch.setattr(shown, "list_per_page", size)
        with CaptureQueriesContext(connection) as captured:
            assert desk.open(lists(model)).status_code == 200
        counts.append(len(captured))

    assert counts[0] <= counts[1] <= counts[2] <= counts[0] + 1
    assert counts[2] <= 12


@MODELS
def test_list_is_searched_and_survives_any_word(dataset: None, model: type[Model]) -> None:
    desk = Desk()

    assert admin.site.get_model_admin(model).search_fields
    for word in ("green", "%00", "%27%22%5C", "%E7%BB%BF", "9" * 30):
        assert desk.open(f"{lists(model)}?q={word}").status_code == 200


@MODELS
def test_nothing_is_deleted(dataset: None, model: type[Model]) -> None:
    desk, before = Desk(), model._default_manager.count()
    record = model._default_manager.order_by("pk").first()
    key = record.pk if record is not None else 1
    address = f"{lists(model)}{key}/delete/"

    listed = desk.open(lists(model)).text
    action = desk.client.post(lists(model), {"action": "delete_selected", "_selected_action": [key]})

    assert desk.open(address).status_code == 404
    assert desk.client.post(address, {"post": "yes", **REASON}).status_code == 404
    assert "delete_selected" not in listed
    assert action.status_code in {200, 302}
    assert model._default_manager.count() == before


@MODELS
def test_each_record_has_a_page_without_delete(dataset: None, model: type[Model]) -> None:
    record = model._default_manager.order_by("pk").first()
    if record is None:
        pytest.skip("the dataset has none")

    page = Desk().open(change_page(record))

    assert page.status_code == 200
    assert "deletelink" not in page.text


@MODELS
def test_new_record_leaves_out_what_its_address_suggests_in_vain(dataset: None, model: type[Model]) -> None:
    desk, page = Desk(), f"{lists(model)}add/"
    names = [field.name for field in model._meta.get_fields()] + ["reason", "change_class", "text_file", "opened_at"]
    expected = desk.open(page).status_code

    found = {
        value: desk.open(f"{page}?{'&'.join(f'{name}={value}' for name in names)}").status_code
        for value in ("x", "%00", "9" * 30, "NaN", "[2,1]", "01995f3c-0000-7000-8000-000000000000")
    }

    assert expected in {200, 403}
    assert set(found.values()) == {expected}


def test_new_record_takes_what_its_address_suggests(version: DocumentVersion) -> None:
    page = Desk().open(f"{lists(Segment)}add/?document_version={version.pk}&number=7&kind=x")

    initial = page.context["adminform"].form.initial
    assert initial == {"document_version": str(version.pk), "number": "7"}
    assert str(version.document) in page.text


def test_slug_is_given_once() -> None:
    desk = Desk()
    desk.add(Organization, slug="mill-office", name="Mill Office", kind="government")
    office = Organization.objects.get(slug="mill-office")

    again = desk.add(Organization, slug="mill-office", name="Another", kind="government")
    desk.change(office, slug="renamed", name="Office of Mills")

    office.refresh_from_db()
    assert errors(again) == {"slug": ["Organization with this Slug already exists."]}
    assert (office.slug, office.name) == ("mill-office", "Office of Mills")
    assert newest() == ("ada", REASON["reason"], "enrichment")


def test_words_of_a_citation_are_kept_exactly(version: DocumentVersion) -> None:
    start = LINES.index("  half")
    end = start + len("  half of all mills ")

    Desk().add(
        Citation,
        document_version=version.pk,
        start=start,
        end=end,
        exact="  half of all mills ",
        prefix=" ",
        suffix="\t",
    )

    place = Citation.objects.get(document_version=version)
    assert (place.exact, place.prefix, place.suffix) == ("  half of all mills ", " ", "\t")


def test_ends_of_lines_are_those_of_the_text(version: DocumentVersion) -> None:
    start, end = LINES.index("half"), LINES.index("wind")
    desk = Desk()

    desk.add(Citation, document_version=version.pk, start=start, end=end, exact=LINES[start:end])
    place = Citation.objects.get(document_version=version)
    before = revisions()
    response = desk.change(place)

    assert place.exact == LINES[start:end]
    assert told(response) == ["Nothing was changed, so no revision was made."]
    assert revisions() == before


def test_words_are_taken_from_the_held_text(version: DocumentVersion) -> None:
    Desk().add(Citation, document_version=version.pk, start=0, end=3, exact="")

    assert Citation.objects.get(document_version=version).exact == "Ada"


def test_words_that_are_not_in_the_text_are_refused_in_words(version: DocumentVersion) -> None:
    desk, before = Desk(), revisions()

    response = desk.add(Citation, document_version=version.pk, start=0, end=3, exact="Eva")

    assert errors(response) == {"__all__": ["The text from 0 to 3 is “Ada”, not “Eva”."]}
    assert "Eva" in response.text and REASON["reason"] in response.text
    assert revisions() == before


def test_words_of_another_length_than_their_place_are_refused(version: DocumentVersion) -> None:
    response = Desk().add(Citation, document_version=version.pk, start=0, end=3, exact="Ada Fern")

    assert errors(response) == {"__all__": ["From start to end must be exactly as many characters as the words have."]}


def test_uploaded_text_names_its_version_byte_for_byte() -> None:
    with change():
        document = sources.document()
    text = "\ufeffMill\u00a0news\r\n\nhalf \r"
    before = revisions()

    Desk().add(DocumentVersion, document=document.pk, text_file=SimpleUploadedFile("page.txt", text.encode()))

    version = DocumentVersion.objects.get(document=document)
    assert revisions() == before + 1
    assert (version.sha256, version.length) == (hashlib.sha256(text.encode()).hexdigest(), len(text))
    assert DocumentText.objects.get(version=version).text == text


def test_text_is_attached_to_a_version_that_was_not_held() -> None:
    with change():
        version = sources.version(text=LINES, held=False)
    desk = Desk()

    wrong = desk.change(version, text_file=SimpleUploadedFile("page.txt", LINES.replace("\r\n", "\n").encode()))
    desk.change(version, text_file=SimpleUploadedFile("page.txt", LINES.encode()))

    assert errors(wrong)["__all__"][0].startswith("The text's SHA-256 is")
    assert DocumentText.objects.get(version=version).text == LINES
    assert "text_file" not in desk.open(change_page(version)).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"half \xff", "This file is not UTF-8: byte 5 is part of no character."),
        (b"half\0", "This text holds a NUL character, which the database cannot keep."),
    ],
)
def test_file_that_is_no_text_is_refused(content: bytes, message: str) -> None:
    with change():
        document = sources.document()

    response = Desk().add(DocumentVersion, document=document.pk, text_file=SimpleUploadedFile("page.txt", content))

    assert message in errors(response)["text_file"]
    assert not DocumentVersion.objects.filter(document=document)


def test_version_without_text_needs_hash_and_length() -> None:
    with change():
        document = sources.document()

    response = Desk().add(DocumentVersion, document=document.pk)

    assert errors(response) == {
        "sha256": ["Give this, or the text itself as a file."],
        "length": ["Give this, or the text itself as a file."],
    }


def test_who_may_not_hold_texts_attaches_none() -> None:
    with change():
        version = sources.version(text=LINES, held=False)
    rights = ("briefings.view_documentversion", "briefings.change_documentversion")
    desk = Desk(username="eva", permissions=rights)

    desk.change(version, note="seen", text_file=SimpleUploadedFile("page.txt", LINES.encode()))

    version.refresh_from_db()
    assert version.note == "seen"
    assert not DocumentText.objects.filter(version=version)


def test_held_text_is_not_edited(version: DocumentVersion) -> None:
    desk = Desk()
    text = DocumentText.objects.get(version=version)

    page = desk.open(change_page(text))

    assert "half of all mills" in page.text and "<textarea" not in page.text
    assert desk.client.post(change_page(text), {**REASON, "text": "other"}).status_code == 403


def test_segment_takes_its_day_from_its_briefing(version: DocumentVersion) -> None:
    Desk().add(
        Segment, document_version=version.pk, number=1, kind="answer", start=0, end=9, label="Ada Fern ",
        label_start=0, label_end=9, outlet_basis="not_stated",
    )  # fmt: skip

    segment = Segment.objects.get(document_version=version)
    assert (str(segment.stated_on), segment.stated_on_basis, segment.label) == ("2031-03-01", "stated", "Ada Fern ")


def test_choice_of_a_segment_names_its_document(dataset: None) -> None:
    field = {"app_label": "indicators", "model_name": "observation", "field_name": "segment"}
    segment = Segment.objects.filter(kind="answer")[0]

    def ask(term: str) -> Any:
        return Desk(username=f"asks {len(term)}").client.get(reverse("admin:autocomplete"), {**field, "term": term})

    found = ask(segment.document_version.document.slug).json()["results"]

    assert found
    assert all(result["text"].endswith(segment.document_version.document.title) for result in found)
    assert ask("NUL\0").status_code == 200


def test_account_is_neither_deleted_nor_renamed() -> None:
    desk = Desk(username="ada")
    bea = User.objects.create_user("bea")

    page = desk.open(change_page(bea))
    desk.client.post(change_page(bea), {**desk.typed(page), "username": "eve", "first_name": "Bea", **JOINED})

    bea.refresh_from_db()
    assert (bea.username, bea.first_name) == ("bea", "Bea")


def test_start_page_shows_the_latest_revisions(version: DocumentVersion) -> None:
    page = Desk().open("/admin/").text

    assert "greenapi desk" in page
    assert "a test" in page
