"""What nobody should send: values of parameters, bodies, headers and methods."""

import json
from urllib.parse import quote

UUID = "01a20156-843b-75e5-b45f-fbd69ab71118"
LONG = "x" * 9000
HUGE = "9" * 400
REASON = '"reason":"r"'
INJECTION = "'; DROP TABLE briefings_unit; --"

# As they stand in an address; any parameter may get any of them.
VALUES = {
    "nothing": "",
    "a space": "%20",
    "NUL": "%00",
    "NUL within": f"a%00{UUID}",
    "a surrogate": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "a cut sequence": "%E2%82",
    "percent alone": "%",
    "twice encoded": "%2500",
    "line ends": "a%0d%0aX-Evil:%20b",
    "huge": HUGE,
    "hugely negative": f"-{HUGE}",
    "beyond 64 bits": str(2**63),
    "a huge exponent": "1e1000000",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "underscores": "1_000",
    "other digits": quote("١٢٣"),
    "hexadecimal": "0x10",
    "no such day": "2026-02-30",
    "before all days": "0000-00-00",
    "after all days": "10000-01-01",
    "no offset": "2026-03-01T12:00:00",
    "an offset too far": "2026-03-01T12:00:00%2B25:00",
    "before all moments": "0001-01-01T00:00:00%2B14:00",
    "injection": quote(INJECTION),
    "union": quote("1) UNION SELECT 1--"),
    "a regular expression": quote("(a+)+$"),
    "traversal": quote("../../../../etc/passwd", safe=""),
    "a template": quote("{{7*7}}${7*7}<%= 7*7 %>"),
    "markup": quote("<script>alert(1)</script>"),
    "a search of operators": quote("& | ! ( ) :* <-> <2> -- \\ ' \""),
    "open quotes": quote('"never closed -and (deep'),
    "deep parentheses": quote("(" * 500 + "a" + ")" * 500),
    "JSON": quote('{"$gt": ""}'),
    "a list": "a,,b,",
    "a long list": ",".join(["a"] * 2000),
    "long": LONG,
    "directions and marks": quote("\u202e\ufeff\u0301"),
    "faces": quote("😀" * 200),
    "null": "null",
}


def nested(depth: int, *, opening: str = "[", closing: str = "]") -> str:
    return opening * depth + closing * depth


# Sent as JSON to an address that takes an object.
BODIES: dict[str, bytes] = {
    "empty": b"",
    "white space": b"  \n",
    "no JSON": b"{",
    "half a string": b'{"slug": "a',
    "a comment": b'{/* no */"slug":"a"}',
    "single quotes": b"{'slug':'a'}",
    "a last comma": b'{"slug":"a",}',
    "two values": b"{}{}",
    "NUL": b"\x00",
    "NUL within": b'{"slug":"a\\u0000b","name":"n","quantity":"q",' + REASON.encode() + b"}",
    "raw NUL": b'{"slug":"a\x00b"}',
    "raw line end": b'{"slug":"a\nb"}',
    "a lone surrogate": b'{"slug":"a","name":"\\ud800","quantity":"q",' + REASON.encode() + b"}",
    "a lone surrogate as a name": b'{"\\udfff":1}',
    "no UTF-8": b'{"slug":"\xff\xfe"}',
    "UTF-16": '{"slug":"a"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "a string": b'"slug"',
    "a list": b"[]",
    "a list of objects": b'[{"slug":"a"}]',
    "NaN": b'{"slug":NaN}',
    "infinity": b'{"slug":-Infinity}',
    "a huge number": b'{"slug":' + HUGE.encode() + b"}",
    "a huge exponent": b'{"slug":1e1000000}',
    "a tiny exponent": b'{"slug":1e-1000000}',
    "minus zero": b'{"slug":-0}',
    "leading zeros": b'{"slug":007}',
    "underscores": b'{"slug":1_000}',
    "hexadecimal": b'{"slug":0x10}',
    "nested lists": b'{"slug":' + nested(100_000).encode() + b"}",
    "nested objects": (b'{"a":' * 50_000) + b"1" + b"}" * 50_000,
    "nested a little too deep": b'{"slug":' + nested(25).encode() + b"}",
    "never closed": b"[" * 100_000,
    "a name twice": b'{"slug":"a","slug":"b","name":"n","quantity":"q",' + REASON.encode() + b"}",
    "an unknown name": b'{"slug":"a","name":"n","quantity":"q","colour":"red",' + REASON.encode() + b"}",
    "a prototype": b'{"__proto__":{"admin":true},"constructor":{}}',
    "an empty name": b'{"":""}',
    "names without end": json.dumps({f"n{number}": number for number in range(5000)}).encode(),
    "no reason": b'{"slug":"a","name":"n","quantity":"q"}',
    "an empty reason": b'{"slug":"a","name":"n","quantity":"q","reason":" "}',
    "a reason without end": json.dumps({"slug": "a", "name": "n", "quantity": "q", "reason": "r" * 900_000}).encode(),
    "a reason that is a list": b'{"slug":"a","name":"n","quantity":"q","reason":["r"]}',
    "a slug with a slash": b'{"slug":"a/b","name":"n","quantity":"q",' + REASON.encode() + b"}",
    "a slug with spaces": b'{"slug":" a ","name":"n","quantity":"q",' + REASON.encode() + b"}",
    "a slug that climbs": b'{"slug":"../../etc","name":"n","quantity":"q",' + REASON.encode() + b"}",
    "a long slug": json.dumps({"slug": LONG, "name": "n", "quantity": "q", "reason": "r"}).encode(),
    "an object for a text": b'{"slug":{"a":1},"name":"n","quantity":"q",' + REASON.encode() + b"}",
    "a number for a text": b'{"slug":"a","name":5,"quantity":"q",' + REASON.encode() + b"}",
    "null for a text": b'{"slug":"a","name":null,"quantity":"q",' + REASON.encode() + b"}",
    "injection": json.dumps({"slug": "a", "name": INJECTION, "quantity": INJECTION, "reason": INJECTION}).encode(),
    "a class of change that there is not": b'{"slug":"a","name":"n","quantity":"q","change_class":"x","reason":"r"}',
    "more than a mebibyte": b'{"slug":"' + b"a" * (1024 * 1024) + b'"}',
    "a form": b"slug=a&name=n",
    "XML": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a pickle": b"cos\nsystem\n(S'id'\ntR.",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}

# Of a fact: the value of one member among right ones.
MEMBERS: dict[str, tuple[str, str]] = {
    "a value of words": ("value", '"many"'),
    "a value of other digits": ("value", '"١٢"'),
    "a value too large": ("value", "1" * 60),
    "a value too fine": ("value", "0." + "1" * 60),
    "a value with a huge exponent": ("value", "1e999999999"),
    "a true value": ("value", "true"),
    "an indicator that there is not": ("indicator", '"no-such"'),
    "an indicator with NUL": ("indicator", '"a\\u0000"'),
    "an indicator that is an object": ("indicator", '{"slug":"a"}'),
    "an indicator that is a list": ("indicator", "[1]"),
    "a unit of a number": ("unit", "1e400"),
    "a comparator that there is not": ("comparator", '"roughly"'),
    "a comparator without end": ("comparator", f'"{LONG}"'),
    "bounds the wrong way": ("bounds", '{"lower":2,"upper":1,"lower_closed":true,"upper_closed":true}'),
    "bounds of words": ("bounds", '{"lower":"a","upper":"b"}'),
    "bounds that are a list": ("bounds", "[1,2]"),
    "bounds that nest": ("bounds", '{"lower":{"lower":{"lower":{}}}}'),
    "a day that there is not": ("stated_on", '"2026-02-30"'),
    "a day of a number": ("stated_on", "20260230"),
    "citations that are a text": ("citations", '"c"'),
    "a citation that there is not": ("citations", f'[{{"part":"value","citation":"{UUID}"}}]'),
    "a citation that is no UUID": ("citations", '[{"part":"value","citation":"../x"}]'),
    "citations without end": ("citations", "[" + ",".join(['{"part":"value","citation":null}'] * 3000) + "]"),
    "an id that is no UUID": ("id", '"1"'),
    "an id in another writing": ("id", f'"urn:uuid:{UUID}"'),
    "a state": ("state", '"published"'),
    "who submitted": ("submitted_by", '"root"'),
}

# The method, the address and the headers of each.
REQUESTS: list[tuple[str, str, dict[str, str]]] = [
    *(
        ("GET", "/api/v1/units", {"accept": value})
        for value in ("\x00", "*/*;q=x", "a/b;" * 900, "text/*;q=-1", ",,,", "x")
    ),
    *(("GET", "/api/v1/units", {"if-none-match": value}) for value in ('"' * 900, "*", "W/", '"a', LONG[:4000])),
    *(
        ("GET", "/api/v1/units", {"authorization": value})
        for value in (
            "Bearer",
            "Bearer ",
            "Bearer \x00",
            f"Bearer {LONG}",
            "Basic YTpi",
            "Basic !!!",
            "bearer a b",
            "é",
        )
    ),
    *(
        ("GET", "/api/v1/units", {"accept-datetime": value})
        for value in ("yesterday", "Sun, 99 Nov 2026 06:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "0", "\x00")
    ),
    *(("GET", "/api/v1/units", {"x-request-id": value}) for value in ("\x00", LONG, "a\tb", "é", "")),
    *(("GET", "/api/v1/units", {"origin": value}) for value in ("null", "evil", "https://a\x00b", LONG)),
    ("GET", "/api/v1/units", {"cookie": "sessionid=\x00; csrftoken=" + LONG[:3000]}),
    ("GET", "/api/v1/units", {"range": "bytes=0-0,-1"}),
    ("GET", "/api/v1/units", {"content-length": "-1"}),
    ("GET", "/api/v1/units", {"content-length": "many"}),
    ("GET", "/api/v1/units", {"x-forwarded-for": "' OR 1=1 --"}),
    ("GET", "/api/v1/units", {"x-http-method-override": "DELETE"}),
    *(("POST", "/api/v1/units", {"idempotency-key": value}) for value in ("", " ", "\x00", LONG[:600], "é", "a b")),
    *(
        ("POST", "/api/v1/units", {"content-type": value})
        for value in (
            "",
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=" + "b" * 900,
            "application/json; charset=utf-7",
            "application/x-www-form-urlencoded",
            "application/xml",
            "json",
            "application/json" * 500,
        )
    ),
    *(("POST", "/api/v1/units", {"content-encoding": value}) for value in ("gzip", "br", "identity, gzip", "\x00")),
    ("POST", "/api/v1/units?dry_run=perhaps", {}),
    ("POST", "/api/v1/units?page_size=1", {}),
    *(
        ("PATCH", "/api/v1/units/percent", {"if-match": value})
        for value in ("", "*", "W/*", '"', "a, b", '"\x00"', LONG[:4000], '"00000000000000000000000000000000"')
    ),
    ("PATCH", "/api/v1/units/no-such", {"if-match": '"00000000000000000000000000000000"'}),
    ("PATCH", "/api/v1/units/%00", {"if-match": "*"}),
    ("DELETE", "/api/v1/units/percent", {}),
    ("DELETE", "/api/v1/units/percent?reason=", {"if-match": "*"}),
    ("DELETE", "/api/v1/units/percent?reason=%00", {"if-match": '"00000000000000000000000000000000"'}),
    ("DELETE", "/api/v1/units", {}),
    ("POST", "/api/v1/units/percent", {}),
    ("PUT", "/api/v1/units/percent", {}),
    ("PATCH", "/api/v1/units", {}),
    ("POST", f"/api/v1/observations/{UUID}/publish", {}),
    ("POST", f"/api/v1/observations/{UUID}/no-such-step", {}),
    ("POST", "/api/v1/observations/%00/submit", {}),
    ("GET", f"/api/v1/observations/{UUID}/publish", {}),
    ("PUT", f"/api/v1/document-versions/{'0' * 64}/text", {}),
    ("PUT", "/api/v1/document-versions/%00/text", {}),
    ("POST", "/api/v1/changes", {}),
    ("POST", "/api/v1/revisions", {}),
    ("DELETE", "/api/v1/revisions/1", {}),
    ("BREW", "/api/v1/units", {}),
    ("GET\x00", "/api/v1/units", {}),
    ("get", "/api/v1/units", {}),
    ("TRACE", "/api/v1/units", {"max-forwards": "0"}),
    ("CONNECT", "/api/v1/units", {}),
    ("PROPFIND", "/api/v1", {}),
    ("HEAD", "/api/v1/units?page_size=%00", {}),
    ("OPTIONS", "/api/v1/units?page_size=%00", {}),
    ("OPTIONS", "/api/v1/nowhere", {"origin": "https://a.example", "access-control-request-method": "\x00"}),
]

# Charsets that Python knows, and others: what the header of a body may name.
CHARSETS = (
    *("hex", "base64", "bz2", "zip", "rot13", "uu", "quopri", "idna", "punycode", "undefined", "unicode_escape"),
    *("utf-7", "utf-16", "utf-32", "ebcdic-cp-be", "no-such", "\xe9", "", "x" * 3000, "utf-8", "a;charset=hex", '"'),
)
