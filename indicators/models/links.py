"""Claim links: how one fact bears on another."""

from django.db import models
from django.db.models import Q

from greenapi.ledger.vocabulary import one_of
from indicators.querysets import ClaimLinkQuerySet

from .commitments import Commitment
from .facts import Reviewed
from .observations import Observation


class ClaimLinkRelation(models.TextChoices):
    RESTATES = "restates", "Restates"
    UPDATES = "updates", "Updates"
    NARROWS = "narrows", "Narrows"
    CONTRADICTS = "contradicts", "Contradicts"
    WEAKENS_BASELINE = "weakens_baseline", "Restates with a weaker baseline"
    EVIDENCES = "evidences", "Is evidence for"


class ClaimLink(Reviewed):
    """That one fact, the source, restates, updates, narrows, contradicts, weakens or evidences another, the target."""

    resource = "claim-links"

    Relation = ClaimLinkRelation

    relation = models.CharField(
        max_length=16, choices=Relation.choices, help_text="How the source bears on the target."
    )
    note = models.TextField(blank=True, default="", help_text="Why, in our own words.")
    source_observation = models.ForeignKey(
        Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="links_out"
    )
    source_commitment = models.ForeignKey(
        Commitment, null=True, blank=True, on_delete=models.PROTECT, related_name="links_out"
    )
    target_observation = models.ForeignKey(
        Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="links_in"
    )
    target_commitment = models.ForeignKey(
        Commitment, null=True, blank=True, on_delete=models.PROTECT, related_name="links_in"
    )

    objects = ClaimLinkQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        db_table = "claim_link"
        ordering = ("id",)
        constraints = (
            *Reviewed.Meta.constraints,
            one_of(field="relation", choices=ClaimLinkRelation, name="claim_link_relation_known"),
            models.CheckConstraint(
                name="claim_link_one_source",
                condition=Q(source_observation__isnull=False, source_commitment__isnull=True)
                | Q(source_observation__isnull=True, source_commitment__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_link_one_target",
                condition=Q(target_observation__isnull=False, target_commitment__isnull=True)
                | Q(target_observation__isnull=True, target_commitment__isnull=False),
            ),
        )

    @property
    def ends(self) -> list[Observation | Commitment]:
        """The fact that bears on the other, and the other."""
        named = (self.source_observation, self.source_commitment, self.target_observation, self.target_commitment)
        return [fact for fact in named if fact is not None]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} ({self.id})"
