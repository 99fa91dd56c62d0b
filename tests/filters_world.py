"""Mails as filters see them, made from a few words: an ordinary one, and whatever a test changes in it."""

from dataclasses import replace
from datetime import UTC, datetime

from filters import Evidence, Facts, Opinion, registry
from filters.verdict import Rules, Verdict, judge
from mail.model import Level, Proof
from mail.parse import parse

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OURS = frozenset({"acme.test", "acmesearch.test"})
UNPROVEN = Proof(Level.UNPROVEN, "our border server reports dmarc=none")
PROVEN = Proof(Level.PROVEN, "DMARC passed")
USUAL = {
    "From": "Ann Bell <ann@customer.example>",
    "To": "Support <support@acme.test>",
    "Subject": "Dashboard shows no seats",
    "Date": "Mon, 2 Mar 2026 09:58:00 +0000",
    "Message-ID": "<1.ann@customer.example>",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}
TEXT = "Hello,\n\nsince the upgrade the dashboard shows no seats. What can we do?\n\nRegards\nAnn\n"


def written(text: str = TEXT, html: str | None = None, **fields: str | None) -> bytes:
    """A mail with these fields in place of the usual ones; `reply_to` is Reply-To, None leaves a field out."""
    own = {name.replace("_", "-").lower(): value for name, value in fields.items()}
    header = {name: own.pop(name.lower(), value) for name, value in USUAL.items()}
    header |= {name.title(): value for name, value in own.items()}
    if html is not None:
        header["Content-Type"], text = "text/html; charset=utf-8", html
    lines = [f"{name}: {value}" for name, value in header.items() if value is not None]
    return "\n".join([*lines, "", text]).encode()


def with_file(name: str, text: str = TEXT, content: str = "nothing", kind: str = "application/octet-stream") -> bytes:
    """A mail with a file beside its text."""
    parts = (
        f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: {kind}\n"
        f'Content-Disposition: attachment; filename="{name}"\n\n{content}\n--b--\n'
    )
    return written(parts, content_type="multipart/mixed; boundary=b", content_transfer_encoding=None)


def seen(
    raw: bytes,
    *,
    proof: Proof = UNPROVEN,
    facts: Facts | None = None,
    learned: float | None = None,
    opinion: Opinion | None = None,
) -> Evidence:
    """What filters see of a mail that came in now; unless the facts are given, nothing is known of the sender."""
    facts = facts or Facts(own_domains=OURS)
    return Evidence(parse(raw), proof, "support@acme.test", NOW, len(raw), facts, learned, opinion)


def symbols_of(evidence: Evidence) -> set[str]:
    """The names of all symbols that filters find."""
    return {hit.symbol for each in registry().values() for hit in each.look(evidence)}


def verdict_on(evidence: Evidence, rules: Rules | None = None) -> Verdict:
    """What is decided by these rules, else by those that ship."""
    return judge(evidence, rules or Rules())


def facts(**known: object) -> Facts:
    """Facts with our own domains."""
    return replace(Facts(own_domains=OURS), **known)  # type: ignore[arg-type]  # what a test names is a field of it
