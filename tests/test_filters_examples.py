"""Every symbol with mails in which it is found, and ordinary ones beside them in which it is not."""

import base64
from dataclasses import replace

import pytest

from daemon.sifting.labelled import read_index, read_mails
from filters import Evidence, Facts, Opinion, registry
from filters.groups import GROUPS
from filters.verdict import Thresholds
from mail.model import Level, Proof
from mail.parse import parse
from tests.filters_world import NOW, PROVEN, TEXT, UNPROVEN, facts, seen, symbols_of, verdict_on, with_file, written
from tests.servers.lanes import corpus

FAILED = Proof(Level.FAILED, "DMARC failed for customer.example", reported=frozenset({"dmarc=fail"}))
UNSEEN = "\u200b"
MANY_WORDS = " ".join(["weather", "garden", "cousin", "recipe", "holiday"] * 12)
LINK = '<p>Please see <a href="{}">{}</a> for the seats that you asked about.</p>'
SOFTWARE_PAGE = written(html=LINK.format("https://docs.customer.example/a", "docs.customer.example/a"))


def reported(*said: str) -> Proof:
    return replace(UNPROVEN, reported=frozenset(said))


def html(markup: str) -> Evidence:
    return seen(written(html=f"<html><body>{markup}</body></html>"))


def opinion(score: float) -> Opinion:
    return Opinion(score, 10.0, (("BAYES_SPAM", 4.0), ("R_SPF_FAIL", 1.0)))


FOUND: list[tuple[str, Evidence]] = [
    ("LEARNED", seen(written(), learned=2.0)),
    ("SENDER_PROVEN", seen(written(), proof=PROVEN)),
    ("DMARC_FAILED", seen(written(), proof=FAILED)),
    ("SPF_FAILED", seen(written(), proof=reported("spf=fail", "dmarc=none"))),
    ("SPF_DOUBTED", seen(written(), proof=reported("spf=softfail"))),
    ("DKIM_FAILED", seen(written(), proof=reported("dkim=fail"))),
    ("FORGED_OWN_DOMAIN", seen(written(From="The Boss <boss@acme.test>"))),
    ("FORGED_OWN_DOMAIN", seen(written(From="The Boss <boss@mail.acme.test>"))),
    ("NAME_IS_OTHER_ADDRESS", seen(written(From='"ann@customer.example" <x7@elsewhere.example>'))),
    ("NAME_IS_OURS", seen(written(From='"support@acme.test" <x7@elsewhere.example>'))),
    ("NAME_IS_OURS", seen(written(From="Acme Support <x7@elsewhere.example>"))),
    ("REPLY_TO_ELSEWHERE", seen(written(reply_to="x7@elsewhere.example"))),
    ("REPLY_TO_FREE_MAIL", seen(written(reply_to="x7@gmail.com"))),
    ("ANSWERS_US", seen(written(), facts=facts(answers_token=True))),
    ("OUR_OWN", seen(written(From="Bo <bo@acme.test>"), proof=PROVEN, facts=facts(is_ours=True))),
    ("CUSTOMER", seen(written(), proof=PROVEN, facts=facts(account="Customer"))),
    ("KNOWN_CORRESPONDENT", seen(written(), proof=PROVEN, facts=facts(tickets=2))),
    ("SEEMS_KNOWN", seen(written(), facts=facts(account="Customer"))),
    ("NO_DATE", seen(written(date=None))),
    ("NO_DATE", seen(written(date="yesterday"))),
    ("NO_MESSAGE_ID", seen(written(message_id=None))),
    ("NO_RECIPIENT", seen(written(to=None))),
    ("NO_RECIPIENT", seen(written(to="undisclosed-recipients:;"))),
    ("NO_SENDER", seen(written(From=None))),
    ("MANY_FROM", seen(b"From: bo@elsewhere.example\n" + written())),
    ("BROKEN_HEADER", seen(written(x_mark="a\rFrom: bo@elsewhere.example"))),
    ("DATE_IN_FUTURE", seen(written(date="Mon, 9 Mar 2026 09:58:00 +0000"))),
    ("DATE_LONG_AGO", seen(written(date="Mon, 2 Feb 2026 09:58:00 +0000"))),
    ("SUBJECT_IN_CAPITALS", seen(written(subject="EVERYTHING MUST GO"))),
    ("SUBJECT_EXCLAIMS", seen(written(subject="Act now!!"))),
    ("SUBJECT_EXCLAIMS", seen(written(subject="EVERYTHING MUST GO!"))),
    ("NOT_TO_US", seen(written(to="friends@elsewhere.example"))),
    ("ZERO_WIDTH", seen(written(" ".join(UNSEEN.join(word) for word in ("cheap", "pills", "casino"))))),
    ("ZERO_WIDTH", seen(written("c\u00adh\u00ade\u00ada\u00adp p\u00adi\u00adl\u00adl\u00ads n\u00ado\u00adw"))),
    ("MIXED_SCRIPTS", seen(written("Your p\u0430yment at the b\u0430nk was st\u043epped."))),
    ("MIXED_SCRIPTS", seen(written(subject="Your P\u0430yPal account"))),
    ("DRESSED_LETTERS", seen(written(subject="\U0001d5d9\U0001d5e5\U0001d5d8\U0001d5d8 pills"))),
    ("IMAGE_ONLY", html('<a href="https://shop.example/"><img src="https://shop.example/offer.png"></a>')),
    ("HIDDEN_TEXT", html(f'<p>Buy now</p><div style="display:none">{MANY_WORDS}</div>')),
    ("HIDDEN_TEXT", html(f'<p>Buy now</p><span style="font-size:0px">{MANY_WORDS}</span>')),
    ("HIDDEN_TEXT", html(f'<p>Buy now</p><font color="#FFFFFF">{MANY_WORDS}</font>')),
    ("HIDDEN_TEXT", html(f'<table bgcolor=navy style="background:#123456"><td style="color:#123456">{MANY_WORDS}')),
    (
        "NEEDLESS_BASE64",
        seen(
            written(
                base64.b64encode(TEXT.encode()).decode(), content_type="text/plain", content_transfer_encoding="base64"
            )
        ),
    ),
    ("HUGE_TEXT", seen(written(MANY_WORDS * 500))),
    ("TEXT_BELOW_GAP", seen(written("Buy now\n" + "\n" * 40 + MANY_WORDS))),
    ("LINK_MISLEADS", html(LINK.format("https://elsewhere.example/x", "https://bank.example/login"))),
    ("LINK_NAMES_US", html(LINK.format("https://elsewhere.example/x", "www.acme.test/login"))),
    ("LINK_TO_NUMBER", html(LINK.format("http://93.184.216.34/x", "our offer"))),
    ("LINK_TO_NUMBER", seen(written("See http://93.184.216.34/x for more"))),
    ("LINK_TO_NUMBER", html(LINK.format("http://1572395042/x", "our offer"))),
    ("LINK_WITH_LOGIN", html(LINK.format("https://bank.example@elsewhere.example/x", "our offer"))),
    ("LINK_LOOKALIKE", html(LINK.format("https://xn--pypal-4ve.com/x", "our offer"))),
    ("LINK_LOOKALIKE", html(LINK.format("https://\u0440\u0430\u0443\u0440\u0430.com/x", "our offer"))),
    ("PROGRAM_ATTACHED", seen(with_file("setup.exe"))),
    ("SCRIPT_ATTACHED", seen(with_file("start.ps1"))),
    ("DOUBLE_ENDING", seen(with_file("invoice.pdf.exe"))),
    ("DOUBLE_ENDING", seen(with_file("invoice.pdf            .scr"))),
    ("LYING_FILE", seen(with_file("photo.png", content="MZ" + "\0" * 70, kind="image/png"))),
    ("LOCKED_ARCHIVE", seen(with_file("invoice.zip", "Here is it. The password: 1234\n"))),
    ("PAGE_ATTACHED", seen(with_file("voice message.html"))),
    ("SECOND_OPINION", seen(written(), opinion=opinion(12.0))),
]

NOT_FOUND: list[tuple[str, Evidence]] = [
    ("LEARNED", seen(written())),
    ("SENDER_PROVEN", seen(written())),
    ("DMARC_FAILED", seen(written())),
    ("SPF_FAILED", seen(written(authentication_results="mx.acme.test; spf=fail"))),
    ("SPF_DOUBTED", seen(written(received_spf="softfail"))),
    ("DKIM_FAILED", seen(written(), proof=reported("dkim=fail", "dkim=pass"))),
    ("FORGED_OWN_DOMAIN", seen(written(From="Bo <bo@acme.test>"), proof=PROVEN)),
    ("FORGED_OWN_DOMAIN", seen(written(From="Bo <bo@acme.test>"), proof=replace(UNPROVEN, passing=True))),
    ("FORGED_OWN_DOMAIN", seen(written(From="Bo <bo@notacme.test>"))),
    ("NAME_IS_OTHER_ADDRESS", seen(written(From='"ann@mail.customer.example" <ann@customer.example>'))),
    ("NAME_IS_OURS", seen(written(From="Acme Bakery <ann@customer.example>"))),
    ("NAME_IS_OURS", seen(written(From="Acme Support <support@acme.test>"))),
    ("REPLY_TO_ELSEWHERE", seen(written(reply_to="help@mail.customer.example"))),
    ("REPLY_TO_ELSEWHERE", seen(written(reply_to="list@elsewhere.example", list_id="<l.elsewhere.example>"))),
    ("REPLY_TO_FREE_MAIL", seen(written(From="ann@gmx.de", reply_to="ann@gmail.com"))),
    ("ANSWERS_US", seen(written())),
    ("OUR_OWN", seen(written(), facts=facts(is_ours=True))),
    ("CUSTOMER", seen(written(), facts=facts(account="Customer"))),
    ("KNOWN_CORRESPONDENT", seen(written(), facts=facts(tickets=9))),
    ("SEEMS_KNOWN", seen(written(), proof=FAILED, facts=facts(account="Customer"))),
    ("NO_DATE", seen(written())),
    ("NO_MESSAGE_ID", seen(written())),
    ("NO_RECIPIENT", seen(written(to=None, cc="support@acme.test"))),
    ("NO_SENDER", seen(written(From="ann@customer.example"))),
    ("MANY_FROM", seen(written(From="ann@customer.example, bo@customer.example"))),
    ("BROKEN_HEADER", seen(written().replace(b"\n", b"\r\n"))),
    ("DATE_IN_FUTURE", seen(written(date="Mon, 2 Mar 2026 23:58:00 +0000"))),
    ("DATE_LONG_AGO", seen(written(date="Thu, 26 Feb 2026 09:58:00 +0000"))),
    ("SUBJECT_IN_CAPITALS", seen(written(subject="HTTP 502 on ACME-PROXY"))),
    ("SUBJECT_IN_CAPITALS", seen(written(subject="\u30c0\u30c3\u30b7\u30e5\u30dc\u30fc\u30c9 API SSO"))),
    ("SUBJECT_EXCLAIMS", seen(written(subject="Thank you!"))),
    ("NOT_TO_US", seen(written(to="bo@elsewhere.example", cc="hi@acmesearch.test"))),
    ("ZERO_WIDTH", seen(written("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 " * 20))),
    ("ZERO_WIDTH", seen(written("Donau\u00addampf\u00adschiff und Rechts\u00adschutz\u00adversicherung " * 5))),
    (
        "MIXED_SCRIPTS",
        seen(
            written(
                "\u0417\u0430\u043f\u0440\u043e\u0441 \u043a SQL-\u0431\u0430\u0437\u0435, "
                "SMS\u043a\u0438 \u0438 PDF\u044b, IT-\u043e\u0442\u0434\u0435\u043b " * 5
            )
        ),
    ),
    ("MIXED_SCRIPTS", seen(written("The resistance is 5 k\u03a9, the error 3 \u03bcm, \u0394T = 2 K."))),
    ("DRESSED_LETTERS", seen(written("The set \U0001d54f and the map \U0001d453"))),
    ("IMAGE_ONLY", html('<img src="cid:screenshot"> see above')),
    ("IMAGE_ONLY", html(f'<p>{MANY_WORDS}</p><img src="https://customer.example/logo.png">')),
    ("HIDDEN_TEXT", html(f'<div style="display:none">Our news in March</div><p>{MANY_WORDS}</p>')),
    ("HIDDEN_TEXT", html(f'<table bgcolor="#003366"><td><font color="white">{MANY_WORDS}</font></td></table>')),
    (
        "HIDDEN_TEXT",
        html(f'<style>.dark {{background: #000}}</style><div class="dark"><p style="color:#fff">{MANY_WORDS}'),
    ),
    ("HIDDEN_TEXT", html(f'<p style="display:none">no<p>{MANY_WORDS}')),
    (
        "NEEDLESS_BASE64",
        seen(written(base64.b64encode("Gr\u00fc\u00dfe".encode()).decode(), content_transfer_encoding="base64")),
    ),
    ("HUGE_TEXT", seen(written("2026-03-02 09:58:00,123 INFO node-7 [shard 3] query took 12 ms\n" * 2000))),
    ("HUGE_TEXT", seen(written((MANY_WORDS[:80] + ". ") * 1500))),
    ("TEXT_BELOW_GAP", seen(written(TEXT + "\n" * 40 + "Sent from my phone"))),
    ("LINK_MISLEADS", seen(SOFTWARE_PAGE)),
    ("LINK_MISLEADS", html(LINK.format("https://git.example/a/readme.txt", "readme.txt"))),
    ("LINK_NAMES_US", html(LINK.format("https://docs.acme.test/x", "www.acme.test/login"))),
    ("LINK_TO_NUMBER", seen(written("Our node is http://10.1.2.3:9200/ and http://127.0.0.1/"))),
    ("LINK_WITH_LOGIN", html(LINK.format("https://social.example/@ann", "our page"))),
    ("LINK_WITH_LOGIN", seen(written("We call http://elastic:changeme@es01.customer.example:9200/_cat"))),
    ("LINK_TO_NUMBER", seen(written("See https://0xcafe.example/ or http://2026/ for more"))),
    ("LINK_LOOKALIKE", html(LINK.format("https://xn--mnchen-3ya.example/x", "our office"))),
    ("PROGRAM_ATTACHED", seen(with_file("setup.log"))),
    ("SCRIPT_ATTACHED", seen(with_file("notes.txt"))),
    ("DOUBLE_ENDING", seen(with_file("backup.tar.gz"))),
    ("DOUBLE_ENDING", seen(with_file("report.v2.pdf"))),
    ("LYING_FILE", seen(with_file("photo.png", content="\x89PNG", kind="image/png"))),
    ("LOCKED_ARCHIVE", seen(with_file("logs.zip", "The logs since I changed my password.\n"))),
    ("LOCKED_ARCHIVE", seen(with_file("logs.txt", "The password: 1234\n"))),
    ("PAGE_ATTACHED", seen(with_file("page.pdf"))),
    ("SECOND_OPINION", seen(written())),
]
KINDS = {kind.name: each for each in registry().values() for kind in each.kinds}


def _name(example: object) -> str | None:
    return example if isinstance(example, str) else ""


@pytest.mark.parametrize(("symbol", "evidence"), FOUND, ids=_name)
def test_it_is_found(symbol: str, evidence: Evidence) -> None:
    assert symbol in symbols_of(evidence)


@pytest.mark.parametrize(("symbol", "evidence"), NOT_FOUND, ids=_name)
def test_it_is_not_found_in_what_only_looks_like_it(symbol: str, evidence: Evidence) -> None:
    assert symbol not in symbols_of(evidence)


@pytest.mark.parametrize("symbol", KINDS)
def test_every_symbol_has_examples_of_both_kinds(symbol: str) -> None:
    assert symbol in {name for name, _ in FOUND}
    assert symbol in {name for name, _ in NOT_FOUND}


@pytest.mark.parametrize("name", registry())
def test_a_filter_stands_in_the_file_of_its_name_and_in_a_group_with_a_cap(name: str) -> None:
    assert registry()[name].look.__module__ == f"filters.{name}"
    assert registry()[name].group in GROUPS


def test_every_group_has_a_filter() -> None:
    assert GROUPS.keys() - {each.group for each in registry().values()} == {"rules"}


def test_every_reason_is_in_words() -> None:
    reasons = [hit.reason for _, it in FOUND for each in registry().values() for hit in each.look(it)]
    assert not [reason for reason in reasons if len(reason.split()) < 3]
    assert not [reason for reason in reasons if len(reason) > 400 or not reason.isprintable()]


@pytest.mark.corpus
def test_no_genuine_mail_is_called_doubtful_by_what_it_looks_like_alone() -> None:
    folder = corpus() / "spam"
    rows = read_index(folder / "index")
    mails = zip(rows, read_mails(folder / "index", rows), strict=True)
    ham = [parse(raw) for number, (row, raw) in enumerate(mails) if number % 8 == 0 and not row.spam]
    looked_at = [replace(seen(written()), mail=mail, received_at=mail.date or NOW, facts=Facts()) for mail in ham]
    scores = [verdict_on(evidence).score for evidence in looked_at]
    assert len(scores) > 400
    assert max(scores) < Thresholds().doubtful
    assert sum(score > 1 for score in scores) < len(scores) / 100
