"""Where the pages are served, and under which address the world finds them."""

import ipaddress
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})", re.ASCII)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?", re.ASCII)


def _read_listen(value: str) -> str:
    found = _LISTEN.fullmatch(value)
    try:
        ipaddress.ip_address((found[1] or found[2]) if found else "")
    except ValueError as fault:
        raise ValueError('this is no address and port; write it like "127.0.0.1:8025" or "[::1]:8025"') from fault
    if found is None or not 0 < int(found[3]) < 65536:
        raise ValueError("there is no such port")
    return value


def _read_base(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"https", "http"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    printable = value.isascii() and value.isprintable() and not set(' <>"\\') & set(value)
    if not sound or not printable or parts.username or parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        raise ValueError('this is no address of a site; write it like "https://help.example.com/feedback"')
    return value.rstrip("/")


def _read_network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as fault:
        raise ValueError('this is no IP address or network; write it like "10.0.0.7" or "10.0.0.0/24"') from fault


class WebSettings(BaseModel):
    """The pages that customers' links open. Without `address` there are none: no port is opened, all goes by mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: Annotated[str, AfterValidator(_read_base)] | None = Field(
        None,
        description='Where the world finds the pages, like "https://help.example.com/feedback"; a reverse proxy passes '
        "it on, with its path or without.",
    )
    listen: Annotated[str, AfterValidator(_read_listen)] = Field(
        "127.0.0.1:8025", description="The IP address and port on which the pages are served by plain HTTP."
    )
    proxies: tuple[Annotated[str, AfterValidator(_read_network)], ...] = Field(
        ("127.0.0.1/32", "::1/128"),
        description="IP addresses or networks of your reverse proxies, whose X-Forwarded-For is believed.",
    )
    per_minute: int = Field(
        60, ge=1, le=100_000, description="Requests a minute from one IP address (of IPv6, one /64) that are answered."
    )

    @property
    def prefix(self) -> str:
        """The path before all pages, without a slash at its end."""
        return urlsplit(self.address or "").path

    @property
    def origin(self) -> str:
        """What a browser on one of our pages sends as Origin (RFC 6454 §6.2)."""
        parts = urlsplit(self.address or "")
        usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
        return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}".lower()

    @property
    def place(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)
