"""Bodies of requests, read exactly: bytes of a known kind and size, and JSON of which nothing is guessed or dropped."""

from collections.abc import Collection
from typing import Any

from django.http import UnreadablePostError
from django.utils.http import parse_header_parameters
from rest_framework.request import Request

from .exact_json import JSONFault, parse
from .problems import BAD_REQUEST, INVALID_BODY, LENGTH_REQUIRED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, FieldError, Problem

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PLAIN_TEXT = "text/plain"
IDENTITY = "identity"
AS_IT_IS = "Send the body as it is, without a Content-Encoding."
MAX_BYTES = 1024 * 1024
# What a text may have in UTF-8.
MAX_TEXT_BYTES = 5 * 1024 * 1024
# In JSON a text may take three times its bytes: `\u00e4` in place of two.
MAX_BYTES_WITH_TEXT = 3 * MAX_TEXT_BYTES + MAX_BYTES


def json_of(body: bytes) -> Any:
    """The JSON value in a body: numbers as int or Decimal with the digits sent, texts as they were sent.

    Raises:
        Problem: invalid-body, which names the place.
    """
    text = _utf8(body)
    try:
        return parse(text)
    except JSONFault as fault:
        raise Problem(
            INVALID_BODY, errors=[FieldError(pointer=pointer, detail=detail) for pointer, detail in fault.places]
        ) from fault


def text_of(body: bytes) -> str:
    """The text in a body, exactly: ends of lines, a byte order mark and white space are part of it.

    Raises:
        Problem: invalid-body.
    """
    text = _utf8(body)
    if "\0" in text:
        raise _invalid(f"Character {text.index(chr(0))} is NUL, which the database cannot keep.")
    return text


def refuse_body(request: Request) -> None:
    """Refuses a body where none is taken.

    Raises:
        Problem: bad-request.
    """
    _refuse_unmeasured(request)
    if request.headers.get("Content-Length") not in {None, "", "0"}:
        raise Problem(BAD_REQUEST, "No body is taken here.")


def encoding_of(request: Request) -> str:
    """How a body is compressed, by what its header says."""
    return str(request.headers.get("Content-Encoding", IDENTITY)).strip().lower()


def read(
    request: Request, *, kinds: Collection[str], at_most: int = MAX_BYTES, encodings: Collection[str] = (IDENTITY,)
) -> bytes:
    """The bytes of a body of one of these kinds, in UTF-8 by what its header says; still encoded by `encoding_of`.

    Raises:
        Problem: unsupported-media-type, too-large, or bad-request where it did not arrive whole.
    """
    if encoding_of(request) not in encodings:
        others = " or ".join(sorted({*encodings} - {IDENTITY}))
        detail = f"Send the body as it is, or with the Content-Encoding {others}." if others else AS_IT_IS
        raise Problem(UNSUPPORTED_MEDIA_TYPE, detail)
    length = (request.headers.get("Content-Length") or "0").strip()
    if length == "0":
        _refuse_unmeasured(request)
        return b""
    try:
        kind, options = parse_header_parameters(request.headers.get("Content-Type", ""))
    except ValueError as error:  # a parameter in a charset that is none
        raise Problem(UNSUPPORTED_MEDIA_TYPE, "Send a Content-Type that can be read.") from error
    if kind not in kinds:
        raise Problem(UNSUPPORTED_MEDIA_TYPE, f"Send {' or '.join(kinds)}, and say so in the header Content-Type.")
    if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise Problem(UNSUPPORTED_MEDIA_TYPE, "Send UTF-8.")
    too_large = Problem(TOO_LARGE, f"It takes at most {at_most} bytes here.")
    if length.rjust(20, "0") > str(at_most).rjust(20, "0"):
        raise too_large
    try:
        # Not `body`, which has a limit of its own for all addresses.
        found: bytes = request._request.read(at_most + 1)
    except (UnreadablePostError, OSError) as error:
        raise Problem(BAD_REQUEST, "The body did not arrive whole.") from error
    if len(found) > at_most:
        raise too_large
    return found


def _refuse_unmeasured(request: Request) -> None:
    """Refuses a body in chunks that was not received whole ahead: the bridge tells the length of those that were."""
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        raise Problem(LENGTH_REQUIRED, "A body of more than a megabyte must tell its length: send Content-Length.")


def _utf8(given: bytes) -> str:
    if not given:
        raise _invalid("There is no body.")
    try:
        return given.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid(f"It is not UTF-8: byte {error.start} is part of no character.") from error


def _invalid(detail: str) -> Problem:
    return Problem(INVALID_BODY, errors=[FieldError(pointer="", detail=detail)])
