"""People, the bodies they speak for, and the titles they hold there."""

from django.db import models
from django.db.models import F, Q

from briefings.querysets import OrganizationQuerySet, RoleQuerySet, SpeakerQuerySet
from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of

from .basis import Basis, BasisField, ReasonField, inferred_needs_reason


class OrganizationKind(models.TextChoices):
    GOVERNMENT = "government", "Government body"
    PARTY = "party", "Party body"
    RESEARCH = "research", "Research body"
    MEDIA = "media", "News outlet"
    COMPANY = "company", "Company"
    STATE = "state", "State"
    GROUP = "group", "Group of bodies named together"


class Organization(Versioned):
    """A body that speaks, publishes, asks or is responsible."""

    resource = "organizations"

    Kind = OrganizationKind

    slug = models.SlugField(unique=True, max_length=80, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=200, help_text="Name in English.")
    abbreviation = models.CharField(max_length=40, blank=True, default="", help_text="Usual short form.")
    kind = models.CharField(max_length=12, choices=Kind.choices, help_text="What sort of body it is.")
    area = models.CharField(
        max_length=3, blank=True, default="", help_text="ISO 3166-1 alpha-2 code of its country; empty when none."
    )
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="The body it is part of.",
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "organization"
        ordering = ("slug",)
        constraints = (one_of(field="kind", choices=OrganizationKind, name="organization_kind_known"),)

    def __str__(self) -> str:
        return self.name


class Speaker(Versioned):
    """A person who speaks, or is quoted, in a document."""

    resource = "speakers"

    slug = models.SlugField(unique=True, max_length=80, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=200, help_text="Name as printed.")
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")

    objects = SpeakerQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "speaker"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Role(Versioned):
    """A title that a speaker holds at an organization, with the dates known of it."""

    resource = "roles"

    title = models.CharField(max_length=200, help_text="The title held, for example `minister`.")
    held_from = models.DateField(null=True, blank=True, help_text="First day of the role; null when unknown.")
    held_to = models.DateField(null=True, blank=True, help_text="Last day of the role, inclusive; null when unknown.")
    attested_on = models.DateField(null=True, blank=True, help_text="A day on which a source shows the role as held.")
    title_basis = BasisField(help_text="Whether a source states the title.")
    title_reason = ReasonField(help_text="Why the title was inferred.")
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, related_name="roles", help_text="The person who holds it."
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="roles", help_text="The body where it is held."
    )

    objects = RoleQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "role"
        ordering = ("id",)
        constraints = (
            one_of(field="title_basis", choices=Basis, name="role_title_basis_known"),
            models.CheckConstraint(
                name="role_dates_in_order",
                condition=Q(held_from__isnull=True) | Q(held_to__isnull=True) | Q(held_from__lte=F("held_to")),
            ),
            inferred_needs_reason(field="title", name="role_inferred_title_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.speaker}, {self.title}, {self.organization}"
