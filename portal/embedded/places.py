"""Says where everything of the embedded servers lives below one state folder; it starts nothing.

Every name is computed from the folder alone, so that a process which only wants the URLs and the process
which starts the servers agree without talking to each other.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "countersign_superuser"
OWNER = "countersign_owner"
RUNTIME = "countersign_runtime"
DISPATCHER = "countersign_dispatcher"
SANDBOX = "countersign_sandbox"
PORTAL_DATABASE = "countersign"
SANDBOX_DATABASE = "countersign_sandbox"

# A socket's path must fit sockaddr_un.sun_path (108 bytes with its end); the longest name in the folder is
# PostgreSQL's, and its lock file may be longer because it is an ordinary file.
_LONGEST_SOCKET_PATH = 107
_POSTGRES_SOCKET = ".s.PGSQL.5432"


class EmbeddedError(RuntimeError):
    """An embedded server cannot be started or used; the message is one sentence with the fix."""


@dataclass(frozen=True)
class Places:
    """The folders, sockets and URLs that belong to one state folder."""

    state: Path

    @classmethod
    def below(cls, state_dir: str | os.PathLike[str]) -> Places:
        """Return the places of `state_dir`, by its real path, so that two spellings are one folder."""
        return cls(Path(state_dir).expanduser().resolve())

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def postgres_data(self) -> Path:
        return self.state / "postgres" / "data"

    @property
    def postgres_log(self) -> Path:
        return self.state / "postgres" / "log"

    @property
    def sockets(self) -> Path:
        """The folder of the sockets: below the state folder, or a short one when that path is too long."""
        inside = self.state / "run"
        if len(os.fsencode(inside / _POSTGRES_SOCKET)) <= _LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:16]
        return Path(f"/tmp/countersign-{os.getuid()}-{digest}")  # noqa: S108 - checked in make_private

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / _POSTGRES_SOCKET

    def valkey_folder(self, name: str) -> Path:
        """Return the working folder of the Valkey called `name` (`broker` or `cache`)."""
        return self.state / name

    def valkey_socket(self, name: str) -> Path:
        return self.sockets / f"{name}.sock"

    def valkey_url(self, name: str) -> str:
        """Return the URL in redis-py's spelling (`unix://`)."""
        return f"unix://{quote(str(self.valkey_socket(name)))}?db=0"

    def password(self, role: str) -> str:
        """Return the password of a PostgreSQL role, derived from this state folder's own seed."""
        seed = kept_secret(self.keys / "postgres_seed")
        return hmac.new(seed.encode(), role.encode(), hashlib.sha256).hexdigest()

    def postgres_url(self, role: str, database: str) -> str:
        """Return the libpq URL of `database` as `role`, over the socket."""
        folder = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{self.password(role)}@/{database}?host={folder}"


def make_private(folder: Path, *, or_owned_by: int | None = None) -> None:
    """Make `folder` readable to nobody else; raise EmbeddedError when another person's is in its place.

    `or_owned_by` is the one other user it may belong to: the system user that runs PostgreSQL for root.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.getuid(), or_owned_by}:
        raise EmbeddedError(f"`{folder}` is not ours: set COUNTERSIGN_STATE_DIR to another, shorter path")
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def kept_secret(file: Path, make: Callable[[], str] | None = None) -> str:
    """Return the secret kept in `file` (mode 0600), made once even when two processes ask together."""
    try:
        return file.read_text()
    except FileNotFoundError:
        pass
    make_private(file.parent)
    value = make() if make else secrets.token_urlsafe(48)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(value)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)  # the first of two wins, whole: a reader never sees half a key
    except FileExistsError:
        value = file.read_text()
    finally:
        draft.unlink()
    return value
