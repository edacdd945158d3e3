"""What of indicators and facts can be found: names, and what is said of them in our own words and the source's."""

from greenapi.search.kinds import Kind


def _fact(name: str, *, resource: str, fields: tuple[str, ...]) -> Kind:
    """A kind of fact, which has entries only while it is published."""
    listed, texts = ", ".join(f"'{field}'" for field in fields), ", ".join(f"f.{field}" for field in fields)
    return Kind(
        name=name,
        resource=resource,
        is_common=True,
        visible="true",
        shown=f"""
  SELECT f.id::text AS key, d.slug, d.title, v.sha256, ARRAY[{listed}] AS names, ARRAY[{texts}]::text[] AS texts,
         NULL::integer AS start
    FROM as_of.{name} f
    JOIN as_of.segment s ON s.id = f.segment_id
    JOIN as_of.document_copy v ON v.id = s.document_version_id
    JOIN as_of.document d ON d.id = v.document_id
   WHERE f.id = h.id""",
    )


INDICATOR = Kind(
    name="indicator",
    resource="indicators",
    visible="true",
    shown="""
  SELECT f.slug AS key, NULL AS slug, NULL AS title, NULL AS sha256, ARRAY['name', 'definition', 'note'] AS names,
         ARRAY[f.name, f.definition, f.note]::text[] AS texts, NULL::integer AS start
    FROM as_of.indicator f WHERE f.id = h.id""",
)
OBSERVATION = _fact("observation", resource="observations", fields=("value_printed", "scope_words", "note"))
COMMITMENT = _fact(
    "commitment",
    resource="commitments",
    fields=("title", "target_words", "deadline_words", "responsible_words", "note"),
)
KINDS = (INDICATOR, OBSERVATION, COMMITMENT)
