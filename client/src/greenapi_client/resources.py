"""Every resource of the API as an attribute."""

from . import models
from .reading import Reader
from .resource import Resource


class Resources:
    """What can be read, all through one reader. An attribute is named like the resource, with `_` for `-`."""

    def __init__(self, reader: Reader) -> None:
        def resource(name: str, kind: type[models.page.Row]) -> Resource[models.page.Row, models.page.Row]:
            return Resource(name, reader=reader, row=kind, detail=kind)

        self._reader = reader
        self.briefings = resource("briefings", models.Briefing)
        self.documents = resource("documents", models.Document)
        self.document_versions = Resource(
            "document-versions", reader=reader, row=models.DocumentVersion, detail=models.DocumentVersionDetail
        )
        self.segments = resource("segments", models.Segment)
        self.speakers = resource("speakers", models.Speaker)
        self.organizations = resource("organizations", models.Organization)
        self.roles = resource("roles", models.Role)
        self.citations = resource("citations", models.Citation)
        self.indicators = resource("indicators", models.Indicator)
        self.units = resource("units", models.Unit)
        self.topics = resource("topics", models.Topic)
        self.scopes = resource("scopes", models.Scope)
        self.periods = resource("periods", models.Period)
        self.observations = resource("observations", models.Observation)
        self.commitments = resource("commitments", models.Commitment)
        self.commitment_events = resource("commitment-events", models.CommitmentEventDetail)
        self.programmes = resource("programmes", models.Programme)
        self.claim_links = resource("claim-links", models.ClaimLink)
        self.revisions = resource("revisions", models.Revision)
        self.redactions = resource("redactions", models.Redaction)
