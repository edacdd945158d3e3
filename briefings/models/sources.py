"""Documents, their immutable versions and texts, and citations of places in them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from briefings.querysets import CitationQuerySet, DocumentQuerySet, DocumentVersionQuerySet
from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of

from .basis import Basis, BasisField, ReasonField, inferred_needs_reason, not_stated_means_null
from .people import Organization


class DocumentKind(models.TextChoices):
    TRANSCRIPT_PAGE = "transcript_page", "Page of a transcript"
    ARTICLE = "article", "Newspaper article"
    WHITE_PAPER = "white_paper", "White paper"
    REPORT = "report", "Report"
    PLAN = "plan", "Plan"


class DocumentTextPolicy(models.TextChoices):
    PUBLIC = "public", "Public: anyone reads the whole held text"
    EXCERPT = "excerpt", "Excerpt: anyone reads cited sentences"
    STAFF = "staff", "Staff: only staff read it"


class Document(Versioned):
    """A work: a page of a transcript, an article, or a work that others cite, such as a white paper."""

    resource = "documents"

    Kind = DocumentKind
    TextPolicy = DocumentTextPolicy

    slug = models.SlugField(unique=True, max_length=120, help_text="Stable name used in addresses.")
    title = models.CharField(max_length=400, help_text="Title as printed.")
    kind = models.CharField(max_length=16, choices=Kind.choices, help_text="What sort of work it is.")
    language = models.CharField(max_length=12, default="en", help_text="BCP 47 tag of the text's language.")
    author = models.CharField(max_length=200, blank=True, default="", help_text="Author as printed; empty when none.")
    url = models.URLField(null=True, blank=True, max_length=500, help_text="Where it was published; null when unknown.")
    published_on = models.DateField(null=True, blank=True, help_text="Day of publication.")
    published_on_basis = BasisField(help_text="Whether the document states its day of publication.")
    published_on_reason = ReasonField(help_text="Why the day of publication was inferred.")
    page = models.PositiveIntegerField(null=True, blank=True, help_text="Which page of the transcript this is, from 1.")
    page_basis = BasisField(help_text="Whether the page's number is stated.")
    page_reason = ReasonField(help_text="Why the page's number was inferred, or what is known of it.")
    page_count = models.PositiveIntegerField(null=True, blank=True, help_text="How many pages the transcript has.")
    text_policy = models.CharField(
        max_length=8, choices=TextPolicy.choices, default=TextPolicy.EXCERPT, help_text="Who may read the held text."
    )
    is_fiction = models.BooleanField(default=False, help_text="True for invented texts that show how greenapi works.")
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    briefing = models.ForeignKey(
        "briefings.Briefing",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        help_text="The event it reports; null for works that are only cited.",
    )
    publisher = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="published_documents",
        help_text="Who published it; null when unknown.",
    )

    objects = DocumentQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "document"
        ordering = ("slug",)
        constraints = (
            one_of(field="kind", choices=DocumentKind, name="document_kind_known"),
            one_of(field="published_on_basis", choices=Basis, name="document_published_on_basis_known"),
            one_of(field="page_basis", choices=Basis, name="document_page_basis_known"),
            one_of(field="text_policy", choices=DocumentTextPolicy, name="document_text_policy_known"),
            inferred_needs_reason(field="published_on", name="document_inferred_date_has_reason"),
            not_stated_means_null(field="published_on", name="document_date_matches_basis"),
            inferred_needs_reason(field="page", name="document_inferred_page_has_reason"),
            not_stated_means_null(field="page", name="document_page_matches_basis"),
            models.CheckConstraint(
                name="document_page_in_count",
                condition=Q(page__isnull=True) | Q(page_count__isnull=True) | Q(page__lte=F("page_count")),
            ),
        )

    def __str__(self) -> str:
        return self.title


class DocumentVersion(Versioned):
    """One immutable copy of a document's text, named by the SHA-256 of its exact UTF-8 bytes, held or not."""

    resource = "document-versions"

    sha256 = models.CharField(
        unique=True, max_length=64, help_text="SHA-256 of the text's UTF-8 bytes, lower-case hex."
    )
    length = models.PositiveIntegerField(help_text="Length of the text in code points.")
    retrieved_on = models.DateField(null=True, blank=True, help_text="Day the copy was made; null when unknown.")
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="versions", help_text="The work this is a copy of."
    )

    objects = DocumentVersionQuerySet.as_manager()

    class Meta(Versioned.Meta):
        # `document_version` is where the ledger keeps the versions of `document`.
        db_table = "document_copy"
        ordering = ("sha256",)
        constraints = (
            models.CheckConstraint(name="document_version_sha256_is_hex", condition=Q(sha256__regex="^[0-9a-f]{64}$")),
        )

    def __str__(self) -> str:
        return f"{self.document} ({self.sha256[:12]})"


class DocumentText(Versioned):
    """The text of a document version that is held. The database refuses one whose SHA-256 is not the version's."""

    resource = "document-texts"
    part_of = "version"
    private = True

    text = models.TextField(help_text="The exact text.")
    version = models.OneToOneField(
        DocumentVersion, on_delete=models.PROTECT, related_name="held_text", help_text="The version it is the text of."
    )

    class Meta(Versioned.Meta):
        db_table = "document_text"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"text of {self.version}"


class Citation(Versioned):
    """A place in a document version: W3C TextPositionSelector and TextQuoteSelector together.

    Offsets count code points from 0; `end` is exclusive. Where the text is held, the database refuses an `exact`
    that does not stand between them.
    """

    resource = "citations"
    masks = {"exact": "█"}

    start = models.PositiveIntegerField(help_text="Offset of the first code point, from 0.")
    end = models.PositiveIntegerField(help_text="Offset after the last code point (exclusive).")
    exact = models.TextField(help_text="The words at that place, exactly.")
    prefix = models.TextField(blank=True, default="", help_text="Words just before, to find the place again; or empty.")
    suffix = models.TextField(blank=True, default="", help_text="Words just after, to find the place again; or empty.")
    document_version = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, related_name="citations", help_text="The copy that is cited."
    )

    objects = CitationQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "citation"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="citation_exact_fits_offsets",
                condition=Q(end=F("start") + Length("exact")) & Q(end__gt=F("start")),
            ),
            models.UniqueConstraint(name="citation_place_unique", fields=("document_version", "start", "end")),
        )

    def __str__(self) -> str:
        return f"“{self.exact}” [{self.start}, {self.end})"
