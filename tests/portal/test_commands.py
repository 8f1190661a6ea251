"""Management commands of the ground floor."""

from __future__ import annotations

import io

from django.core.management import call_command


def test_print_roles_prints_a_script_for_the_three_roles_without_a_password() -> None:
    out = io.StringIO()
    call_command("print_roles", stdout=out)
    for role in ("countersign_owner", "countersign_runtime", "countersign_dispatcher"):
        assert role in out.getvalue()
