"""What breaks a client between two documents is told with its place; what does not is let through."""

from datetime import date
from typing import Any

import pytest

from greenapi.contract.breaking import breaking

from .client import committed
from .small_document import small_document

TODAY = date(2027, 1, 1)
LIST = "/paths/~1lamps/get"
CREATE = "/paths/~1lamps/post"
DETAIL = "/paths/~1lamps~1{id}/get"
LAMP = "/components/schemas/Lamp"
INPUT = "/components/schemas/LampInput"
GONE = "gone"

# What is put where, and what is said of it.
BREAKING: list[tuple[str, Any, str]] = [
    ("/paths/~1lamps", GONE, "GET /lamps: was removed"),
    ("/paths/~1lamps/post", GONE, "POST /lamps: was removed"),
    (f"{DETAIL}/operationId", "lamp", "GET /lamps/{id}: was named lamps_retrieve and is named lamp now"),
    (f"{LIST}/parameters/1", GONE, "GET /lamps: query parameter colour: was removed"),
    (f"{LIST}/parameters/5", GONE, "GET /lamps: query parameter old: was removed"),
    (f"{LIST}/parameters/2/required", True, "GET /lamps: query parameter name: is required now"),
    (
        f"{LIST}/parameters/+",
        {"in": "header", "name": "Why", "required": True, "schema": {"type": "string"}},
        "GET /lamps: header parameter Why: is new and required",
    ),
    (
        f"{LIST}/parameters/1/schema/enum",
        ["red"],
        "GET /lamps: query parameter colour: has no green any more",
    ),
    (
        f"{LIST}/parameters/3/schema/enum",
        ["today"],
        "GET /lamps: query parameter lit_on: takes only certain words now",
    ),
    (
        f"{LIST}/parameters/3/schema/format",
        "date",
        "GET /lamps: query parameter lit_on: had the format of any text and has date now",
    ),
    (
        f"{LIST}/parameters/3/schema/type",
        "integer",
        "GET /lamps: query parameter lit_on: was string and is integer now",
    ),
    (
        f"{LIST}/parameters/3/schema/pattern",
        "^[0-9]+$",
        "GET /lamps: query parameter lit_on: has the pattern ^[0-9]+$ now",
    ),
    (
        f"{LIST}/parameters/2/schema/maxLength",
        20,
        "GET /lamps: query parameter name: had the maxLength 40 and has 20 now",
    ),
    (
        "/components/parameters/page_size/schema/maximum",
        100,
        "GET /lamps: query parameter page_size: had the maximum 1000 and has 100 now",
    ),
    (
        "/components/parameters/page_size/schema/minimum",
        2,
        "GET /lamps: query parameter page_size: had the minimum 1 and has 2 now",
    ),
    (
        f"{LIST}/parameters/4/explode",
        True,
        "GET /lamps: query parameter id__in: is written in another way now (explode)",
    ),
    (
        f"{LIST}/parameters/4/schema/items/type",
        "boolean",
        "GET /lamps: query parameter id__in[]: was integer and is boolean now",
    ),
    (
        f"{DETAIL}/parameters/0/schema/format",
        "uuid",
        "GET /lamps/{id}: path parameter 1: had the format of any text and has uuid now",
    ),
    (f"{LIST}/responses/400", GONE, "GET /lamps: answer 400: was removed"),
    (f"{LIST}/responses/200/content/text~1csv", GONE, "GET /lamps: answer 200: text/csv was removed"),
    (f"{LIST}/responses/200/headers/Link", GONE, "GET /lamps: answer 200: header Link: was removed"),
    ("/components/headers/ETag/required", False, "GET /lamps: answer 200: header ETag: may be missing now"),
    ("/security", [{"token": []}], "GET /lamps: security: is not open any more without a token"),
    (
        f"{CREATE}/security/0/token",
        ["propose", "review"],
        "POST /lamps: security: is not open any more with token",
    ),
    (f"{CREATE}/requestBody/required", True, "POST /lamps: body: is required now"),
    (f"{CREATE}/requestBody/content/text~1csv", GONE, "POST /lamps: body: text/csv was removed"),
    (f"{INPUT}/required", ["colour", "watts"], "LampInput in requests.watts: is required now"),
    (f"{INPUT}/properties/note", GONE, "LampInput in requests.note: was removed"),
    (f"{INPUT}/properties/note/type", "string", "LampInput in requests.note: may not be null any more"),
    (f"{INPUT}/properties/watts/type", "integer", "LampInput in requests.watts: was number and is integer now"),
    (f"{INPUT}/properties/tags/maxItems", 2, "LampInput in requests.tags: had the maxItems 5 and has 2 now"),
    (f"{INPUT}/additionalProperties", False, "LampInput in requests: does not take other members any more"),
    (f"{LAMP}/properties/watts", GONE, "Lamp in answers.watts: was removed"),
    (f"{LAMP}/required", ["id"], "Lamp in answers.colour: may be missing now"),
    (f"{LAMP}/properties/watts/type", ["integer", "null"], "Lamp in answers.watts: may be null now"),
    (f"{LAMP}/properties/watts/type", "number", "Lamp in answers.watts: was integer and is number now"),
    (f"{LAMP}/properties/colour/enum", ["red"], "Lamp in answers.colour: has no green any more"),
    (f"{LAMP}/properties/id/format", "uri", "Lamp in answers.id: had the format uuid and has uri now"),
    (f"{LAMP}/properties/id/format", GONE, "Lamp in answers.id: had the format uuid and has none now"),
    (
        f"{LAMP}/properties/harbour/oneOf/+",
        {"type": "string"},
        "Lamp in answers.harbour: may be string now",
    ),
    ("/components/schemas/Harbour/properties/name/type", "array", "Harbour in answers.name: was string and is array"),
    (
        f"{LAMP}/properties/words/additionalProperties/type",
        "integer",
        "Lamp in answers.words.*: was string and is integer now",
    ),
    (
        f"{LAMP}/properties/quay",
        {"oneOf": [{"$ref": "#/components/schemas/Harbour"}, {"type": "null"}]},
        "Lamp in answers.quay: may be null now",
    ),
]
ALLOWED: list[tuple[str, Any]] = [
    ("/info/description", "More words."),
    ("/paths/~1quays", {"get": {"operationId": "quays", "responses": {}}}),
    ("/paths/~1lamps/delete", {"operationId": "lamps_delete", "responses": {}}),
    ("/paths/~1lamps~1{key}", {"get": small_document()["paths"]["/lamps/{id}"]["get"]}),
    (f"{LIST}/parameters/+", {"in": "query", "name": "new", "schema": {"type": "string"}}),
    (f"{LIST}/parameters/1/schema/enum", ["red", "green", "blue"]),
    (f"{LIST}/parameters/1/schema/enum", GONE),
    (f"{LIST}/parameters/1/description", "Its colour."),
    (f"{LIST}/parameters/2/schema/maxLength", 80),
    (f"{LIST}/parameters/2/schema/maxLength", GONE),
    (f"{LIST}/parameters/3/schema/minLength", 0),
    (f"{LIST}/parameters/3/schema/type", ["string", "null"]),
    (f"{LIST}/parameters/3/deprecated", True),
    ("/components/parameters/page_size/schema/maximum", 5000),
    ("/components/parameters/page_size/schema/minimum", 0),
    ("/components/parameters/page_size/schema/type", "number"),
    (f"{LIST}/responses/429", {"content": {}}),
    (f"{LIST}/responses/200/content/text~1xml", {"schema": {"type": "string"}}),
    (f"{LIST}/responses/200/headers/Age", {"schema": {"type": "integer"}}),
    (f"{LIST}/responses/200/headers/Link/required", True),
    (f"{CREATE}/security/+", {}),
    (f"{CREATE}/security/0/token", []),
    (f"{INPUT}/required", []),
    (f"{INPUT}/properties/size", {"type": "integer"}),
    (f"{INPUT}/properties/watts/type", ["number", "string"]),
    (f"{INPUT}/properties/tags/maxItems", GONE),
    (f"{LAMP}/properties/size", {"type": "integer"}),
    (f"{LAMP}/properties/colour/enum", ["red", "green", "blue"]),
    (f"{LAMP}/properties/height/type", "integer"),
    (f"{LAMP}/properties/note/maxLength", 20),
    (f"{LAMP}/properties/note/format", "date"),
    (f"{LAMP}/properties/harbour", {"$ref": "#/components/schemas/Harbour"}),
    (f"{LAMP}/properties/quay", {"$ref": "#/components/schemas/Harbour"}),
]


def changed(place: str, value: Any) -> dict[str, Any]:
    """The small document with a value put at a JSON pointer, added to an array (`+`), or taken away."""
    document = small_document()
    *parents, last = [part.replace("~1", "/") for part in place[1:].split("/")]
    found: Any = document
    for part in parents:
        found = found[int(part)] if isinstance(found, list) else found[part]
    if last == "+":
        found.append(value)
        return document
    key: Any = int(last) if isinstance(found, list) else last
    if value is GONE:
        del found[key]
    else:
        found[key] = value
    return document


@pytest.mark.parametrize(("place", "value", "said"), BREAKING, ids=[row[2] for row in BREAKING])
def test_what_breaks_a_client_is_told(place: str, value: Any, said: str) -> None:
    told = breaking(small_document(), changed(place, value), on=TODAY)

    assert said in [sentence[: len(said)] for sentence in told]
    assert len(told) == len(set(told))


@pytest.mark.parametrize(("place", "value"), ALLOWED, ids=[f"{row[0]} {row[1]}"[:90] for row in ALLOWED])
def test_what_breaks_nobody_is_let_through(place: str, value: Any) -> None:
    document = changed(place, value)

    assert document != small_document()
    assert breaking(small_document(), document, on=TODAY) == []


def test_address_that_takes_another_name_for_its_part_is_the_same() -> None:
    document = small_document()
    document["paths"]["/lamps/{key}"] = document["paths"].pop("/lamps/{id}")
    document["paths"]["/lamps/{key}"]["get"]["parameters"][0]["name"] = "key"

    assert breaking(small_document(), document, on=TODAY) == []


def test_component_may_take_another_name() -> None:
    document = small_document()
    schemas = document["components"]["schemas"]
    schemas["Port"] = schemas.pop("Harbour")
    schemas["Lamp"]["properties"]["quay"] = {"$ref": "#/components/schemas/Port"}
    schemas["Lamp"]["properties"]["harbour"] = {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Port"}]}

    assert breaking(small_document(), document, on=TODAY) == []


@pytest.mark.parametrize(("on", "told"), [(date(2027, 6, 30), 1), (date(2027, 7, 1), 0)])
def test_what_was_deprecated_may_go_after_its_sunset(on: date, told: int) -> None:
    document = changed(f"{LIST}/parameters/5", GONE)

    assert len(breaking(small_document(), document, on=on)) == told


def test_todays_document_breaks_nothing_of_itself() -> None:
    assert breaking(committed(), committed(), on=TODAY) == []


def test_every_address_of_todays_document_is_looked_at() -> None:
    empty = {**committed(), "paths": {}}
    operations = [
        f"{method.upper()} {path}: was removed"
        for path, operations in committed()["paths"].items()
        for method in operations
    ]

    assert sorted(breaking(committed(), empty, on=TODAY)) == sorted(operations)
