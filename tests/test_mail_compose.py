"""What leaves says exactly what was meant, whatever it was made of."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.compose import MAX_REFERENCES, Parts, Unsendable, compose, fold_references, sendable_address
from mail.model import Address
from mail.outgoing.check import Intent, refuse_other_than

CUSTOMER, OWN = Address("Alice", "alice@customer.example"), "<hd-a1-20000-aaaaaaaa@helpdesk.example>"
PLAIN = Parts(
    sender=Address("Acme Support", "support@acme.example"),
    to=CUSTOMER,
    reply_to=Address("Acme Support", "support@acme.example"),
    subject="Re: [#42] Cannot log in",
    text="Hello\n",
    message_id=OWN,
    date=datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
    in_reply_to="<parent@customer.example>",
    references=("<root@customer.example>", "<parent@customer.example>", OWN),
    automatic=True,
    headers=(("Content-Language", "en"),),
)
MEANT = [
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\n\n",
    "\r\n\t",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x00",
    "\x85",
    "\u2028",
    "\u2029",
]
ENCODED = [
    "=?utf-8?Q?=0D=0A?=",
    "=?utf-8?B?DQo=?=",
    "=?utf-8?q?=0A?=",
    "=?us-ascii?Q?=0D?=",
    "=?utf-7?Q?+AA0ACg-?=",
    "=?x?q?=",
]
TRICKS = [
    "\u202e",
    "\ud800",
    "=\u202e?utf-8?q?=0A?=",
    "=?utf-8?q?=3D=3Fq=3F=0A?=",
    '"',
    "\\",
    "\\\r\n",
    "(",
    "<",
    ",",
    ";",
    "\x7f",
    "\xa0",
]
EVIL = ["Bcc: victim@elsewhere.example", "\r\n\r\nbody", "From: ceo@acme.example"]
PAYLOADS = [
    *(f"hi{broken}{evil}" for broken, evil in product([*BREAKS, *ENCODED, *TRICKS], EVIL)),
    *(f"{broken}{evil}ü" for broken, evil in product([*BREAKS, *ENCODED, *TRICKS], EVIL)),
    *(f"{broken}{broken} {evil}" + "x" * 300 for broken, evil in product([*BREAKS, *ENCODED, *TRICKS], EVIL)),
    *(f"=?utf-8?{how}?hi{broken}{evil}?=" for how, broken, evil in product("qB", BREAKS, EVIL)),
    *(f"hi =?utf-8?Q?a={code:02X}{evil.replace(' ', '_')}?=" for code, evil in product(range(32), EVIL)),
    *("a" * length + "\r\nBcc: x@y.example" for length in (60, 70, 75, 78, 254, 255, 256, 997, 998, 5000)),
]
PLACES = {
    "subject": lambda text: replace(PLAIN, subject=text),
    "sender": lambda text: replace(PLAIN, sender=Address(text, "support@acme.example")),
    "to": lambda text: replace(PLAIN, to=Address(text, "alice@customer.example")),
    "reply_to": lambda text: replace(PLAIN, reply_to=Address(text, "support@acme.example")),
    "in_reply_to": lambda text: replace(PLAIN, in_reply_to=text),
    "an id": lambda text: replace(PLAIN, in_reply_to=f"<{text}@x.example>"),
    "references": lambda text: replace(PLAIN, references=fold_references([text, f"<{text}@x>"], OWN)),
    "references unfolded": lambda text: replace(PLAIN, references=(text, f"<{text}>", OWN)),
    "extra": lambda text: replace(PLAIN, headers=(("Content-Language", text),)),
    "text": lambda text: replace(PLAIN, text=text),
    "html": lambda text: replace(PLAIN, html=text),
}


def read(payload: bytes) -> Message:
    return email.message_from_bytes(payload, policy=compat32)


def assert_sound(payload: bytes, parts: Parts) -> Message:
    """The oracle of this file: read apart from the code under test, by the lenient parser and line by line."""
    block = payload.partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in block.split("\r\n") if line[0] not in " \t"]
    message = read(payload)
    assert names == message.keys()
    assert len(set(names)) == len(names)
    assert set(names) <= set(MEANT)
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[\x00\x80-\xff]|[^\r\n]{999}", payload)
    assert [address for _, address in getaddresses([message["To"]])] == [parts.to.address]
    assert [address for _, address in getaddresses([message["From"]])] == [parts.sender.address]
    assert message["Message-ID"] == parts.message_id
    for name in ("Subject", "From", "To"):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", decoded(message, name))
    return message


def decoded(message: Message, name: str) -> str:
    return str(make_header(decode_header(message[name].replace("\r\n", ""))))


def bodies(message: Message) -> Iterator[tuple[str, str]]:
    for part in message.walk():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield part.get_content_type(), data.decode(part.get_content_charset("ascii")).replace("\r\n", "\n")


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 400


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_injects_a_field_and_none_is_refused(place: str) -> None:
    for payload in PAYLOADS:
        parts = PLACES[place](payload)
        assert_sound(compose(parts), parts)


@pytest.mark.parametrize("place", PLACES)
@given(text=st.text(max_size=400))
def test_any_text_leaves_in_one_piece(place: str, text: str) -> None:
    parts = PLACES[place](text)
    assert_sound(compose(parts), parts)


@given(st.lists(st.sampled_from([*BREAKS, *ENCODED, *TRICKS, "Bcc: ", "ü", "=", "?", " ", "a" * 70]), max_size=30))
def test_no_mixture_of_tricks_injects_anything(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = replace(PLAIN, subject=text, to=replace(CUSTOMER, name=text), text=text, html=text)
    assert_sound(compose(parts), parts)


def test_the_fields_are_those_on_the_list_each_once() -> None:
    assert read(compose(PLAIN)).keys() == MEANT


def test_automatic_mail_says_so_and_a_persons_does_not() -> None:
    marked, written = read(compose(PLAIN)), read(compose(replace(PLAIN, automatic=False)))
    assert (marked["Auto-Submitted"], marked["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert "Auto-Submitted" not in written
    assert "Precedence" not in marked


printable = st.text(
    st.characters(min_codepoint=33, exclude_categories=["C", "Z"], exclude_characters="=?\ufeff"), min_size=1
)


@given(st.lists(printable, min_size=1, max_size=12).map(" ".join).filter(lambda text: len(text) <= 100))
def test_an_honest_subject_and_name_arrive_as_they_were(text: str) -> None:
    message = read(compose(replace(PLAIN, subject=text, to=replace(CUSTOMER, name=text))))
    assert decoded(message, "Subject") == text
    name, address = getaddresses([message["To"].replace("\r\n", "")])[0]
    assert (str(make_header(decode_header(name))), address) == (text, CUSTOMER.address)


@given(printable)
def test_lines_keep_within_78_characters_where_words_allow(word: str) -> None:
    block = compose(replace(PLAIN, subject=f"ü {word} " * 20)).partition(b"\r\n\r\n")[0]
    assert max(map(len, block.split(b"\r\n"))) <= 78


def test_a_long_subject_is_cut_and_none_is_none() -> None:
    assert len(decoded(read(compose(replace(PLAIN, subject="ä" * 9000))), "Subject")) == 255
    assert read(compose(replace(PLAIN, subject=" \r\n ")))["Subject"] == ""


@given(st.text(st.characters(exclude_categories=["C"], include_characters="\n\t"), max_size=3000))
def test_the_text_arrives_as_it_was(text: str) -> None:
    expected = text if text.endswith("\n") else text + "\n"
    message = read(compose(replace(PLAIN, text=text, html=f"<p>{text}")))
    (_, plain), (kind, html) = bodies(message)
    assert (plain.removesuffix("\n"), kind) == (expected.removesuffix("\n"), "text/html")
    assert html.removesuffix("\n") == f"<p>{expected}".removesuffix("\n")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Hello\n.\nFrom me\n", "7bit"),
        ("Grüße aus Köln, schöne Woche", "quoted-printable"),
        ("日本語" * 300, "base64"),
        ("a" * 5000, "quoted-printable"),
    ],
)
def test_the_encoding_leaves_most_readable(text: str, encoding: str) -> None:
    message = read(compose(replace(PLAIN, text=text)))
    assert message["Content-Transfer-Encoding"] == encoding
    assert [body.rstrip("\n") for _, body in bodies(message)] == [text.rstrip("\n")]


def test_the_same_parts_are_the_same_bytes() -> None:
    both = replace(PLAIN, html="<p>Hello</p>")
    assert compose(both) == compose(both)
    assert b"text/plain" in compose(both).partition(b"text/html")[0]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "alice",
        "alice@",
        "@customer.example",
        "jürgen@customer.example",
        '"a b"@customer.example',
        "a b@customer.example",
        "alice@[127.0.0.1]",
        "alice@customer.example\r\nBcc: x@y.example",
        "a,b@customer.example",
        "a@b@customer.example",
        "=?utf-8?q?a?=@customer.example",
        "a<b>@customer.example",
        "a" * 65 + "@customer.example",
        "alice@" + "a" * 64 + ".example",
        "alice@cust omer.example",
        "alice@customer.example>",
        "(x)alice@customer.example",
        "alice\x00@customer.example",
    ],
)
def test_an_address_that_no_mail_can_be_sent_to_is_refused_in_words(address: str) -> None:
    for parts in (replace(PLAIN, to=Address("", address)), replace(PLAIN, reply_to=Address("", address))):
        with pytest.raises(Unsendable, match="the address"):
            compose(parts)


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_address_is_refused_or_leaves_as_one_address(local: str, domain: str) -> None:
    parts = replace(PLAIN, to=Address("x", f"{local}@{domain}"))
    try:
        spelt = sendable_address(parts.to.address)
    except Unsendable:
        return
    assert [address for _, address in getaddresses([read(compose(parts))["To"]])] == [spelt]


@pytest.mark.parametrize(
    ("address", "spelt"),
    [
        ("alice@BÜCHER.example", "alice@xn--bcher-kva.example"),
        ("a..b.@docomo.example", "a..b.@docomo.example"),  # as some carriers give them out
        ("o'neil+tag/x=y@c.example", "o'neil+tag/x=y@c.example"),
    ],
)
def test_unusual_addresses_that_exist_are_sent_to(address: str, spelt: str) -> None:
    message = read(compose(replace(PLAIN, to=Address("", address))))
    assert (sendable_address(address), message["To"]) == (spelt, spelt)


def test_a_field_that_is_not_on_the_list_never_leaves() -> None:
    for headers in ((("Bcc", "x@y.example"),), (("X-A\r\nBcc", "x"),), (("Content-Language", "en"),) * 2):
        with pytest.raises(Unsendable, match="header field"):
            compose(replace(PLAIN, headers=headers))


@pytest.mark.parametrize(
    "own", ["", "hd", "<a@b>\r\nBcc: x@y", "<=?utf-8?q?a?=@b>", "<a b@c>", "<ü@b>", f"<{'a' * 300}@b>"]
)
def test_our_own_id_must_be_one(own: str) -> None:
    with pytest.raises(Unsendable, match="Message-ID"):
        compose(replace(PLAIN, message_id=own))


def test_references_keep_the_root_and_the_newest_with_our_token_last() -> None:
    ids = [f"<{number}@x.example>" for number in range(100)]
    folded = fold_references([*ids, "no id", ids[99], OWN], OWN)
    assert len(folded) == MAX_REFERENCES
    assert (folded[0], folded[-2], folded[-1]) == (ids[0], ids[99], OWN)
    assert fold_references([], OWN) == (OWN,)


@given(st.lists(st.sampled_from([f"<{number}@x>" for number in range(40)]) | st.text(max_size=20), max_size=80))
def test_references_are_bounded_in_order_and_without_doubles(ids: list[str]) -> None:
    folded = fold_references(ids, OWN)
    assert len(set(folded)) == len(folded) <= MAX_REFERENCES
    assert folded[-1] == OWN
    assert list(folded[:-1]) == [each for each in dict.fromkeys(ids) if each in folded[:-1]]


INTENT = Intent(
    names=MEANT,
    sender="support@acme.example",
    recipient=CUSTOMER.address,
    reply_to="support@acme.example",
    message_id=OWN,
)


@pytest.mark.parametrize(
    ("meant", "tampered"),
    [
        (b"Subject: ", b"Bcc: victim@elsewhere.example\r\nSubject: "),
        (b"Subject: ", b"Subject: a\rBcc: victim@elsewhere.example "),
        (b"Subject: ", b"Subject: a\nBcc: victim@elsewhere.example "),
        (b"Subject: ", b"Subject: a\r\n\r\n"),
        (b"Subject: ", b"Subject: \x00"),
        (b"Subject: ", b"Subject: \xc3\xbc"),
        (b"Subject: ", b"Subject: =?utf-8?q?a=0D=0ABcc=3A?= "),
        (b"Subject: ", b"Subject: =?nonsense?q?a?= "),
        (b"Subject: ", b"Subject: " + b"a" * 1000),
        (b"Subject: ", b"Subject: a\r\nno field "),
        (b"Subject: ", b"To: x@y.example\r\nSubject: "),
        (b"Subject: ", b"subject: "),
        (b"alice@customer.example", b"alice@customer.example, x@y.example"),
        (b"alice@customer.example", b"mallory@customer.example"),
        (b"Reply-To: Acme Support <support@", b"Reply-To: Acme Support <mallory@"),
        (b"From: Acme Support <support@", b"From: Acme Support <mallory@"),
        (b"<hd-a1", b"<hd-a2"),
    ],
)
def test_the_second_look_refuses_what_was_not_meant(meant: bytes, tampered: bytes) -> None:
    payload = compose(PLAIN)
    refuse_other_than(INTENT, payload)
    with pytest.raises(Unsendable):
        refuse_other_than(INTENT, payload.replace(meant, tampered, 1))
