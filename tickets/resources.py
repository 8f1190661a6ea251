"""Reply macros as a sheet; each row goes through `portal.change`."""

from __future__ import annotations

from portal.sheets import GovernedResource
from tickets.models import ReplyMacro


class ReplyMacroResource(GovernedResource):
    class Meta:
        model = ReplyMacro
        fields = ("name", "action", "text", "is_active")
        import_id_fields = ("name",)
