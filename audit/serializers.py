"""The wire shape of risk signals."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from audit.models import RiskSignal


class RiskSignalOut(serializers.ModelSerializer[RiskSignal]):
    owner = serializers.UUIDField(source="owner_id", allow_null=True, read_only=True)
    comments = serializers.SerializerMethodField()

    class Meta:
        model = RiskSignal
        fields = [
            "id", "detector", "severity", "state", "title", "explanation", "value", "score", "threshold", "began_at",
            "ended_at", "evidence", "evidence_count", "owner", "snoozed_until", "feedback", "created_at", "comments",
        ]  # fmt: skip
        read_only_fields = fields

    def get_comments(self, signal: RiskSignal) -> list[dict[str, Any]]:
        rows = sorted(signal.comments.all(), key=lambda each: each.pk)
        return [{"by": str(each.author_id), "at": each.created_at, "text": each.text} for each in rows]


class RiskSignalVerb(serializers.Serializer[Any]):
    """What a verb takes: `hours` to snooze, `to` to assign, `comment` to comment or resolve, `feedback` to judge."""

    hours = serializers.IntegerField(required=False)
    to = serializers.UUIDField(required=False)
    comment = serializers.CharField(required=False, max_length=4_000)
    feedback = serializers.ChoiceField(required=False, choices=["useful", "noise"])
