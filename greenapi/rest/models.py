"""What the API keeps for itself, outside the ledger."""

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """The answer to a write that was sent with an `Idempotency-Key`, to be given again when it is sent again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255, help_text="The key, as it was sent.")
    asked = models.BinaryField(help_text="SHA-256 of method, address, kind of body and body.")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kept_answer"
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="kept_answer_key_unique", fields=("user", "key")),)

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"
