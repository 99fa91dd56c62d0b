"""Of a mail over the size limit the header and the text become a small valid mail, and the rest is named."""

import base64
import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailboxes import Batch, Fetched
from mailboxes.imap import ImapSettings, ImapSource
from mailboxes.oversize import HEADER_LIMIT, TEXT_LIMIT, Branch, Leaf, read_structure, rebuild, texts_of
from tests.servers.dovecot import PASSWORD, Dovecot, a_mail
from tests.servers.poor_imap import PoorImap

NOW = datetime.now(UTC).replace(microsecond=0)
LIMIT = 100_000


def big_mail(**changes: Any) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Received"] = "from a by b"
    mail["From"], mail["To"] = "ann@customer.example", "support@example.com"
    mail["Subject"] = "Grüße with a very long subject " + "that is folded over several lines " * 5 + "of it"
    mail["Message-ID"] = "<big@customer.example>"
    mail.set_content("Plain words, grün.\n")
    mail.add_alternative("<p>Rich words</p>", subtype="html")
    mail.add_attachment(b"\0" * 150_000, maintype="application", subtype="pdf", filename="Bericht für März.pdf")
    mail.add_attachment("A log\n" * 10, filename="log.txt")
    for name, value in changes.items():
        mail[name] = value
    return mail.as_bytes()


def texts(message: Message) -> dict[str, str]:
    found = {}
    for part in message.walk():
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found[part.get_content_type()] = payload.decode(part.get_content_charset("utf-8"))
    return found


def header(raw: bytes) -> list[bytes]:
    """The header block without what describes the body."""
    block = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
    fields = block.replace(b"\r\n ", b"\0 ").replace(b"\r\n\t", b"\0\t").splitlines()
    return [line for line in fields if not line.lower().startswith((b"content-", b"mime-version"))]


@pytest.fixture(params=[pytest.param("dovecot", marks=pytest.mark.dovecot), "pymap"])
def fetch(request: pytest.FixtureRequest) -> Callable[..., list[Fetched]]:
    """Delivers mails and fetches them with a small limit."""
    if request.param == "pymap":
        poor: PoorImap = request.getfixturevalue("poor_imap")
        port, user = poor.port, poor.user()

        def deliver(*raws: bytes) -> None:
            poor.deliver(user, *raws)
    else:
        server: Dovecot = request.getfixturevalue("dovecot")
        account = server.account()
        port, user, deliver = server.port, account.user, account.deliver

    def run(*raws: bytes) -> list[Fetched]:
        deliver(*raws)
        settings = ImapSettings(host="127.0.0.1", port=port, tls="none", user=user, size_limit=LIMIT)
        source = ImapSource(settings, lambda: PASSWORD)
        batches: list[Batch] = []
        source.read(None, NOW - timedelta(days=3), batches.append)
        source.close()
        return [mail for batch in batches for mail in batch.mails]

    return run


class TestOnServers:
    def test_texts_stay_as_they_were_and_attachments_are_named(self, fetch: Callable[..., list[Fetched]]) -> None:
        raw = big_mail()
        small_before, mail, small_after = fetch(a_mail("one"), raw, a_mail("two"))
        assert small_before.left_out is None
        assert small_after.left_out is None
        assert len(mail.raw) < 10_000
        parsed = email.message_from_bytes(mail.raw)
        words = {kind: text.strip() for kind, text in texts(parsed).items()}
        assert words == {"text/plain": "Plain words, grün.", "text/html": "<p>Rich words</p>"}
        assert [part.get_content_type() for part in parsed.walk() if part.is_multipart()] == [
            "multipart/mixed",
            "multipart/alternative",
        ]
        assert mail.left_out is not None
        assert "larger than 100 kB" in mail.left_out
        assert "Bericht für März.pdf (application/pdf, 15" in mail.left_out
        assert "log.txt (text/plain" in mail.left_out
        (note,) = [part for part in parsed.walk() if part.get_filename() == "left-out.txt"]
        told = note.get_payload(decode=True)
        assert isinstance(told, bytes)
        assert told.decode().strip() == mail.left_out

    def test_the_header_block_stays_as_it_was_but_for_mime(self, fetch: Callable[..., list[Fetched]]) -> None:
        raw = big_mail(**{"DKIM-Signature": "v=1; a=rsa-sha256", "X-Content": "kept"})
        (mail,) = fetch(raw)
        assert header(mail.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) == header(raw)

    def test_a_text_that_is_too_long_itself_is_cut_at_a_line(self, fetch: Callable[..., list[Fetched]]) -> None:
        line = "These words are long and many. äöü\n"
        mail = EmailMessage(policy=email.policy.SMTP)
        mail["From"] = "ann@customer.example"
        mail.set_content(line * 60_000, cte="base64")
        (found,) = fetch(mail.as_bytes())
        (text,) = texts(email.message_from_bytes(found.raw)).values()
        assert text.replace("\r\n", "\n").startswith(line * 1_000)
        assert len(text) > TEXT_LIMIT // 2
        assert found.left_out is not None
        assert "the rest of a long text" in found.left_out

    def test_a_mail_of_one_big_file_keeps_its_header(self, fetch: Callable[..., list[Fetched]]) -> None:
        head = b"From: ann@customer.example\r\nSubject: scan\r\nContent-Type: image/png; name=scan.png\r\n"
        coded = base64.encodebytes(b"\1" * 120_000).replace(b"\n", b"\r\n")
        (found,) = fetch(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + coded)
        parsed = email.message_from_bytes(found.raw)
        assert (parsed["Subject"], texts(parsed)) == ("scan", {})
        assert found.left_out is not None
        assert "scan.png (image/png, 12" in found.left_out

    def test_what_lies_in_a_forwarded_mail_is_not_taken_for_the_senders_words(
        self, fetch: Callable[..., list[Fetched]]
    ) -> None:
        outer = EmailMessage(policy=email.policy.SMTP)
        outer["From"] = "ann@customer.example"
        outer.set_content("See below.\n")
        outer.add_attachment(email.message_from_bytes(big_mail(), policy=email.policy.SMTP))
        (found,) = fetch(outer.as_bytes())
        assert [text.strip() for text in texts(email.message_from_bytes(found.raw)).values()] == ["See below."]
        assert found.left_out is not None
        assert "message/rfc822" in found.left_out


def leaf(number: str, kind: str = "text/plain", *, attached: bool = False, name: str = "", size: int = 10) -> Leaf:
    return Leaf(number, kind, (("charset", "utf-8"),), "8bit", size, name, attached)


class TestPure:
    def test_names_are_decoded_whichever_way_they_are_written(self) -> None:
        def named(*parameters: bytes) -> str:
            node = read_structure(
                (b"application", b"pdf", None, None, None, b"base64", 10, None, (b"attachment", parameters))
            )
            assert isinstance(node, Leaf)
            return node.name

        assert named(b"filename", b"a.pdf") == "a.pdf"
        assert named(b"FILENAME", b"=?utf-8?q?M=C3=A4rz.pdf?=") == "März.pdf"
        assert named(b"filename*", b"utf-8''M%C3%A4rz.pdf") == "März.pdf"
        assert named(b"filename*0*", b"utf-8''M%C3%A4", b"filename*1*", b"rz.pdf") == "März.pdf"
        assert named(b"filename*", b"no-such''M%C3%A4") == "M%C3%A4"
        assert named(b"filename", b"=?utf-8?b?!!!?=").startswith("=?")
        assert named(b"filename", "a\u202efdp.exe".encode()) == "afdp.exe"
        assert named(b"filename", b"x" * 100_000) == "x" * 120

    def test_hundreds_of_attachments_are_counted_and_many_texts_are_not_all_fetched(self) -> None:
        node = Branch("mixed", tuple(leaf(f"{n}", attached=True, name=f"{n}.txt") for n in range(1, 301)))
        assert rebuild(b"", node, {}, "large")[1].endswith("50.txt (text/plain, 1 kB), and 250 more")
        assert len(texts_of(Branch("mixed", tuple(leaf(f"{n}") for n in range(1, 301))))) == 8

    def test_a_structure_as_deep_as_can_be_is_read_without_falling_over(self) -> None:
        body: Any = (b"text", b"plain", None, None, None, b"7bit", 3)
        for _ in range(900):
            body = ([body], b"mixed", None)
        assert texts_of(read_structure(body)) == ()

    def test_parameters_of_a_sender_write_no_header_lines(self) -> None:
        node = Leaf(
            "1", "text/plain", (("charset", 'x"\r\nBcc: evil@x.example'),), "8bit\r\nX: y", 3, "", attached=False
        )
        raw, _ = rebuild(b"From: a@b.example\r\n\r\n", node, {"1": b"hi"}, "large")
        assert b"Bcc" not in raw
        assert b"X: y" not in raw

    def test_a_bare_cr_ends_no_field(self) -> None:
        head = b"Subject: a\rContent-Type: b\r\nContent-Type: text/plain;\r\n charset=x\r\nTo: c@d.example\r\n\r\nbody"
        raw, _ = rebuild(head, None, {}, "large")
        assert raw.startswith(b"Subject: a\rContent-Type: b\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\n")

    def test_a_header_that_was_cut_ends_with_a_whole_line(self) -> None:
        head = b"To: a@b.example\r\n" + b"X-Long: " + b"x" * HEADER_LIMIT
        raw, _ = rebuild(head[:HEADER_LIMIT], None, {}, "large")
        assert raw.startswith(b"To: a@b.example\r\nMIME-Version")

    @given(st.binary(max_size=300), st.binary(max_size=300), st.sampled_from(["base64", "8bit", "quoted-printable"]))
    def test_whatever_the_bytes_are_the_text_comes_back_and_the_header_is_closed(
        self, head: bytes, text: bytes, encoding: str
    ) -> None:
        node = Branch("mixed", (Leaf("1", "text/plain", (), encoding, len(text), "", attached=False), leaf("2", "a/b")))
        raw, left_out = rebuild(head, node, {"1": text}, "large")
        assert text in raw
        assert left_out in raw.decode("utf-8", "replace")
        fields, _, body = raw.partition(b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed")
        assert b"\r\n\r\n" not in fields
        assert body.rstrip().endswith(b"--")

    atoms = st.none() | st.integers(0, 10**12) | st.binary(max_size=20)
    trees = st.recursive(atoms, lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner), max_leaves=20)

    @given(st.lists(trees, max_size=12).map(tuple))
    def test_no_structure_makes_it_fall_over(self, body: tuple[object, ...]) -> None:
        node = read_structure(body)
        rebuild(b"A: b\r\n\r\n", node, {found.number: b"x" for found in texts_of(node)}, "large")
