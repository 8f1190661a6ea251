"""`python -m demo.child <parent> <command> …`: become a command that ends when its parent does, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for SIGTERM at the parent's death, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it was killed before we asked
        raise SystemExit(1)
    os.execv(command[0], command)  # noqa: S606 - the demo's own command line


if __name__ == "__main__":
    main()
