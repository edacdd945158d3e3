"""SQL that makes rows by the thousand: copies of rows of the bundled dataset, with ids and links by number."""

from django.db import connection

INDICATORS, SPEAKERS, DOCUMENTS, SEGMENTS = 200, 50, 30, 300

# UUIDs of version 7 in the order of their numbers; the kind tells those of different tables apart.
_UUID = (
    "(lpad(to_hex(1767225600000 + {number}), 12, '0') || '7' || left(md5('{kind}' || {number}), 3)"
    " || '8' || substr(md5('{kind}' || {number}), 4, 15))::uuid"
)


def uuid(kind: str, number: str) -> str:
    """SQL of the id of row `number` (SQL) of a sort."""
    return _UUID.format(kind=kind, number=f"({number})")


def copied(table: str, *, template: str, **values: str) -> str:
    """SQL that copies rows `t` of `template` into a table, for each `n` of a series still to be named, with `values`.

    `values` are SQL by column, and may use `t` and `n`; every other column is taken from `t`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            [f"public.{table}"],
        )
        columns = [name for (name,) in cursor.fetchall()]
    taken = ", ".join(values.get(column, f't."{column}"') for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({listed}) SELECT {taken} FROM {template} t, generate_series({{}}, {{}}) n"


def units_sql() -> str:
    """SQL that inserts units for a series of numbers, as `observations_sql` does."""
    return copied("unit", template=first_row("unit"), id=uuid("unit", "n"), slug="'bench-' || n")


def citations_sql() -> str:
    """SQL that inserts citations for a series of numbers, as `observations_sql` does."""
    start = "n / 30 * 10 + 5"  # none of those that `prepare` has taken
    return copied(
        "citation",
        template=first_row("citation"),
        id=uuid("more", "n"),
        start=start,
        end=f"{start} + char_length(t.exact)",
        document_version_id=uuid("document_copy", f"n % {DOCUMENTS}"),
    )


def observations_sql(*, state: str, kind: str = "observation") -> str:
    """SQL that inserts observations for a series of numbers `n`, still to be named: see `copied`."""
    shift = "(n % 1000)"
    ends = "CASE WHEN lower_inc(t.bounds) THEN '[' ELSE '(' END || CASE WHEN upper_inc(t.bounds) THEN ']' ELSE ')' END"
    return (
        copied(
            "observation",
            template="template",
            id=uuid(kind, "n"),
            state=state,
            value=f"t.value + {shift}",
            value_high=f"t.value_high + {shift}",
            bounds=f"numrange(lower(t.bounds) + {shift}, upper(t.bounds) + {shift}, {ends})",
            segment_id=uuid("segment", f"n % {SEGMENTS}"),
            stated_on=f"date '2020-01-01' + n % {SEGMENTS}",
            indicator_id=uuid("indicator", f"n / 7 % {INDICATORS}"),
            speaker_id=uuid("speaker", f"n / 11 % {SPEAKERS}"),
            role_id=uuid("role", f"n / 11 % {SPEAKERS}"),
        )
        + " WHERE t.k = n % t.kinds"
    )


def first_row(table: str) -> str:
    """SQL of the first row of a live table, as a template of others."""
    return f"(SELECT * FROM public.{table} ORDER BY id LIMIT 1)"
