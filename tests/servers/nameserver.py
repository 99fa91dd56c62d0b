"""A DNS server on loopback, UDP and TCP, that answers as a test wants, or does not."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

SERVFAIL, SILENT, GARBAGE = "servfail", "silent", "garbage"
_TTL = 300


@dataclass
class Nameserver:
    """`texts` and `aliases` are what it knows; `faults` what goes wrong under which name; all else is NXDOMAIN."""

    port: int = 0
    texts: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_gone: bool = False
    ttl: int = _TTL

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes, *, datagram: bool) -> bytes | None:
        query = dns.message.from_wire(wire)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        fault = SILENT if self.is_gone else self.faults.get(name)
        if fault == SILENT:
            return None
        if fault == GARBAGE:
            return b"\x00" * 7
        response = dns.message.make_response(query)
        if fault == SERVFAIL:
            response.set_rcode(dns.rcode.SERVFAIL)
            return response.to_wire()
        self._fill(response, name)
        whole = response.to_wire(max_size=65_535)
        if datagram and len(whole) > 512:
            response.answer.clear()
            response.flags |= dns.flags.TC
            return response.to_wire()
        return whole

    def _fill(self, response: dns.message.Message, name: str) -> None:
        if name in self.aliases:
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", "CNAME", f"{self.aliases[name]}."))
            name = self.aliases[name]
        if name in self.texts:
            quoted = [" ".join(f'"{text[i : i + 250]}"' for i in range(0, len(text), 250)) for text in self.texts[name]]
            if quoted:
                response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", "TXT", *quoted))
        else:
            response.set_rcode(dns.rcode.NXDOMAIN)


class _Udp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, sock = self.request
        if (said := self.server.known.answer(wire, datagram=True)) is not None:  # type: ignore[attr-defined]  # set below
            sock.sendto(said, self.client_address)


class _Tcp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        size = int.from_bytes(self.rfile.read(2))
        if (said := self.server.known.answer(self.rfile.read(size), datagram=False)) is not None:  # type: ignore[attr-defined]  # set below
            self.wfile.write(len(said).to_bytes(2) + said)


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _listen(known: Nameserver) -> list[socketserver.TCPServer]:
    """Both on one port, which not every free one allows."""
    for _ in range(20):
        tcp = _TcpServer(("127.0.0.1", 0), _Tcp)
        try:
            udp = _UdpServer(("127.0.0.1", tcp.server_address[1]), _Udp)
        except OSError:
            tcp.server_close()
            continue
        known.port = int(tcp.server_address[1])
        return [udp, tcp]
    raise OSError("no free port for a nameserver")


@pytest.fixture
def nameserver() -> Iterator[Nameserver]:
    """An empty one, of this test alone."""
    known = Nameserver()
    servers = _listen(known)
    threads = []
    for server in servers:
        server.known = known  # type: ignore[attr-defined]  # what its handlers answer from
        threads.append(threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True))
        threads[-1].start()
    yield known
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join(5)
