"""Whom the server listens to: this machine alone, or whoever reaches its address."""

from __future__ import annotations

import ipaddress
import logging
import socket
from functools import lru_cache
from urllib.parse import urlsplit

import streamlit as st

EVERYBODY = (
    "The app listens on {where}, not on this machine alone. There are no passwords: whoever reaches it can read, "
    "change and take away the answers of all learners, put another database in the place of this one, fill the disk "
    "with models, and let this machine compute. Start it without another address (--server.address, "
    "STREAMLIT_SERVER_ADDRESS) to keep it for yourself."
)


def opens() -> str:
    """Say what the server's address opens, or the one by which the reader came; nothing where none does."""
    came_by = urlsplit(st.context.url or "").hostname  # another server may run the app, or a tunnel lead to it
    if (said := listens()) or not came_by or is_loopback(came_by):
        return said
    return EVERYBODY.format(where=f"the address {came_by}")


def listens() -> str:
    """Say what the address of the server opens; nothing where it is this machine's alone."""
    address = st.get_option("server.address")
    if is_loopback(address):
        return ""
    return EVERYBODY.format(where=f"the address {address}" if address else "all addresses of this machine")


@lru_cache(maxsize=16)
def is_loopback(host: str | None) -> bool:
    """Tell whether only this machine reaches a host; nothing means all of its addresses.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("unix:///tmp/grimoire")
    (True, True, True)
    >>> is_loopback("0.0.0.0"), is_loopback("192.168.1.5"), is_loopback(None)
    (False, False, False)
    """
    if not host:
        return False
    if host.startswith("unix://"):
        return True
    try:
        found = {one[4][0] for one in socket.getaddrinfo(host.strip("[]"), None)}
    except (OSError, UnicodeError):  # a name that nobody knows
        return False
    return all(_is_loopback(ipaddress.ip_address(str(one).partition("%")[0])) for one in found)


def _is_loopback(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def warn() -> None:
    """Say it in the terminal, when the app starts."""
    if said := listens():
        logging.getLogger("grimoire").warning(said)
