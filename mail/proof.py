"""How far a sender is proven: by what our own border server reports where no sender can write, else by a signature.

A From address by itself is worth nothing, and so is an Authentication-Results field (RFC 8601) that merely bears our
server's name: a sender can write one. What counts is where it stands. The Received fields at the top are written on our
side; the first of them that names our border server (`own_received`) is the seam. Above it everything is ours. Directly
below it stands what the border server put there, if it is one that writes there, and then all that the sender wrote.

A signature (DKIM) is a weaker thing than a login or a server that SPF knows: whoever holds the mail can send it again.
`mail/signatures.py` says which of them count. A DMARC pass may rest on any signature, so it counts where SPF passed for
the author, too, or where there is no signature that it could rest on: else the signature itself is looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

import authres
from authres.core import AuthResError
from pydantic import BaseModel, ConfigDict, Field

from mail.domains import ascii_address, ascii_domain
from mail.headers import sole_author
from mail.model import Address, Level, Mail, Proof
from mail.signatures import UNCHECKED, Signed

MAX_REPORT = 8192  # characters of one Authentication-Results field
MAX_COMMENTS = 64  # opening parentheses in it: the parser recurses for each
MAX_REPORTS = 8  # of ours in one mail
_FIELD = "authentication-results"
_ASKED = frozenset({"dkim", "dmarc", "spf"})
_FIRST_WORD = re.compile(r'\s*"?([^\s;"()]*)')
_COMMENT = re.compile(r"\([^()]*\)")
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)
_WRITTEN_BESIDE = re.compile(r"received-spf|dkim-filter|arc-[a-z-]+|x-[a-z0-9-]+", re.IGNORECASE)
_PARSER_FAULTS = (AuthResError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class OwnHeader(BaseModel):
    """A header field and value that only our own server writes, and that it strips from outside mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description='name of the field: "X-MS-Exchange-Organization-AuthAs"')
    value: str = Field(min_length=1, description='its value, case does not matter: "Internal"')


class BorderSettings(BaseModel):
    """What our border server writes into mail, and where. Without any of it only a signature can prove a sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    authserv_id: str | None = Field(
        default=None,
        description="first word of the Authentication-Results that our border server writes; empty where it writes "
        "none (Exchange Online). Not set: no Authentication-Results is believed",
    )
    position: Literal["above", "below"] = Field(
        default="above",
        description="where it stands: above the Received field that the border server writes (Microsoft 365), or "
        "directly below it (Google, milters behind Postfix). With below the border server must write one into every "
        "mail, or remove from outside mail those that bear its name (RFC 8601 §5)",
    )
    own_received: tuple[str, ...] = Field(
        default=(),
        description='host names after "by" in the Received field that the border server writes, * stands for anything: '
        '"mx.example.com", "*.mail.protection.outlook.com". Empty: the first Received field of all',
    )
    own_hops: int = Field(
        default=1,
        ge=1,
        le=10,
        description="how many such Received fields every outside mail bears (2 where a content filter hands mail back "
        "to the same server). Too low leaves senders unproven, too high believes forgeries",
    )
    internal_header: OwnHeader | None = Field(
        default=None,
        description="proves mail that was written inside (Exchange: X-MS-Exchange-Organization-AuthAs: Internal)",
    )


@dataclass(frozen=True, slots=True)
class _Report:
    """What one Authentication-Results of ours says: DMARC results with their domain, who logged in, what SPF says."""

    dmarc: tuple[tuple[str, str | None], ...]
    logins: tuple[str | None, ...]
    spf: tuple[str, ...] = ()  # domains for which SPF passed
    reported: tuple[str, ...] = ()  # "dmarc=pass", "spf=fail", "dkim=none"

    def repeats(self, first: "_Report") -> bool:
        """Nothing is said here that the first report does not say."""
        return set(self.dmarc) <= set(first.dmarc) and set(self.logins) <= set(first.logins)


def prove(mail: Mail, settings: BorderSettings, signed: Signed = UNCHECKED) -> Proof:
    """How far the author of this mail is proven, with the reason in words; never raises, linear in the header.

    `signed` says what became of the mail's signatures. It counts where the border server leaves something open.
    """
    proof = _prove_by_border(mail, settings)
    if not asks_signature(proof):
        return proof
    if signed.holds and not mail.bare_control and sole_author(mail) is not None:
        return replace(proof, level=Level.PROVEN, why=signed.why, by_signature=True)
    return replace(proof, why=f"{proof.why}; {signed.why}" if signed.why else proof.why, passing=signed.passing)


def asks_signature(proof: Proof) -> bool:
    """Whether a signature could add to what the border server says: what failed is not mended by one."""
    return proof.level is Level.UNPROVEN


def _prove_by_border(mail: Mail, settings: BorderSettings) -> Proof:
    if mail.bare_control:
        return _unproven("a bare CR, LF or NUL in the header: no field of it can be believed")
    author = sole_author(mail)
    if author is None:
        return _unproven("From does not name one author on whom every reader agrees")
    if settings.internal_header is not None and _bears(mail, settings.internal_header):
        return Proof(Level.PROVEN, f"written inside: {settings.internal_header.name}: {settings.internal_header.value}")
    if settings.authserv_id is None:
        return _unproven("nothing that our border server writes is configured")
    return _judge_reports(mail, settings, author)


def _unproven(why: str) -> Proof:
    return Proof(Level.UNPROVEN, why)


def _bears(mail: Mail, wanted: OwnHeader) -> bool:
    return [value.strip().lower() for value in mail.header(wanted.name)] == [wanted.value.strip().lower()]


def _judge_reports(mail: Mail, settings: BorderSettings, author: Address) -> Proof:
    values = [value for value in _trusted_values(mail, settings) if _is_ours(value, settings)]
    if not values:
        return _unproven("our border server's Authentication-Results is not where it must stand")
    reports = [report for value in values[:MAX_REPORTS] if (report := _read(value, settings)) is not None]
    if len(reports) != len(values):
        return _unproven("our border server's Authentication-Results cannot be read")
    if settings.position == "below" and not all(report.repeats(reports[0]) for report in reports):
        # The sender may have written all but the first: they can contradict it, never add to it.
        return _unproven("our border server's reports contradict each other")
    ours = reports if settings.position == "above" else reports[:1]
    proof = replace(_judge(reports, author), reported=frozenset(said for report in ours for said in report.reported))
    if not proof.by_signature or _came_straight(mail, author, {domain for report in ours for domain in report.spf}):
        return replace(proof, by_signature=False)
    return replace(
        proof, level=Level.UNPROVEN, why=f"{proof.why}, yet not by the server that sent it", by_signature=False
    )


def _came_straight(mail: Mail, author: Address, spf: set[str]) -> bool:
    """Whether DMARC cannot have passed by a signature alone: SPF passed for the author, or there is no signature."""
    own = ascii_domain(author.domain) or ""
    by_server = any(f".{domain}".endswith(f".{own}") or own.endswith(f".{domain}") for domain in spf if "." in domain)
    return by_server or not mail.header("dkim-signature")


def _judge(reports: list[_Report], author: Address) -> Proof:
    if any(len(report.dmarc) > 1 or len(report.logins) > 1 for report in reports):
        return _unproven("Authentication-Results answers one question twice")
    dmarc = {result for report in reports for result in report.dmarc}
    logins = {login for report in reports for login in report.logins}
    if len(dmarc) > 1 or len(logins) > 1:
        return _unproven("our border server's reports contradict each other")
    return _weigh(next(iter(dmarc), (None, None)), logins, author)


def _weigh(dmarc: tuple[str | None, str | None], logins: set[str | None], author: Address) -> Proof:
    result, domain = dmarc
    if result == "fail" and logins:
        return _unproven("DMARC failed, yet somebody logged in at our server")
    if result == "fail":
        return Proof(Level.FAILED, f"DMARC failed for {author.domain}")
    if ascii_address(author.address) in logins:
        return Proof(Level.PROVEN, f"{author.address} logged in at our server")
    if result == "pass" and domain is not None and domain == ascii_domain(author.domain):
        return Proof(Level.PROVEN, f"DMARC passed for {domain}", by_signature=True)
    return _unproven(_shortfall(result, domain, author))


def _shortfall(result: str | None, domain: str | None, author: Address) -> str:
    if result is None:
        return f"our border server reports neither DMARC nor a login of {author.address}"
    if result == "pass":
        return f"DMARC passed for {domain or 'no domain that is named'}, not for {author.domain}"
    return f"our border server reports dmarc={result}"


def _trusted_values(mail: Mail, settings: BorderSettings) -> Iterator[str]:
    """The Authentication-Results that stand where, by the settings, our border server puts them."""
    seam = _seam(mail, settings)
    if seam is None:
        return
    if settings.position == "above":
        yield from (value for name, value in mail.headers[:seam] if name.lower() == _FIELD)
        return
    for name, value in mail.headers[seam + 1 :]:
        if name.lower() == _FIELD:
            yield value
        elif not _WRITTEN_BESIDE.fullmatch(name):
            return


def _seam(mail: Mail, settings: BorderSettings) -> int | None:
    """The place of the lowest Received field that must be ours; counted from the top, where no sender can write."""
    hops = 0
    for place, (name, value) in enumerate(mail.headers):
        if name.lower() == "received" and _is_own_received(value, settings.own_received):
            hops += 1
            if hops == settings.own_hops:
                return place
    return None


def _is_own_received(value: str, hosts: tuple[str, ...]) -> bool:
    if not hosts:
        return True
    by = read_by_host(value)
    return bool(by) and any(fnmatchcase(by, host.lower()) for host in hosts)


def read_by_host(received: str) -> str:
    """The host that wrote a Received field, as it says itself, lower-case; empty where it says nothing."""
    by = _BY.search(_COMMENT.sub(" ", received[:MAX_REPORT]))
    return by[1].lower() if by is not None else ""


def read_authserv_id(report: str) -> str:
    """The first word of an Authentication-Results, lower-case; empty where the results begin at once."""
    first = _FIRST_WORD.match(report)
    word = first[1].lower() if first else ""
    return "" if "=" in word else word


def _is_ours(value: str, settings: BorderSettings) -> bool:
    return read_authserv_id(value) == (settings.authserv_id or "").lower()


def _read(value: str, settings: BorderSettings) -> _Report | None:
    """The report in one field (comments are ignored), None where it is not to be read beyond doubt."""
    if len(value) > MAX_REPORT or value.count("(") > MAX_COMMENTS:
        return None
    named = value if settings.authserv_id else f"none.invalid; {value}"
    try:
        header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {named}")
        results = [(str(r.method).lower(), str(r.result).lower(), _properties(r)) for r in header.results]
    except _PARSER_FAULTS:
        return None
    return _Report(
        dmarc=tuple((result, _domain(said)) for method, result, said in results if method == "dmarc"),
        logins=tuple(_login(said) for method, result, said in results if method == "auth" and result == "pass"),
        spf=tuple(_envelope(said) for method, result, said in results if method == "spf" and result == "pass"),
        reported=tuple(f"{method}={result}" for method, result, _ in results if method in _ASKED),
    )


def _properties(result: authres.AuthenticationResult) -> tuple[tuple[str, str], ...]:
    return tuple((f"{said.type}.{said.name}".lower(), str(said.value)) for said in result.properties)


def _domain(properties: tuple[tuple[str, str], ...]) -> str | None:
    named = [value for name, value in properties if name == "header.from"]
    return ascii_domain(named[0]) if len(named) == 1 else None


def _envelope(properties: tuple[tuple[str, str], ...]) -> str:
    """The one domain of the envelope sender; empty where there is none beyond doubt."""
    named = [value for name, value in properties if name == "smtp.mailfrom"]
    return (ascii_domain(named[0].rpartition("@")[2]) or "") if len(named) == 1 else ""


def _login(properties: tuple[tuple[str, str], ...]) -> str | None:
    """The address that logged in; a bare login name proves no address, whatever the envelope said."""
    for wanted in ("smtp.auth", "smtp.mailfrom"):
        named = [value for name, value in properties if name == wanted]
        if named:
            return ascii_address(named[0]) if len(named) == 1 and "@" in named[0] else None
    return None
