"""A mail that was passed on in the text of another is found with its sender, its date, its subject and its words."""

import pytest

from mail.model import Address, Forwarded
from mail.reply import split

BOB = Address("Bob Roe", "bob@example.org")
GMAIL = "---------- {} ---------\n{}: Bob Roe <bob@example.org>\nDate: Mon, Mar 2, 2026\nSubject: Broken\nTo: <ann@example.com>"
HEADS = {
    "Gmail": GMAIL.format("Forwarded message", "From"),
    "Gmail, older": GMAIL.format("Forwarded message", "From").replace("-- ", "-", 1),
    "Gmail, French": "---------- Message transféré ---------\nDe : Bob Roe <bob@example.org>\nDate: lun. 2 mars 2026\n"
    "Objet : Broken\nÀ : Ann",
    "Apple": "Begin forwarded message:\n\nFrom: Bob Roe <bob@example.org>\nSubject: Broken\nDate: 2 March 2026\nTo: Ann",
    "Apple, German": "Anfang der weitergeleiteten Nachricht:\n\nVon: Bob Roe <bob@example.org>\nBetreff: Broken\n"
    "Datum: 2. März 2026\nAn: Ann",
    "Apple, Japanese": "転送されたメッセージ：\n\n差出人: Bob Roe <bob@example.org>\n件名: Broken\n日付: 2026年3月2日\n宛先: Ann",
    "Thunderbird": "-------- Forwarded Message --------\nSubject: \tBroken\nDate: \tMon, 2 Mar 2026\nFrom: \tBob Roe "
    "<bob@example.org>\nTo: \tann@example.com",
    "Thunderbird, German": "-------- Weitergeleitete Nachricht --------\nBetreff: \tBroken\nDatum: \tMon, 2 Mar 2026\n"
    "Von: \tBob Roe <bob@example.org>\nAn: \tann@example.com",
    "Thunderbird, Spanish": "-------- Mensaje reenviado --------\nAsunto: Broken\nFecha: lunes\nDe: Bob Roe <bob@example.org>"
    "\nPara: Ann",
    "Yahoo": "----- Forwarded Message -----\nFrom: Bob Roe <bob@example.org>\nTo: Ann\nSent: Monday\nSubject: Broken",
    "mutt": "----- Forwarded message from Bob Roe <bob@example.org> -----\n\nDate: Mon, 2 Mar 2026\nFrom: Bob Roe "
    "<bob@example.org>\nTo: ann@example.com\nSubject: Broken",
    "mail.ru": "-------- Пересылаемое сообщение --------\nОт кого: Bob Roe <bob@example.org>\nКому: Ann\nДата: понедельник\n"
    "Тема: Broken",
    "163": "-------- 转发邮件信息 --------\n发件人：Bob Roe <bob@example.org>\n发送日期：2026-03-02\n收件人：Ann\n主题：Broken",
    "emphasis": "---------- Forwarded message ---------\n*From:* Bob Roe <bob@example.org>\n*Date:* Monday\n*Subject:* Broken\n"
    "*To:* Ann",
    "a link to write to": "-----Original Message-----\nFrom: Bob Roe [mailto:bob@example.org]\nSent: Monday\nTo: Ann\n"
    "Subject: Broken",
    "two links": "---------- Forwarded message ---------\nFrom: Bob Roe <bob@example.org<mailto:bob@example.org>>\nDate: x\n"
    "Subject: Broken\nTo: Ann",
    "German Outlook": "-----Ursprüngliche Nachricht-----\nVon: Bob Roe <bob@example.org>\nGesendet: Montag\nAn: Ann\n"
    "Betreff: Broken",
}


@pytest.mark.parametrize("own", ["", "Please look.\n\n", "Hi Ann,\n\n"])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_forwarded_mail_is_found(head: str, own: str) -> None:
    found = split(f"{own}{head}\n\nIt broke.\n\nYesterday.\n", "Fwd: Broken")
    assert found.forwarded is not None
    assert (found.forwarded.sender, found.forwarded.subject) == (BOB, "Broken")
    assert found.forwarded.text == "It broke.\n\nYesterday."
    assert found.forwarded.date
    assert found.reply == own.strip()
    assert "It broke." in found.quote


def test_outlook_passes_on_with_a_header_alone_so_the_subject_tells() -> None:
    text = "See below.\n\nFrom: Bob Roe <bob@example.org>\nSent: Monday\nTo: Ann\nSubject: Broken\n\nIt broke."
    passed_on = Forwarded(BOB, "Broken", "Monday", "It broke.")
    for subject in (
        "FW: Broken",
        "WG: Broken",
        "TR: Broken",
        "RV: Broken",
        "Doorst: Broken",
        "[support] Fwd: Broken",
        "转发：x",
    ):
        assert split(text, subject).forwarded == passed_on
    for subject in ("Re: Broken", "AW: Broken", "Broken", "Forwarding is broken", ""):
        assert split(text, subject).forwarded is None
        assert split(text, subject).reply == "See below."


def test_an_answer_above_an_original_message_passes_nothing_on() -> None:
    text = "It works.\n\n-----Original Message-----\nFrom: Bob Roe <bob@example.org>\nSent: Monday\nTo: Ann\n\nDoes it?"
    assert split(text, "RE: Broken").forwarded is None
    assert split(text, "RE: Broken").reply == "It works."


def test_a_mail_passed_on_twice_holds_the_first_in_its_text() -> None:
    inner = GMAIL.format("Forwarded message", "From") + "\n\nIt broke."
    outer = f"---------- Forwarded message ---------\nFrom: Eve <eve@example.net>\nSubject: Fwd: Broken\nTo: Ann\n\nFYI\n\n{inner}"
    found = split(f"Please look.\n\n{outer}", "Fwd: Fwd: Broken").forwarded
    assert found is not None
    assert found.sender == Address("Eve", "eve@example.net")
    within = split(found.text, found.subject)
    assert within.reply == "FYI"
    assert within.forwarded is not None
    assert (within.forwarded.sender, within.forwarded.text) == (BOB, "It broke.")


def test_a_mail_passed_on_with_quote_marks_loses_one_level_of_them() -> None:
    text = "Begin forwarded message:\n\n> From: Bob Roe <bob@example.org>\n> Subject: Broken\n> Date: Monday\n> \n> It broke.\n> > Ah"
    found = split(text, "Fwd: Broken").forwarded
    assert found is not None
    assert (found.sender, found.subject, found.text) == (BOB, "Broken", "It broke.\n> Ah")


@pytest.mark.parametrize(
    "text",
    [
        "I forwarded message 3.\n-- \nFrom: me",
        "---------- Forwarded message ---------\nbut nothing follows",
        "On Mon, Mar 2, 2026 at 10:00 Bob <bob@example.org> wrote:\n> ---------- Forwarded message ---------\n> From: Eve\n> To: x",
        "From: Berlin\nTo: Paris\nDate: 5 May\n\nIs there a train?",
    ],
)
def test_nothing_is_passed_on_where_nobody_says_so(text: str) -> None:
    assert split(text, "Re: x").forwarded is None


def test_a_sender_without_an_address_is_nobody() -> None:
    text = "---------- Forwarded message ---------\nFrom: Bob Roe\nSubject: Broken\nDate: x\n\nIt broke."
    assert split(text).forwarded == Forwarded(None, "Broken", "x", "It broke.")
