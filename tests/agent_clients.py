"""A notice with a canary in every field, and the ways in which mail programs quote it in an agent's answer."""

import textwrap
from base64 import encodebytes
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html import escape

from mail.agent_reply import Reply, take
from mail.compose import Parts, compose
from mail.leaks import Held, Leak, find_leaks, without_notice
from mail.mailto import mailto
from mail.marker import MARKER
from mail.model import Address
from mail.outgoing_body import enclose
from mail.parse import parse
from mail.reply_parts import Letter, sender_of, write
from mail.tokens import Key, Keys, make
from templates.notice_contexts import Link, NoticeContext
from templates.render import Templates

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
KEYS = Keys(Key(1, b"k" * 32, date(2026, 1, 1)))
SUPPORT = Address("Example Support", "support@example.com")
TOKEN = make(KEYS, purpose="n", ticket=4711, recipient="alice@example.com", nonce="n", now=NOW).message_id(
    "example.com"
)
OURS = make(KEYS, purpose="r", ticket=4711, recipient="anna@customer.example", nonce="r", now=NOW)
SAID = """Hello,

since Monday I cannot log in & the page only says <error code='7'>.
I tried it with two browsers, on my laptop and on the phone, and it was the same with both of them: nothing happens.

    curl -v https://app.customer.example/login?next=%2Fhome

1. Is it down?
2. When is it back?

Best regards
Anna Müller"""
NOTE = (
    "He never pays canarynote1.\nDo not tell him that we know since canarynote2 that the fault is ours and will stay."
)
OTHER = "We at Initech use the secret build canaryother1.\nPlease keep it to yourselves."


def _link(command: str) -> Link:
    return Link(command, mailto(SUPPORT.address, subject=f"Re: [#4711] Log in {command}", in_reply_to=TOKEN))


CONTEXT = NoticeContext(
    marker=MARKER,
    helpdesk="Example",
    mailbox=SUPPORT.address,
    number=4711,
    subject="Log in",
    occasion="answered",
    who="Anna Müller <anna@customer.example>",
    proof="unproven",
    source="canarysource1 form",
    ask_first=True,
    text=SAID,
    rest="message-canaryrest1.txt",
    detail="The server of canarydetail1 said no, and so on.",
    requester="Anna Müller <anna@customer.example>",
    status="on-hold",
    owner="Bob canaryowner1",
    mine=False,
    reference="https://tracker.example.com/canaryreference1",
    account="Customer canaryaccount1 Ltd",
    facts=("plan: Gold", "CE: carol-canaryfact1@example.com", "canaryfact2: 7.2", "a canaryfact3"),
    linked=4700,
    earlier=("#4700 Cannot print canaryearlier1 (closed, 2026-03-01)", "#4699 canaryearlier2"),
    files=("screen-canaryfile1.png (120 kB)",),
    left_out=("film-canaryfile2.mp4 (18.2 MB)",),
    others=(_link("#cc +bob-canarycc1@customer.example"),),
    commands=(_link("#take"), _link("#close confirmed")),
)
SECRETS = ("canary", "helpdeskd:", "4711-205", TOKEN[1:30])


@dataclass(frozen=True, slots=True)
class Quoted:
    """A notice as a mail program takes it up: its bytes, its words, its page."""

    raw: bytes
    text: str
    html: str

    @property
    def inner(self) -> str:
        """What stands in the body of the page."""
        return self.html.partition("<body")[2].partition(">")[2].partition("</body>")[0]


def notice_of(context: NoticeContext = CONTEXT, language: str = "en") -> Quoted:
    """A notice as it is sent, rendered from the real template."""
    page = Templates(None).render(context, language=language, mailbox=SUPPORT.address)
    parts = Parts(
        sender=SUPPORT,
        to=Address("Alice Agent", "alice@example.com"),
        subject=page.subject,
        text=page.text,
        html=page.html,
        message_id=TOKEN,
        date=NOW,
        automatic=True,
        submitted="auto-generated",
        headers=(("List-Id", "<canarylist.example.com>"), ("X-Helpdeskd-Account", "canaryheader1")),
        enclosures=(enclose("screen.png", "image/png", b"\x89PNG canarypicture"),),
    )
    raw = compose(parts)
    return Quoted(raw, parse(raw).text, page.html)


def noted(text: str) -> Quoted:
    """The notice of an internal note."""
    return notice_of(replace(CONTEXT, occasion="noted", text=text, proof="", source="", ask_first=False))


HELD = Held(
    public=(SAID,),
    private=(NOTE, OTHER),
    shown=("Log in", "Anna Müller", "anna@customer.example", "Alice Agent", "Example Support", "support@example.com"),
)


def held(notice: Quoted) -> Held:
    """What an answer to this notice is held against."""
    return replace(HELD, notices=(notice.raw,))


# ---------------------------------------------------------------- mail programs
HEAD = (
    "From: Alice Agent <alice@example.com>\r\nTo: Example Support <support@example.com>\r\n"
    "Subject: Re: [#4711] Log in\r\nMessage-ID: <a@example.com>\r\nDate: Mon, 2 Mar 2026 10:05:00 +0000\r\n"
    f"In-Reply-To: {TOKEN}\r\nReferences: {TOKEN}\r\nMIME-Version: 1.0\r\n"
)
ON = "On Mon, Mar 2, 2026 at 10:00 AM Example Support <support@example.com> wrote:"
FIELDS = (
    "From: Example Support <support@example.com>\nSent: Monday, March 2, 2026 10:00 AM\n"
    "To: Alice Agent <alice@example.com>\nSubject: [#4711] Log in\n"
)
OWN = "Hello Anna,\n\nplease install version 7.3.1, it ends the fault.\n\nIt is ready."
Client = Callable[[str, Quoted], bytes]


def plain(text: str, parameters: str = "") -> bytes:
    """A mail of text alone, in base64."""
    fields = f"Content-Type: text/plain; charset=utf-8{parameters}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return (HEAD + fields).encode() + encodebytes(text.encode())


def both(text: str, html: str) -> bytes:
    """A mail of text and HTML."""
    leaf = "--b\r\nContent-Type: text/{0}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    parts = [
        (leaf.format(kind).encode() + encodebytes(said.encode())) for kind, said in (("plain", text), ("html", html))
    ]
    return (
        (HEAD + 'Content-Type: multipart/alternative; boundary="b"\r\n\r\n').encode() + b"".join(parts) + b"--b--\r\n"
    )


def html_only(html: str) -> bytes:
    """A mail of HTML alone."""
    fields = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return (HEAD + fields).encode() + encodebytes(html.encode())


def quote(text: str, mark: str = "> ", width: int = 0) -> str:
    """Lines behind marks, wrapped where a width is given."""
    lines = [piece for line in text.split("\n") for piece in (textwrap.wrap(line, width) if width else ()) or (line,)]
    return "\n".join(f"{mark}{line}".rstrip() for line in lines)


def paragraphs(text: str) -> str:
    """Own words as programs write them in HTML."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def gmail(own: str, of: Quoted) -> bytes:
    html = (
        f'<div dir="ltr">{paragraphs(own)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(ON)}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">{of.inner}</blockquote></div>'
    )
    return both(f"{own}\n\n{ON}\n\n{quote(of.text, width=74)}", html)


def outlook(own: str, of: Quoted) -> bytes:
    header = "".join(f"<b>{line.replace(': ', ':</b> ', 1)}<br>" for line in FIELDS.splitlines())
    html = (
        f'<html><body lang="EN-US"><div class="WordSection1">{paragraphs(own)}<p class="MsoNormal">&nbsp;</p>'
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
        f'<p class="MsoNormal">{header}</p></div></div>{of.inner}</div></body></html>'
    )
    return both(f"{own}\n\n{FIELDS}\n{of.text}", html)


def outlook_web(own: str, of: Quoted) -> bytes:
    html = (
        f'<html><body>{paragraphs(own)}<div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr">{escape(FIELDS).replace(chr(10), "<br>")}</div>{of.inner}</body></html>'
    )
    return both(f"{own}\n________________________________\n{FIELDS}\n{of.text}", html)


def outlook_text(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n-----Original Message-----\n{FIELDS}\n{of.text}")


def apple(own: str, of: Quoted) -> bytes:
    html = (
        f'<html><body>{paragraphs(own)}<br><blockquote type="cite"><div>{escape(ON)}</div><br>{of.inner}</blockquote>'
    )
    return both(f"{own}\n\n> {ON}\n> \n{quote(of.text)}", html)


def thunderbird(own: str, of: Quoted) -> bytes:
    html = (
        f'<html><body>{paragraphs(own)}<div class="moz-cite-prefix">{escape(ON)}<br></div>'
        f'<blockquote type="cite" cite="mid:{TOKEN[1:-1]}">{of.inner}</blockquote></body></html>'
    )
    return html_only(html)


def thunderbird_text(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{ON}\n{quote(of.text)}", "; format=flowed")


def mutt(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\nOn Mon, Mar 02, 2026 at 10:00:00AM +0000, Example Support wrote:\n{quote(of.text)}")


def mutt_below(own: str, of: Quoted) -> bytes:
    return plain(f"On Mon, Mar 02, 2026 at 10:00:00AM +0000, Example Support wrote:\n{quote(of.text)}\n\n{own}\n")


def phone(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\nSent from my iPhone\n\n> {ON}\n> \n{quote(of.text, '> ', 60)}")


def k9(own: str, of: Quoted) -> bytes:
    line = "Am 2. März 2026 11:00:00 MEZ schrieb Example Support <support@example.com>:"
    return both(
        f"{own}\n\n\n{line}\n{quote(of.text, '>')}",
        f'{paragraphs(own)}<br><br><div class="gmail_quote">{escape(line)}<blockquote class="gmail_quote" '
        f'style="margin: 0pt; border-left: 1px solid">{of.inner}</blockquote></div>',
    )


KNOWN: tuple[Client, ...] = (
    *(gmail, outlook, outlook_web, outlook_text, apple, thunderbird, thunderbird_text, mutt, mutt_below, phone, k9),
)


def unmarked(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{of.text}")


def unmarked_html(own: str, of: Quoted) -> bytes:
    return html_only(f"<html><body>{paragraphs(own)}<hr>{of.inner}</body></html>")


def initials(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{quote(of.text, 'ES> ', 60)}\n\nAnd more.")


def bars(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{quote(of.text, '| ')}")


def joined(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{' '.join(of.text.split())}")


def narrow(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n" + "\n".join(textwrap.wrap(of.text, 40)))


def dressed(own: str, of: Quoted) -> bytes:
    text = (
        of.text.replace(" ", "\N{NO-BREAK SPACE}").replace("'", "\u2019").replace("e", "e\u200b").replace("-", "\u2013")
    )
    return plain(f"{own}\n\n{text}")


def escaped(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{escape(of.text)}")


def shouted(own: str, of: Quoted) -> bytes:
    return plain(f"{own}\n\n{of.text.upper()}")


UNKNOWN: tuple[Client, ...] = (unmarked, unmarked_html, initials, bars, joined, narrow, dressed, escaped, shouted)


# ---------------------------------------------------------------- what becomes of it
@dataclass(frozen=True, slots=True)
class Went:
    """What came of an agent's mail: what a customer can read of it, or why nothing left."""

    seen: str
    leaks: tuple[Leak, ...]
    reply: Reply


def answer(raw: bytes, against: Held) -> Went:
    """The way of an agent's mail from its bytes to those that leave."""
    mail = parse(raw)
    notice = parse(against.notices[0])
    reply = take(mail, raw, without_notice(mail.reply, against), notice)
    leaks = find_leaks(reply, against)
    return Went("" if leaks else seen_by_customer(reply), leaks, reply)


def seen_by_customer(reply: Reply) -> str:
    """All that a customer can find in the mail: header, text, HTML, files as bytes."""
    to = Address("Anna Müller", "anna@customer.example")
    raw = compose(
        write(
            reply,
            Letter(
                sender=sender_of("Alice Agent", SUPPORT),
                to=to,
                subject="Re: Log in [#4711]",
                text=reply.text,
                html=reply.html,
                message_id=OURS.message_id("example.com"),
                date=NOW,
                language="en",
                ticket=4711,
            ),
        )
    )
    mail = parse(raw)
    files = "".join(file.data.decode("latin-1") for file in reply.files)
    return f"{mail.text}\n{mail.html}\n{files}"
