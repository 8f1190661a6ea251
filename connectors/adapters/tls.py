"""Says which hosts are local and what a connection to any other must have: TLS 1.2 or later (Q06, S05)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

TLS_MODES = ("require", "verify-ca", "verify-full")


def is_local_name(name: str) -> bool:
    """True for a Unix socket, `localhost` or a loopback address. Names are not resolved: unknown is not local."""
    if name.startswith(("/", "@")) or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_local(parameters: Mapping[str, object]) -> bool:
    """True when every address of these libpq parameters is local; no address at all is not."""
    names = [name for key in ("host", "hostaddr") for name in str(parameters.get(key) or "").split(",") if name]
    return bool(names) and all(map(is_local_name, names))


def postgres_encryption(parameters: Mapping[str, object], root_certificates: str = "") -> dict[str, str]:
    """Return libpq's TLS parameters: at least what the addresses demand, more where `sslmode` asks for it."""
    asked = str(parameters.get("sslmode") or "")
    if asked not in TLS_MODES:
        asked = "prefer" if is_local(parameters) else "require"
    return {
        "sslmode": asked,
        "sslrootcert": root_certificates or str(parameters.get("sslrootcert") or ""),
        "ssl_min_protocol_version": "TLSv1.2",
        "gssencmode": "disable",
    }
