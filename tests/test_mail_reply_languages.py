"""What clients write above a quote, in the languages that customers write: each as its client prints it."""

import pytest

from mail.reply import split

LEADS = {
    "en": [
        "On Mon, Mar 2, 2026 at 10:00 AM Bob Roe <bob@example.org> wrote:",
        "On 2 Mar 2026, at 10:00, Bob Roe <bob@example.org> wrote:",
        "On 3/2/26 10:00 AM, Bob Roe wrote:",
        "On 2026-03-02 10:00, Bob Roe wrote:",
        "On Monday, March 2, 2026 at 10:00:00 AM GMT+1, Bob Roe <bob@example.org> wrote:",
        "---- On Mon, 02 Mar 2026 10:00:00 +0100 Bob Roe <bob@example.org> wrote ----",
        "--- On Mon, 3/2/26 10:00, Bob Roe <bob@example.org> wrote:",
        "On Mon, Mar 02, 2026 at 10:00:00AM +0100, Bob Roe wrote:",
        "* Bob Roe <bob@example.org> [2026-03-02 10:00]:",
        "On Mon, Mar 2, 2026 at 10:00 AM Bob Roe via Example Support Desk <\nbob-with-a-long-name@example.org> wrote:",
        "On Mon, Mar 2, 2026, 10:00 Bob Roe <bob@example.org\n> wrote:",
    ],
    "de": [
        "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Bob Roe <bob@example.org>:",
        "Am 02.03.2026 um 10:00 schrieb Bob Roe <bob@example.org>:",
        "Am 02.03.26 um 10:00 schrieb Bob Roe:",
        "Am Montag, 2. März 2026 um 10:00:00 MEZ hat Bob Roe <bob@example.org> Folgendes geschrieben:",
        "Bob Roe <bob@example.org> schrieb am Mo., 2. März 2026, 10:00:",
    ],
    "fr": [
        "Le lun. 2 mars 2026 à 10:00, Bob Roe <bob@example.org> a écrit :",
        "Le 2 mars 2026 à 10:00, Bob Roe <bob@example.org> a écrit :",
        "Le 02/03/2026 à 10:00, Bob Roe a écrit\xa0:",
        "Le lundi 2 mars 2026 à 10:00:00 UTC+1, Bob Roe <bob@example.org> a écrit :",
    ],
    "it": [
        "Il giorno lun 2 mar 2026 alle ore 10:00 Bob Roe <bob@example.org> ha scritto:",
        "Il giorno 2 mar 2026, alle ore 10:00, Bob Roe <bob@example.org> ha scritto:",
        "Il 02/03/2026 10:00, Bob Roe ha scritto:",
        "Il lunedì 2 marzo 2026 alle ore 10:00:00 CET, Bob Roe <bob@example.org> ha scritto:",
        "In data 2 marzo 2026 10:00:31 Bob Roe <bob@example.org> ha scritto:",
    ],
    "es": [
        "El lun, 2 mar 2026 a las 10:00, Bob Roe (<bob@example.org>) escribió:",
        "El 2 mar 2026, a las 10:00, Bob Roe <bob@example.org> escribió:",
        "El 2/3/26 a las 10:00, Bob Roe escribió:",
        "El lunes, 2 de marzo de 2026, 10:00:00 CET, Bob Roe <bob@example.org> escribió:",
    ],
    "pt": [
        "Em seg., 2 de mar. de 2026 às 10:00, Bob Roe <bob@example.org> escreveu:",
        "Bob Roe <bob@example.org> escreveu (segunda, 2/03/2026 à(s) 10:00):",
        "Em 2 de mar. de 2026, à(s) 10:00, Bob Roe <bob@example.org> escreveu:",
        "No dia 02/03/2026, às 10:00, Bob Roe <bob@example.org> escreveu:",
        "Em 02/03/2026 10:00, Bob Roe escreveu:",
    ],
    "nl": [
        "Op ma 2 mrt 2026 om 10:00 schreef Bob Roe <bob@example.org>:",
        "Op 2 mrt. 2026, om 10:00 heeft Bob Roe <bob@example.org> het volgende geschreven:",
        "Op 02-03-2026 om 10:00 schreef Bob Roe:",
    ],
    "pl": [
        "pon., 2 mar 2026 o 10:00 Bob Roe <bob@example.org> napisał(a):",
        "Wiadomość napisana przez Bob Roe <bob@example.org> w dniu 2 mar 2026, o godz. 10:00:",
        "W dniu 02.03.2026 o 10:00, Bob Roe pisze:",
        "Dnia 2 marca 2026 10:00 Bob Roe <bob@example.org> napisał(a):",
    ],
    "ru": [
        "пн, 2 мар. 2026 г. в 10:00, Bob Roe <bob@example.org>:",
        "2 марта 2026 г., в 10:00, Bob Roe <bob@example.org> написал(а):",
        "02.03.2026 10:00, Bob Roe пишет:",
        "Понедельник, 2 марта 2026, 10:00 +03:00 от Bob Roe <bob@example.org>:",
        '02.03.2026, 10:00, "Bob Roe" <bob@example.org>:',
    ],
    "uk": [
        "пн, 2 бер. 2026 р. о 10:00 Bob Roe <bob@example.org> пише:",
        "2 бер. 2026 р. о 10:00 Bob Roe <bob@example.org> написав(-ла):",
    ],
    "sv": [
        "Den mån 2 mars 2026 kl 10:00 skrev Bob Roe <bob@example.org>:",
        "2 mars 2026 kl. 10:00 skrev Bob Roe <bob@example.org>:",
        "Den 2026-03-02 kl. 10:00, skrev Bob Roe:",
    ],
    "da": [
        "Den man. 2. mar. 2026 kl. 10.00 skrev Bob Roe <bob@example.org>:",
        "Den 02.03.2026 kl. 10.00 skrev Bob Roe:",
    ],
    "no": [
        "man. 2. mar. 2026 kl. 10:00 skrev Bob Roe <bob@example.org>:",
        "Den 02.03.2026 10:00, skrev Bob Roe:",
    ],
    "fi": [
        "ma 2. maalisk. 2026 klo 10.00 Bob Roe (bob@example.org) kirjoitti:",
        "Bob Roe <bob@example.org> kirjoitti 2.3.2026 kello 10.00:",
    ],
    "ja": [
        "2026年3月2日(月) 10:00 Bob Roe <bob@example.org>:",
        "2026/03/02 10:00、Bob Roe <bob@example.org>のメール:",
        "2026年3月2日（月） 10:00 ボブ <bob@example.org>：",
    ],
    "zh": [
        "Bob Roe <bob@example.org> 于2026年3月2日周一 10:00写道：",
        "Bob Roe <bob@example.org> 於 2026年3月2日 週一 上午10:00寫道：",
        "2026年3月2日 10:00，Bob Roe <bob@example.org> 写道：",
        "在 2026/3/2 10:00, Bob Roe 写道:",
    ],
    "ko": [
        "2026년 3월 2일 (월) 오전 10:00, Bob Roe <bob@example.org>님이 작성:",
        "2026. 3. 2. 오전 10:00, Bob Roe <bob@example.org> 작성:",
        "2026. 3. 2. 오전 10:00에 Bob Roe 이(가) 쓴 글:",
    ],
    "cs": [
        "po 2. 3. 2026 v 10:00 odesílatel Bob Roe <bob@example.org> napsal:",
        "Dne 02. 03. 26 v 10:00 Bob Roe napsal(a):",
        "2. 3. 2026 v 10:00, Bob Roe <bob@example.org>:",
    ],
    "sk": ["po 2. 3. 2026 o 10:00 Bob Roe <bob@example.org> napísal(a):"],
    "tr": [
        "Bob Roe <bob@example.org>, 2 Mar 2026 Pzt, 10:00 tarihinde şunu yazdı:",
        "Bob Roe <bob@example.org> şunları yazdı (2 Mar 2026 10:00):",
    ],
    "el": ["Στις Δευ 2 Μαρ 2026 στις 10:00 π.μ., ο χρήστης Bob Roe <bob@example.org> έγραψε:"],
    "hu": [
        "Bob Roe <bob@example.org> ezt írta (időpont: 2026. márc. 2., H, 10:00):",
        "2026. 03. 02. 10:00 keltezéssel, Bob Roe írta:",
    ],
    "ro": ["În lun., 2 mar. 2026 la 10:00, Bob Roe <bob@example.org> a scris:"],
    "hr": ["pon, 2. ožu 2026. u 10:00 Bob Roe <bob@example.org> napisao je:"],
    "bg": ["На пн, 2.03.2026 г. в 10:00 Bob Roe <bob@example.org> написа:"],
    "ca": ["Missatge de Bob Roe <bob@example.org> del dia dl., 2 de març 2026 a les 10:00:"],
    "he": [
        "\u202bבתאריך יום ב׳, 2 במרץ 2026 ב-10:00 מאת \u202aBob Roe\u202c\u200f <\u202abob@example.org\u202c\u200f>:\u202c"
    ],
}
BELOW_QUOTES_ALONE = [
    "Bob Roe <bob@example.org> wrote:",
    "Bob Roe wrote:",
    "Quoting Bob Roe <bob@example.org>:",
    "Zitat von Bob Roe <bob@example.org>:",
    "Bob Roe schrieb:",
    "2026/3/2 Bob Roe <bob@example.org>",
    "Bob Roe skrev:",
    "Bob Roe napsal(a):",
]
ORIGINALS = [
    "-----Original Message-----",
    "-------- Original Message --------",
    "----- Original message -----",
    "-----Ursprüngliche Nachricht-----",
    "-------- Originalnachricht --------",
    "-----Message d'origine-----",
    "-------- Message original --------",
    "-----Messaggio originale-----",
    "-----Mensaje original-----",
    "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Wiadomość oryginalna-----",
    "-----Исходное сообщение-----",
    "-----Ursprungligt meddelande-----",
    "-----Oprindelig meddelelse-----",
    "-----Opprinnelig melding-----",
    "-----Alkuperäinen viesti-----",
    "-----元のメッセージ-----",
    "------------------ 原始邮件 ------------------",
    "------------------ Original ------------------",
    "-----원본 메시지-----",
    "-----Původní zpráva-----",
    "-----Özgün İleti-----",
    "-----Вихідне повідомлення-----",
    "-----Eredeti üzenet-----",
    "-------- Original message --------From: Bob Roe <bob@example.org> Date: 3/2/26 10:00 AM (GMT+01:00) To: Ann Subject: Re: x",
    "---- Bob Roe wrote ----",
    "-----Bob Roe/ACME schrieb: -----",
    "-----bob@example.org wrote: -----",
]
HEADERS = {
    "en": "From: {who}\nSent: Monday, March 2, 2026 10:00 AM\nTo: Ann\nCc: Eve\nSubject: Broken",
    "en of Apple": "From: {who}\nSubject: Broken\nDate: 2 March 2026 at 10:00:00 CET\nTo: Ann",
    "de": "Von: {who}\nGesendet: Montag, 2. März 2026 10:00\nAn: Ann\nCc: Eve\nBetreff: Broken",
    "de of Apple": "Von: {who}\nBetreff: Broken\nDatum: 2. März 2026 um 10:00:00 MEZ\nAn: Ann",
    "fr": "De : {who}\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : Ann\nCc : Eve\nObjet : Broken",
    "it": "Da: {who}\nInviato: lunedì 2 marzo 2026 10:00\nA: Ann\nCc: Eve\nOggetto: Broken",
    "es": "De: {who}\nEnviado el: lunes, 2 de marzo de 2026 10:00\nPara: Ann\nCC: Eve\nAsunto: Broken",
    "pt": "De: {who}\nEnviada em: segunda-feira, 2 de março de 2026 10:00\nPara: Ann\nCc: Eve\nAssunto: Broken",
    "nl": "Van: {who}\nVerzonden: maandag 2 maart 2026 10:00\nAan: Ann\nCC: Eve\nOnderwerp: Broken",
    "pl": "Od: {who}\nWysłano: poniedziałek, 2 marca 2026 10:00\nDo: Ann\nDW: Eve\nTemat: Broken",
    "ru": "От: {who}\nОтправлено: понедельник, 2 марта 2026 г. 10:00\nКому: Ann\nКопия: Eve\nТема: Broken",
    "uk": "Від: {who}\nНадіслано: понеділок, 2 березня 2026 р. 10:00\nКому: Ann\nКопія: Eve\nТема: Broken",
    "sv": "Från: {who}\nSkickat: den 2 mars 2026 10:00\nTill: Ann\nKopia: Eve\nÄmne: Broken",
    "da": "Fra: {who}\nSendt: 2. marts 2026 10:00\nTil: Ann\nCc: Eve\nEmne: Broken",
    "no": "Fra: {who}\nSendt: mandag 2. mars 2026 10:00\nTil: Ann\nKopi: Eve\nEmne: Broken",
    "fi": "Lähettäjä: {who}\nLähetetty: maanantai 2. maaliskuuta 2026 10.00\nVastaanottaja: Ann\nAihe: Broken",
    "ja": "差出人: {who}\n送信日時: 2026年3月2日 10:00\n宛先: Ann\n件名: Broken",
    "zh": "发件人: {who}\n发送时间: 2026年3月2日 10:00\n收件人: Ann\n抄送: Eve\n主题: Broken",
    "zh of Taiwan": "寄件者: {who}\n寄件日期: 2026年3月2日 上午 10:00\n收件者: Ann\n主旨: Broken",
    "ko": "보낸 사람: {who}\n보낸 날짜: 2026년 3월 2일 월요일 오전 10:00\n받는 사람: Ann\n제목: Broken",
    "cs": "Od: {who}\nOdesláno: pondělí 2. března 2026 10:00\nKomu: Ann\nPředmět: Broken",
    "tr": "Kimden: {who}\nGönderildi: 2 Mart 2026 Pazartesi 10:00\nKime: Ann\nKonu: Broken",
    "el": "Από: {who}\nΣτάλθηκε: Δευτέρα, 2 Μαρτίου 2026 10:00\nΠρος: Ann\nΘέμα: Broken",
    "hu": "Feladó: {who}\nElküldve: 2026. március 2., hétfő 10:00\nCímzett: Ann\nTárgy: Broken",
}


@pytest.mark.parametrize("lead", [lead for leads in LEADS.values() for lead in leads])
def test_a_lead_line_and_what_it_quotes_are_cut(lead: str) -> None:
    for quote in ("> Does it work?", "Does it work?"):
        found = split(f"It works now.\n\n{lead}\n\n{quote}\n")
        assert (found.reply, found.quote) == ("It works now.", f"{lead}\n\n{quote}")


@pytest.mark.parametrize("lead", BELOW_QUOTES_ALONE)
def test_a_lead_line_that_says_little_is_known_by_the_quote_below_it(lead: str) -> None:
    assert split(f"It works now.\n\n{lead}\n> Does it work?\n").reply == "It works now."
    assert split(f"It works now.\n\n{lead}\n\nDoes it work?").quote == ""


@pytest.mark.parametrize("ruled", ORIGINALS)
def test_a_ruled_line_above_the_original_is_cut_with_it(ruled: str) -> None:
    assert split(f"It works now.\n\n{ruled}\nDoes it work?").reply == "It works now."


@pytest.mark.parametrize("who", ["Bob Roe", "Bob Roe <bob@example.org>", "Bob Roe [mailto:bob@example.org]"])
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_above_what_is_quoted_is_cut_with_it(header: str, who: str) -> None:
    block = header.format(who=who)
    bold = "\n".join(f"*{line.replace(':', ':*', 1)}" for line in block.split("\n"))
    for written in (block, f"________________________________\n{block}", bold, block.replace("\n", "\n\n")):
        found = split(f"It works now.\n\n{written}\n\nDoes it work?")
        assert (found.reply, found.quote) == ("It works now.", f"{written}\n\nDoes it work?")


@pytest.mark.parametrize("header", [HEADERS["en"], HEADERS["de"], HEADERS["fr"], HEADERS["zh"]])
def test_a_header_whose_line_ends_were_lost_is_known(header: str) -> None:
    flat = header.format(who="Bob Roe <bob@example.org>").replace("\n", " ")
    assert split(f"It works now.\n\n{flat}\n\nDoes it?").reply == "It works now."
    found = split(f"---------- Forwarded message ---------\n{flat}\n\nIt broke.", "Fwd: Broken").forwarded
    assert found is not None
    assert (found.subject, found.text) == ("Broken", "It broke.")


@pytest.mark.parametrize(
    "text", ["From: now on it is slow, to: everybody", "-- wrote --\n\nx", "Note: from: a", "--- what he wrote"]
)
def test_words_before_colons_are_no_header(text: str) -> None:
    assert split(f"It works.\n\n{text}").quote == ""
