"""What is sent: taken in within limits, kept in pieces, and read again from any byte on."""

import zlib
from collections.abc import Iterator

from rest_framework.request import Request

from greenapi.rest import bodies
from greenapi.rest.problems import INVALID_BODY, TOO_LARGE, FieldError, Problem

from .models import Import, Piece

GZIP = "gzip"
MAX_SENT = 16 * 1024 * 1024
MAX_INFLATED = 64 * 1024 * 1024
# Rows compress to a tenth or so. What grows more than this, beyond the first piece, was made to fill the disk.
MAX_RATIO = 100
PIECE_BYTES = 256 * 1024
_GZIP_FRAME = 16 + zlib.MAX_WBITS


def sent(request: Request, *, kinds: tuple[str, ...]) -> bytes:
    """The body as it was sent, perhaps compressed.

    Raises:
        Problem: unsupported-media-type, too-large, bad-request, or invalid-body where there is none.
    """
    body = bodies.read(request, kinds=kinds, at_most=MAX_SENT, encodings=(bodies.IDENTITY, GZIP))
    if not body:
        raise _invalid("There is no body.")
    return body


def inflated(body: bytes, *, encoding: str) -> Iterator[bytes]:
    """The rows that were sent, in pieces of equal length but the last; never inflated beyond what is taken.

    Raises:
        Problem: too-large; or invalid-body, where it is no whole gzip.
    """
    if encoding == bodies.IDENTITY:
        yield from (body[start : start + PIECE_BYTES] for start in range(0, len(body), PIECE_BYTES))
        return
    at_most = min(MAX_INFLATED, max(MAX_RATIO * len(body), PIECE_BYTES))
    held = bytearray()
    total = 0
    for part in _unzipped(body):
        total += len(part)
        if total > at_most:
            raise Problem(TOO_LARGE, _told(at_most))
        held += part
        while len(held) >= PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES])
            del held[:PIECE_BYTES]
    if held:
        yield bytes(held)
    elif total == 0:
        raise _invalid("There is no body.")


def keep(import_: Import, pieces: Iterator[bytes]) -> None:
    """Keeps the rows of an import, and how many bytes they have."""
    for number, content in enumerate(pieces):
        Piece.objects.create(of=import_, number=number, content=content)
        import_.size += len(content)


def kept(import_: Import, *, from_byte: int = 0) -> Iterator[bytes]:
    """The rows of an import from a byte on, in pieces; each is asked for when it is needed."""
    number, start = divmod(from_byte, PIECE_BYTES)
    while (piece := Piece.objects.filter(of=import_, number=number).first()) is not None:
        yield bytes(piece.content)[start:]
        number, start = number + 1, 0


def _unzipped(body: bytes) -> Iterator[bytes]:
    """What gzip (RFC 1952) holds, all its members, in parts of at most a piece."""
    rest, member = body, zlib.decompressobj(_GZIP_FRAME)
    while True:
        try:
            part = member.decompress(rest, PIECE_BYTES)
        except zlib.error as error:
            raise _invalid("It is no gzip, or a broken one.") from error
        yield part
        is_over = bool(member.eof)
        rest = member.unused_data if is_over else member.unconsumed_tail
        if is_over and not rest:
            return
        if is_over:
            member = zlib.decompressobj(_GZIP_FRAME)
        elif not part and not rest:
            raise _invalid("The gzip ends too early.")


def _told(at_most: int) -> str:
    if at_most == MAX_INFLATED:
        return f"Inflated it may have at most {MAX_INFLATED} bytes."
    return f"Inflated it may have at most {MAX_RATIO} times as many bytes as were sent, or {PIECE_BYTES}."


def _invalid(detail: str) -> Problem:
    return Problem(INVALID_BODY, errors=[FieldError(pointer="", detail=detail)])
