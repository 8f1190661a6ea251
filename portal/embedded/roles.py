"""Gives the SQL script that makes the portal's PostgreSQL roles and databases; it runs nothing.

There is one script, `portal/roles.sql`, in psql's language. The embedded start, the compose file and a DBA
run the same text; they differ only in where the passwords come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portal.embedded.places import DISPATCHER, OWNER, RUNTIME, SANDBOX, Places

_SCRIPT = Path(__file__).resolve().parent.parent / "roles.sql"
ROLES = (OWNER, RUNTIME, DISPATCHER, SANDBOX)


def role_sql(passwords: Mapping[str, str] | None = None) -> str:
    """Return the script for psql, with `passwords` by role name set in it.

    Without passwords it reads them from the environment (`COUNTERSIGN_OWNER_PASSWORD` and so on).
    The sandbox's role and database are made only when it has a password.
    """
    script = _SCRIPT.read_text()
    if passwords is None:
        return script
    unknown = set(passwords) - set(ROLES)
    if unknown:
        raise ValueError(f"passwords names `{sorted(unknown)[0]}`: the roles are {', '.join(ROLES)}")
    head, mark, body = script.partition("-- passwords end here\n")
    if not mark:
        raise ValueError("portal/roles.sql has lost its line `-- passwords end here`")
    kept = [line for line in head.splitlines() if not line.startswith("\\getenv")]
    settings = [
        f"\\set {role.removeprefix('countersign_')}_password {_quote(word)}" for role, word in passwords.items()
    ]
    return "\n".join([*kept, *settings, ""]) + mark + body


def passwords_of(places: Places) -> dict[str, str]:
    """Return the passwords of an embedded server's roles."""
    return {role: places.password(role) for role in ROLES}


def _quote(word: str) -> str:
    """Quote a password for psql's backslash commands; raise ValueError for what they cannot carry."""
    if not word or any(ord(character) < 32 for character in word):
        raise ValueError("passwords may not be empty or hold control characters: choose another password")
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
