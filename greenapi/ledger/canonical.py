"""The canonical text of a version, which its hash is made of: JSON as RFC 8785 writes it, every value a string.

Columns that are null are left out, so that a column added later changes no hash.
"""

from collections.abc import Iterable

# Types whose text is escaped, and types whose text needs no escaping in JSON.
_ESCAPED = ("text", "character")
_PLAIN = ("uuid", "integer", "bigint", "smallint", "numeric", "boolean", "numrange")


def canonical_sql(*, table: str, columns: Iterable[tuple[str, str]], alias: str, op: str) -> str:
    """SQL for the canonical text of a version whose values stand in `alias`; `op` is an SQL expression."""
    members = ", ".join(_member(column, kind, alias=alias) for column, kind in sorted(columns))
    return f"""concat('{{"op":"', {op}, '","row":{{', concat_ws(',', {members}), '}},"table":"{table}"}}')"""


def _member(column: str, kind: str, *, alias: str) -> str:
    """SQL for one member of the row, null where the value is."""
    value = f'{alias}."{column}"'
    if kind.startswith(_PLAIN):
        return f"""'"{column}":"' || {value} || '"'"""
    # As plain text the following would depend on settings of the session.
    if kind == "date":
        era = f"CASE WHEN {value} < '0001-01-01' THEN 'YYYY-MM-DD BC' ELSE 'YYYY-MM-DD' END"
        # An infinite date has no digits, and is the same text everywhere.
        return f"""'"{column}":"' || coalesce(to_char({value}, {era}), {value}::text) || '"'"""
    if kind == "bytea":
        return f"""'"{column}":' || to_json('\\x' || encode({value}, 'hex'))"""
    if not kind.startswith(_ESCAPED):
        raise ValueError(f"{column} is {kind}, which has no canonical text yet: give it one that no setting changes")
    return f"""'"{column}":' || to_json({value}::text)"""
