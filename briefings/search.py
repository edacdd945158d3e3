"""What of texts can be found: the words of segments, and citations with what stands around them."""

from greenapi.ledger.visibility import public_sql, with_owners
from greenapi.search.kinds import Kind

from .models import Citation
from .querysets import CITING

# Whether a document's text may be read in these ways, both as of the revision that is read and today. What went from
# the present has the policy that it had.
_POLICY = (
    "JOIN as_of.document d ON d.id = v.document_id LEFT JOIN public.document today ON today.id = d.id"
    " WHERE d.text_policy IN ({0}) AND coalesce(today.text_policy, d.text_policy) IN ({0})"
)


def _proves_published() -> str:
    """SQL for whether a published fact cites the citation of an entry called `e`."""
    proofs = []
    for links in CITING:
        chain = with_owners(Citation._meta.get_field(links).related_model)  # type: ignore[arg-type]
        joined = f"as_of.{chain[0]._meta.db_table} v0"
        for place, owner in enumerate(chain[1:], start=1):
            column = chain[place - 1]._meta.get_field(str(chain[place - 1].part_of)).attname  # type: ignore[union-attr]
            joined += f" JOIN as_of.{owner._meta.db_table} v{place} ON v{place}.id = v{place - 1}.{column}"
        public = " AND ".join(public_sql(model, f"v{place}") for place, model in enumerate(chain))
        proofs.append(f"(SELECT true FROM {joined} WHERE v0.citation_id = e.id AND {public} LIMIT 1)")
    return f"coalesce({', '.join(proofs)}, false)"


SEGMENT = Kind(
    name="segment",
    resource="segments",
    is_common=True,
    visible=f"""(
  SELECT true FROM as_of.document_text t JOIN as_of.document_copy v ON v.id = t.version_id {_POLICY.format("'public'")}
     AND t.id = e.source LIMIT 1
)""",
    shown="""
  SELECT s.id::text AS key, d.slug, d.title, v.sha256, ARRAY['text'] AS names,
         ARRAY[substr(t.text, s.start + 1, s."end" - s.start)] AS texts, s.start
    FROM as_of.segment s
    JOIN as_of.document_copy v ON v.id = s.document_version_id
    JOIN as_of.document d ON d.id = v.document_id
    JOIN as_of.document_text t ON t.id = h.source
   WHERE s.id = h.id""",
)
# Of a text whose policy is not `public` only what stands within 200 characters of a citation can be found: less than
# the excerpt that the citation is shown with anyway.
CITATION = Kind(
    name="citation",
    resource="citations",
    is_common=True,
    visible=f"""(
  SELECT true FROM as_of.citation c JOIN as_of.document_copy v ON v.id = c.document_version_id
    LEFT JOIN as_of.document_text t ON t.version_id = v.id {_POLICY.format("'public', 'excerpt'")}
     AND c.id = e.id AND e.source = coalesce(t.id, c.id) LIMIT 1
) AND {_proves_published()}""",
    shown="""
  SELECT c.id::text AS key, d.slug, d.title, v.sha256,
         ARRAY[CASE WHEN t.id IS NULL THEN 'exact' ELSE 'excerpt' END] AS names,
         ARRAY[coalesce(substr(t.text, w.start + 1, c."end" + 200 - w.start), c.exact)] AS texts,
         CASE WHEN t.id IS NULL THEN c.start ELSE w.start END AS start
    FROM as_of.citation c
    JOIN as_of.document_copy v ON v.id = c.document_version_id
    JOIN as_of.document d ON d.id = v.document_id
    LEFT JOIN as_of.document_text t ON t.id = h.source
   CROSS JOIN LATERAL (SELECT greatest(c.start - 200, 0) AS start) w
   WHERE c.id = h.id""",
)
KINDS = (SEGMENT, CITATION)
