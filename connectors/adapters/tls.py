"""Says which hosts are local and what a connection to any other must have: TLS 1.2 or later (Q06, S05)."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping

from connectors.contracts import SourceMisconfigured

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


def client_context(mode: str, root_certificates: str = "") -> ssl.SSLContext:
    """Return a context for TLS 1.2 or later: `require` encrypts, `verify-ca` and `verify-full` also judge.

    Without `root_certificates` (a file) the machine's own are trusted.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if mode in ("verify-ca", "verify-full") else ssl.CERT_NONE
    if context.verify_mode == ssl.CERT_NONE:
        return context
    try:
        context.load_verify_locations(root_certificates) if root_certificates else context.load_default_certs()
    except OSError:
        raise SourceMisconfigured(
            "bad_certificates", "sslrootcert: the file of trusted certificates cannot be read"
        ) from None
    return context
