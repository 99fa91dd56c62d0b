"""A helpdesk to forge mail at: a border server, keys in DNS, one ticket, and what a mail brings about in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mail.automatic import without_list
from mail.model import Level, Mail, Proof
from mail.parse import parse
from mail.proof import BorderSettings, prove
from mail.signature_check import KeyAnswer, check_signatures
from mail.signatures import find_signatures
from mail.tokens import Key, Keys, make
from tests.mail_signing import KEY_NAME, RECEIVED, Field, KeyPair, key_pair, letter, put_before, sign
from tickets.candidates import Candidate, Candidates, Copy, Inbound
from tickets.codes import find_confirmed, make_code, read_code
from tickets.directory import Account, Agent, Directory, Mailbox, Role
from tickets.model import Outcome, People, Status, Ticket
from tickets.rights import NOTICE, Allowed, Attempt, Deed, NoteAndAsk, answers_own_mail, judge
from tickets.routes import Act, Confirm, Join, Open
from tickets.routing import ask, route

SUPPORT = "support@us.example"
ALICE, BOB, CEDRIC = "alice@us.example", "bob@us.example", "cedric@us.example"
ANN, CAROL, MALLORY = "ann@globex.example", "carol@globex.example", "mallory@evil.example"
TICKET, KNOWN = 42, "<first@globex.example>"
WAITING = (900, 901)  # unconfirmed mails of Alice and of Bob
MX = "mx.us.example"
BORDER = BorderSettings(authserv_id=MX, own_received=(MX,))
KEYS = Keys(Key(1, b"k" * 32, date(2026, 1, 1)))
STOLEN = Keys(Key(9, b"s" * 32, date(2026, 1, 1)))
DIRECTORY = Directory(
    mailboxes=(Mailbox(SUPPORT, 0, aliases=frozenset({"help@us.example"})), Mailbox("hi@us.example", 1)),
    agents=(Agent("Alice", (ALICE,)), Agent("Bob", (BOB,))),
    staff_domains=frozenset({"us.example"}),
    accounts=(Account("Globex", frozenset({"globex.example"})),),
    own_lists=frozenset({"team@us.example"}),
)


_PURPOSES = {Deed.WORK: NOTICE, Deed.CONFIRM: NOTICE, Deed.NOTE: NOTICE, Deed.RATE: "s"}


def domain_key(domain: str) -> KeyPair:
    return key_pair(number={"us.example": 0, "globex.example": 5}.get(domain, 6))


DNS: Mapping[str, str | None] = {
    KEY_NAME: domain_key("us.example").record,
    "s1._domainkey.globex.example": domain_key("globex.example").record,
    **{
        f"s1._domainkey.{domain}": domain_key("evil.example").record
        for domain in ("evil.example", "customer.us.example", "example", "evilus.example")
    },
}


def token(
    recipient: str = ALICE, number: int = TICKET, *, purpose: str = NOTICE, keys: Keys = KEYS, days: int = 1
) -> str:
    made = RECEIVED - timedelta(days=days)
    return make(keys, purpose=purpose, ticket=number, recipient=recipient, nonce="n", now=made).message_id("us.example")


def code(agent: str = ALICE, arrival: int = WAITING[0], *, hours: int = 1, keys: Keys = KEYS) -> str:
    return make_code(keys, agent, arrival, RECEIVED - timedelta(hours=hours))


def seal(
    raw: bytes, domain: str = "us.example", tags: Mapping[str, str | None] | None = None, **more: Sequence[str]
) -> bytes:
    """The mail signed by this domain with the key that lies in DNS for it."""
    return sign(raw, tags={"d": domain, **(tags or {})}, pair=domain_key(domain), **more)


def outside(raw: bytes, report: str | None = None) -> bytes:
    """A mail as our border server hands it on; by default a stranger's server sent it."""
    said = report or "dmarc=none; spf=pass smtp.mailfrom=mallory@evil.example"
    return put_before(
        raw, ("Authentication-Results", f"{MX}; {said}"), ("Received", f"from a (b [192.0.2.1]) by {MX}; Mon")
    )


def add(raw: bytes, *fields: Field) -> bytes:
    """The mail with more fields at the end of its header."""
    head, _, text = raw.partition(b"\r\n\r\n")
    return head + b"\r\n" + put_before(b"", *fields) + b"\r\n" + text


def answer(
    sender: str = f"Alice <{ALICE}>",
    *,
    parents: Sequence[str] = (),
    more: Sequence[Field] = (),
    text: str = "#close spam",
) -> bytes:
    """What a forger makes of all that they may hold: a forwarded notice with its token, known ids, the tag."""
    named = parents or (KNOWN, token())
    threads = [("In-Reply-To", named[-1]), ("References", " ".join(named))]
    return letter(sender, subject="Re: [#42] Cannot log in #close spam", more=[*threads, *more], text=text)


@dataclass(frozen=True, slots=True)
class Way:
    """One forgery, and what is on record when it arrives."""

    raw: bytes
    settings: BorderSettings = BORDER
    proven: Mapping[str, str] = field(default_factory=dict)  # fingerprints by Message-ID
    copies: tuple[Copy, ...] = ()
    dns: Mapping[str, str | None] = field(default_factory=lambda: DNS)


def after(first: bytes, again: bytes) -> Way:
    """A mail that arrives when another has proven its author."""
    known = parse(first)
    assert known.message_id is not None
    copies = (Copy(1, SUPPORT, Outcome.TICKETED, 99),) if parse(again).fingerprint == known.fingerprint else ()
    return Way(again, proven={known.message_id: known.fingerprint}, copies=copies)


def prove_way(way: Way) -> tuple[Mail, Proof]:
    """The mail, and how far its sender is proven by all that we look at, in the order in which the daemon does."""
    mail = parse(way.raw)
    claims = find_signatures(mail, RECEIVED, DIRECTORY.is_own)
    keys = {name: KeyAnswer(record) for name, record in way.dns.items()}
    mail = without_list(mail, DIRECTORY.own_lists)
    proof = prove(mail, way.settings, check_signatures(way.raw, claims, keys))
    spent = way.proven.get(mail.message_id or "", mail.fingerprint) != mail.fingerprint
    return mail, Proof(Level.UNPROVEN, "played again") if proof.by_signature and spent else proof


def effects(way: Way) -> list[str]:
    """All that the mail would bring about: what it runs, where it joins, what it opens in another's name."""
    mail, proof = prove_way(way)
    if mail.rewritten and proof.holds:
        proof = Proof(Level.UNPROVEN, "rewritten by a list")
    return [
        *_rights(mail, proof, way),
        *(told for closed in (False, True) if (told := _place(mail, proof, way, closed=closed))),
    ]


def _rights(mail: Mail, proof: Proof, way: Way) -> list[str]:
    sender = mail.sender.address if mail.sender else ""
    role, agent = DIRECTORY.role_of(sender), DIRECTORY.agent_of(sender)
    if way.copies:
        return []
    addresses = agent.addresses if agent else (sender,)
    brought = read_code(mail.reply)
    attempt = Attempt(
        role,
        Deed.NOTE,
        proof,
        code=brought is not None and find_confirmed(brought, KEYS, addresses, WAITING, RECEIVED) is not None,
        automatic=mail.automatic is not None,
        names_ticket=True,
    )
    said = {
        deed: judge(
            replace(attempt, deed=deed, token=answers_own_mail(mail, purpose, TICKET, addresses, KEYS, now=RECEIVED))
        )
        for deed, purpose in _PURPOSES.items()
    }
    return [f"{deed}: {verdict}" for deed, verdict in said.items() if isinstance(verdict, Allowed | NoteAndAsk)]


def is_answer(mail: Mail, addresses: Sequence[str], purpose: str) -> bool:
    return answers_own_mail(mail, purpose, TICKET, addresses, KEYS, now=RECEIVED)


def _place(mail: Mail, proof: Proof, way: Way, *, closed: bool) -> str:
    begun = RECEIVED - timedelta(days=9)
    status = Status.CLOSED if closed else Status.OPEN
    ended = RECEIVED - timedelta(days=1) if closed else None
    ticket = Ticket(
        TICKET, status, "Cannot log in", SUPPORT, begun, begun, requester=1, account="Globex", closed_at=ended
    )
    found = Candidate(ticket, People(frozenset({ANN})))
    named = ask(mail)
    numbers = {token.ticket for token in named.tokens} | {named.tag}
    known = Candidates(
        {TICKET: found} if TICKET in numbers else {}, {KNOWN: found} if KNOWN in named.ids else {}, (), way.copies
    )
    went = route(mail, proof, Inbound(7, SUPPORT, RECEIVED, waiting=WAITING), known, DIRECTORY, KEYS, now=RECEIVED)
    if isinstance(went, Act | Confirm):
        return f"works: {went}"
    if isinstance(went, Join):
        return f"joins {went.number} as {went.kind} by {went.by}"
    if not isinstance(went, Open) or DIRECTORY.role_of(mail.sender.address if mail.sender else "") is Role.SOURCE:
        return ""
    in_anothers_name = went.requester not in {None, mail.sender} or went.author != mail.sender
    gains = bool(went.participants or went.pulls)
    return f"opens {went}" if in_anothers_name or gains or went.kind in {"note", "public"} else ""
