"""Loads a dataset that was read into the database, within the revision that is open."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError
from msgspec import structs

from briefings import changes as sources
from briefings.models import Citation, Document, DocumentVersion
from greenapi.ledger.models import Versioned
from greenapi.ledger.recording import RecordError
from indicators import changes as facts
from indicators.measures import Bounds
from indicators.models import Commitment, Observation, State

from . import entries
from .reading import DatasetError, DocumentFolder, Files

V = TypeVar("V", bound=Versioned)
Found = Mapping[Hashable, V]


def load(files: Files) -> None:
    """Records everything the files hold; what is there already and equal is left alone.

    New facts are published: submitted and reviewed by the two the dataset names. A fact whose state was changed
    since keeps that state.

    Raises:
        DatasetError: an entry names something that is not there, or breaks a rule of its field or of the database.
    """
    _Loading(files).run()


class _Loading:
    """One load: what was recorded so far, by slug, number or id, and the file at hand for messages."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.file = ""
        self.by_name: dict[str, Found[Any]] = {}
        self.versions: dict[str, DocumentVersion] = {}
        self.published = {
            "state": State.PUBLISHED,
            "submitted_by": files.dataset.submitted_by,
            "reviewed_by": files.dataset.reviewed_by,
        }
        self.facts: dict[UUID, Observation | Commitment] = {}
        self.cited: dict[UUID, dict[str, Any]] = {}

    def run(self) -> None:
        try:
            self._vocabulary(self.files.vocabulary)
            for folder in self.files.documents:
                self._source(folder)
            for folder in self.files.documents:
                self._facts(folder)
            self.file = "links.toml"
            self._links(self.files.links)
        except RecordError as error:
            raise DatasetError(file=self.file, message=str(error)) from error
        except IntegrityError as error:
            raise DatasetError(file=self.file, message=_violation(error)) from error

    def _vocabulary(self, vocabulary: entries.Vocabulary) -> None:
        plain: dict[str, Any] = {
            "units": facts.record_units,
            "periods": facts.record_periods,
            "speakers": sources.record_speakers,
        }
        for name, record in plain.items():
            self.file = f"vocabulary/{name}.toml"
            self.by_name[name] = record([structs.asdict(entry) for entry in getattr(vocabulary, name)])
        self._tree("topics", vocabulary.topics, field="parent", record=facts.record_topics)
        self._tree("scopes", vocabulary.scopes, field="broader", record=facts.record_scopes)
        self._tree("organizations", vocabulary.organizations, field="parent", record=sources.record_organizations)
        self._linked("roles", vocabulary.roles, {"speaker": "speakers", "organization": "organizations"})
        self._linked("programmes", vocabulary.programmes, {"organization": "organizations"})
        self._linked("documents", vocabulary.documents, {"publisher": "organizations"})
        self._indicators(vocabulary.indicators)

    def _tree(self, name: str, rows: Sequence[Any], *, field: str, record: Any) -> None:
        """Entries that name others of their kind: first all of them, then their links."""
        self.file = f"vocabulary/{name}.toml"
        plain = [structs.asdict(entry) for entry in rows]
        parents = [{"slug": row["slug"], field: row.pop(field)} for row in plain]
        self.by_name[name] = record(plain)
        record([{**row, field: self._find(name, row[field], row, field)} for row in parents])

    def _linked(self, name: str, rows: Sequence[Any], links: Mapping[str, str]) -> None:
        self.file = f"vocabulary/{name}.toml"
        record: Any = {
            "roles": sources.record_roles,
            "programmes": facts.record_programmes,
            "documents": sources.record_documents,
        }[name]
        self.by_name[name] = record([self._resolve(structs.asdict(entry), links) for entry in rows])

    def _indicators(self, rows: Sequence[entries.Indicator]) -> None:
        self.file = "vocabulary/indicators.toml"
        plain = [self._resolve(structs.asdict(entry), {"unit": "units"}) for entry in rows]
        topics = {row["slug"]: row.pop("topics") for row in plain}
        for row in plain:
            row["domain"] = _bounds(row["domain"])
        recorded = facts.record_indicators(plain)
        self.by_name["indicators"] = recorded
        for slug, names in topics.items():
            row = {"slug": slug}
            facts.set_topics(recorded[slug], topics=[self._find("topics", name, row, "topics") for name in names])

    def _source(self, folder: DocumentFolder) -> None:
        self.file = f"{folder.name}/document.toml"
        source = folder.source
        organizer = self._resolve(structs.asdict(source.briefing), {"organizer": "organizations"})
        briefing = sources.record_briefings([organizer])[source.briefing.slug]
        row = self._resolve(structs.asdict(source.document), {"publisher": "organizations"})
        document = sources.record_documents([{**row, "briefing": briefing}])[source.document.slug]
        self.by_name["documents"] = {**self.by_name["documents"], document.slug: document}
        version = self._version(folder, document)
        links = {
            "speaker": "speakers",
            "role": "roles",
            "outlet": "organizations",
            "hands_over_to": "speakers",
            "cited_work": "documents",
        }
        segments = [self._resolve(structs.asdict(segment), links) for segment in source.segments]
        self.by_name[f"{folder.name} segments"] = sources.record_segments(version, rows=segments)

    def _version(self, folder: DocumentFolder, document: Document) -> DocumentVersion:
        values = structs.asdict(folder.source.version)
        values.pop("text_file")
        version = sources.record_document_version(document=document, **values)
        self.versions[document.slug] = version
        if folder.text is not None:
            try:
                sources.hold_text(version, text=folder.text)
            except sources.TextMismatchError as error:
                raise DatasetError(file=self.file, message=f"version: {error}") from error
        return version

    def _facts(self, folder: DocumentFolder) -> None:
        own = folder.source.document.slug
        self.file = f"{folder.name}/observations.toml"
        self._record(
            folder.observations.observations,
            [self._observation(entry, folder) for entry in folder.observations.observations],
            record=facts.record_observations,
            document=own,
        )
        self.file = f"{folder.name}/commitments.toml"
        self._record(
            folder.commitments.commitments,
            [self._commitment(entry, folder) for entry in folder.commitments.commitments],
            record=facts.record_commitments,
            document=own,
        )

    def _record(self, stated: Sequence[entries.Statement], rows: Any, *, record: Any, document: str) -> None:
        recorded = record(rows, new_values=self.published)
        self.facts |= recorded
        citations = self._citations([citation for entry in stated for citation in entry.citations], document=document)
        for entry in stated:
            facts.cite(recorded[entry.id], parts=[(cited.part, citations[cited.id]) for cited in entry.citations])

    def _statement(self, entry: entries.Statement, folder: DocumentFolder) -> dict[str, Any]:
        row = structs.asdict(entry)
        row.pop("citations")
        segment = self._find(f"{folder.name} segments", entry.segment, row, "segment")
        row = self._resolve(
            row, {"speaker": "speakers", "role": "roles", "organization": "organizations", "cited_work": "documents"}
        )
        row["segment"] = segment
        if row["speaker"] is None and entry.attribution in {"direct", "indirect"}:
            row["speaker"] = segment.speaker
        if row["role"] is None and row["speaker"] == segment.speaker:
            row["role"] = segment.role
        return row

    def _observation(self, entry: entries.Observation, folder: DocumentFolder) -> dict[str, Any]:
        links = {
            "indicator": "indicators",
            "unit": "units",
            "scope": "scopes",
            "reference_period": "periods",
            "base_period": "periods",
        }
        return self._resolve(self._statement(entry, folder), links)

    def _commitment(self, entry: entries.Commitment, folder: DocumentFolder) -> dict[str, Any]:
        row = self._resolve(self._statement(entry, folder), {"programme": "programmes", "topic": "topics"})
        target, deadline = entry.target or entries.Target(), row.pop("deadline")
        del row["target"]
        named = self._resolve(
            {"id": entry.id, "indicator": target.indicator, "unit": target.unit},
            {"indicator": "indicators", "unit": "units"},
        )
        return {
            **row,
            "target_words": target.words,
            "target_indicator": named["indicator"],
            "target_comparator": target.comparator,
            "target_value": target.value,
            "target_unit": named["unit"],
            "deadline_operator": deadline.operator if deadline else "none",
            "deadline_on": deadline.on if deadline else None,
            "deadline_words": deadline.words if deadline else "",
        }

    def _links(self, links: entries.Links) -> None:
        self.by_name["facts"] = {fact.id: fact for fact in self.facts.values()}
        rows = []
        for entry in links.events:
            row = structs.asdict(entry)
            row.pop("evidence")
            row["commitment"] = self._find("facts", entry.commitment, row, "commitment")
            rows.append(row)
        events = facts.record_events(rows, new_values=self.published)
        citations = self._citations([citation for entry in links.events for citation in entry.evidence], document=None)
        for entry in links.events:
            facts.cite_evidence(events[entry.id], citations=[citations[citation.id] for citation in entry.evidence])
        facts.record_claim_links([self._claim_link(entry) for entry in links.links], new_values=self.published)

    def _claim_link(self, entry: entries.ClaimLink) -> dict[str, Any]:
        row = structs.asdict(entry)
        for end in ("source", "target"):
            fact = self._find("facts", row[end], row, end)
            del row[end]
            row[f"{end}_observation"] = fact if isinstance(fact, Observation) else None
            row[f"{end}_commitment"] = fact if isinstance(fact, Commitment) else None
        return row

    def _citations(self, cited: Sequence[entries.Citation], *, document: str | None) -> Found[Citation]:
        rows: dict[UUID, dict[str, Any]] = {}
        for citation in cited:
            named = citation.document or document
            row = {"id": citation.id, "start": citation.start, "end": citation.end, "exact": citation.exact}
            if named not in self.versions:
                raise RecordError(key=citation.id, field="document", message=f"no document with a version is {named}")
            row["document_version"] = self.versions[named]
            if self.cited.setdefault(citation.id, row) != row:
                raise RecordError(
                    key=citation.id, field="id", message="another place, or other words, have the same id"
                )
            rows[citation.id] = row
        return sources.record_citations(list(rows.values()))

    def _resolve(self, row: dict[str, Any], links: Mapping[str, str]) -> dict[str, Any]:
        """The row with the things it names in place of their slugs and ids."""
        return {**row, **{field: self._find(name, row[field], row, field) for field, name in links.items()}}

    def _find(self, name: str, key: Any, row: Mapping[str, Any], field: str) -> Any:
        if key is None:
            return None
        try:
            return self.by_name[name][key]
        except KeyError:
            entry = row.get("slug") or row.get("id")
            raise RecordError(key=entry, field=field, message=f"{key} is not among the {name}") from None


def _bounds(interval: entries.Interval | None) -> Bounds | None:
    if interval is None:
        return None
    return Bounds(
        lower=interval.lower,
        upper=interval.upper,
        lower_closed=interval.lower is not None and not interval.lower_open,
        upper_closed=interval.upper is not None and not interval.upper_open,
    )


def _violation(error: IntegrityError) -> str:
    """What the database said: the rule by its name, and the row by its slug or id."""
    diagnostic = getattr(error.__cause__, "diag", None)
    if diagnostic is None:
        return str(error)
    rule = diagnostic.constraint_name or "a rule of the database"
    values = (diagnostic.message_detail or "").removeprefix("Failing row contains (").rstrip(").").split(", ")
    # Every table begins with the id, and with the slug after it where there is one.
    named = ", ".join(values[:2])
    return f"{named}: breaks {rule} ({diagnostic.message_primary})"
