"""Where an outbound call may go: resolved first, judged, and only then dialled (S09).

Metadata services and link-local addresses are refused everywhere; in production every address that is not
public is. The caller dials an address that was judged, not the name again, where its driver can.
"""

from __future__ import annotations

import ipaddress
import socket

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_6TO4 = ipaddress.ip_network("2002::/16")


class AddressRefused(Exception):
    """A host may not be called; the message names the setting and the fix and is safe to show."""


class NameUnknown(AddressRefused):
    """The resolver of the machine knows no such name, now."""


def is_socket(host: str) -> bool:
    """Return whether the host is a Unix socket's folder."""
    return host.startswith("/")


def resolve(host: str, port: int, *, field: str = "host") -> tuple[str, ...]:
    """Return the addresses `host` may be dialled at; raise `AddressRefused` when any of them is refused.

    A Unix socket has none and is refused in production. Effects: asks the resolver of the machine.
    """
    if is_socket(host):
        if settings.PRODUCTION:
            raise AddressRefused(f"{field}: a socket of this machine may not be used in production")
        return ()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameUnknown(f"{field}: the name is not known to the resolver; check the spelling") from None
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        judge(address, field=field)
    if not addresses:
        raise NameUnknown(f"{field}: the name has no address; check the spelling")
    return addresses


def judge(address: str, *, field: str = "host") -> None:
    """Raise `AddressRefused` when an address may not be dialled in this environment."""
    try:
        found = _real(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        raise AddressRefused(f"{field}: is not an address that can be judged; use a plain host name") from None
    if found in _METADATA or found.is_link_local or found.is_multicast:
        raise AddressRefused(f"{field}: leads to a metadata or link-local address, which is never called")
    if settings.PRODUCTION and not found.is_global:
        raise AddressRefused(f"{field}: leads to a private address; in production only public ones are called")


def _real(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one carries, if it carries one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address in _6TO4 and address.sixtofour is not None:
            return address.sixtofour
    return address
