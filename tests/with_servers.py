"""`python -m tests.with_servers manage.py …`: run a management command on the tests' own servers, then stop them."""

from __future__ import annotations

import subprocess
import sys

from tests import embedded_servers


def main() -> int:
    """Hold the servers while the command runs; return its exit code."""
    with embedded_servers.held():
        return subprocess.run([sys.executable, *sys.argv[1:]], cwd=embedded_servers.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
