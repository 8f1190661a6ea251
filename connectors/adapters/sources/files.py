"""Database files: only below the operator's folder, and what their permissions allow beyond reading."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from connectors.contracts import Finding, SourceMisconfigured


def find_file(path: str, folder: str) -> Path:
    """Return the real path of a file below the operator's folder, or raise `SourceMisconfigured`."""
    outside = SourceMisconfigured("path_refused", "path: is not a database file below the configured folder")
    if not folder:
        raise SourceMisconfigured("no_folder", "path: the operator has configured no folder for database files")
    try:
        root, target = Path(folder).resolve(strict=True), Path(folder, path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise outside from None
    if not target.is_relative_to(root) or not target.is_file():
        raise outside
    return target


def findings(file: Path) -> Iterator[Finding]:
    """Name what the file's permissions allow beyond reading. As root, ask the mode: root may write all."""
    mode, quoted = file.stat().st_mode, shlex.quote(str(file))
    writable = bool(mode & 0o222) if os.geteuid() == 0 else os.access(file, os.W_OK)
    if mode & stat.S_IWOTH:
        yield Finding(
            "world_writable",
            "critical",
            "the file can be written by every user of the machine; take that right away",
            f"chmod o-w -- {quoted}",
        )
    if writable:
        yield Finding(
            "can_write",
            "warning",
            "the portal's own user may write the file; it opens it read-only, but need not have the right",
            f"chmod a-w -- {quoted}",
        )
