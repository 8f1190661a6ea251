"""What pictures of access governance show and no story leaves behind, set once through the product's verbs."""

from __future__ import annotations


def review() -> str:
    """An access review of everybody and everything, which Ada began and of which one part is decided."""
    from datetime import timedelta

    from django.urls import reverse
    from django.utils import timezone

    from audit.models import ReviewCampaign
    from audit.reviewing import campaign, decide
    from portal import tenancy

    row = ReviewCampaign.objects.order_by("-id").first()
    if row is None:
        me = tenancy.current().user_id
        assert me is not None
        row = campaign.start(
            name="Access, fourth quarter",
            due_at=timezone.now() + timedelta(days=14),
            reviewers=dict.fromkeys(campaign.GROUPS, me),
        )
        for item in row.items.filter(kind="capability", reviewer_id=me):
            decide.decide(item.pk, decision="keep")
    return f"{reverse('audit:review', args=[row.pk])}?show=all"
