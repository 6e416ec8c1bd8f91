"""What stands for people's addresses: an author is known again, and the address is not kept."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network

CHARS = 32


def of_email(address: str) -> str:
    """Give what stands for an e-mail address, in whatever case it is written.

    The same everywhere, so that systems which tell of the same author agree: who knows an address
    can tell whether it is meant.
    """
    return hashlib.sha256(address.strip().lower().encode("utf-8", "replace")).hexdigest()[:CHARS]


def of_network_address(address: str, secret: bytes) -> str:
    """Give what stands for a network address. There are so few that without a secret all are tried.

    `secret` is the installation's.
    """
    return hmac.new(secret, address.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:CHARS]


def network(address: str | None) -> str:
    """Give what one subscriber has: an IPv4 address, or the /64 that an IPv6 address is in."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)
