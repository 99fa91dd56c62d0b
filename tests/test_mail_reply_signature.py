"""Where a letter's own words end: signatures, closings, mobile phones, disclaimers, footers; and what only looks so."""

import pytest

from mail.reply import split

SENT_FROM = [
    "Sent from my iPhone",
    "Sent from my iPad.",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from my phone. Please excuse my brevity.",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows 10",
    "Sent via the Samsung Galaxy S20, an AT&T 5G smartphone",
    "Sent from my Fonotel R7",
    "Sent from Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android<https://aka.ms/AAb9ysg>",
    "*Sent from my iPhone*",
    "Von meinem iPhone gesendet",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Gesendet von Mail für Windows",
    "Diese Nachricht wurde von meinem Android-Mobiltelefon mit GMX Mail gesendet.",
    "Holen Sie sich Outlook für iOS<https://aka.ms/o0ukef>",
    "Outlook für iOS beziehen",
    "Envoyé de mon iPhone",
    "Envoyé à partir d’un Smartphone Samsung Galaxy.",
    "Télécharger Outlook pour iOS",
    "Inviato da iPhone",
    "Ottieni Outlook per Android",
    "Enviado desde mi iPhone",
    "Obtener Outlook para iOS",
    "Enviado do meu iPhone",
    "Obter o Outlook para iOS",
    "Verstuurd vanaf mijn iPhone",
    "Outlook voor iOS downloaden",
    "Wysłane z iPhone'a",
    "Pobierz program Outlook dla systemu iOS",
    "Отправлено с iPhone",
    "Отправлено из мобильной Яндекс Почты",
    "Skickat från min iPhone",
    "Hämta Outlook för iOS",
    "Sendt fra min iPhone",
    "Hent Outlook til iOS",
    "Sendt fra Outlook for iOS",
    "Lähetetty iPhonesta",
    "iPhoneから送信",
    "发自我的iPhone",
    "從我的 iPhone 傳送",
    "나의 iPhone에서 보냄",
    "Odesláno z iPhonu",
    "iPhone'umdan gönderildi",
    "Надіслано з iPhone",
    "Στάλθηκε από το iPhone μου",
]
CLOSINGS = [
    "Regards,\nAnn Doe\nCEO of Acme",
    "Best regards\nAnn",
    "Kind regards, Ann",
    "Cheers 🎉\nAnn",
    "All the best,\n\nAnn Doe | Acme | +1 555 0100\nhttps://acme.example",
    "Mit freundlichen Grüßen\n\nAnn Doe\nAcme GmbH\nTel. 030 5550100",
    "Viele Grüße\nAnn",
    "MfG Ann Doe",
    "Cordialement,\nAnn",
    "Bien à vous\nAnn",
    "Cordiali saluti\nAnn",
    "Saludos cordiales,\nAnn",
    "Atenciosamente,\nAnn",
    "Met vriendelijke groet,\n\nAnn",
    "Pozdrawiam,\nAnn",
    "С уважением,\nАнна",
    "Med vänlig hälsning\nAnn",
    "Mvh Ann",
    "Med venlig hilsen\nAnn",
    "Kh\nAnn",
    "Vennlig hilsen\nAnn",
    "Terveisin\nAnn",
    "敬具\n山田",
    "此致\n敬礼\n王",
    "S pozdravem\nAnn",
    "Saygılarımla,\nAnn",
    "З повагою,\nАнна",
    "Με εκτίμηση\nΆννα",
    "Üdvözlettel:\nAnn",
]
FOOTERS = [
    "-- \nAnn Doe\nACME",
    "--\nAnn",
    "—\nAnn Doe\nCEO at Acme",
    "—————\nAnn Doe\n📧 ann@example.com",
    "_______________________________________________\nusers mailing list\nusers@lists.example.org\nhttps://lists.example.org/users",
    "-Ann Doe",
    "/Ann",
    "This e-mail and any attachments are confidential and may be privileged. If you are not the\nintended recipient please delete it.",
    "Virus-free. www.example.com",
    "Ce message et ses pièces jointes peuvent contenir des informations confidentielles.",
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen.",
]


@pytest.mark.parametrize("end", [*SENT_FROM, *CLOSINGS, *FOOTERS])
def test_the_end_of_a_letter_is_kept_apart(end: str) -> None:
    for below in ("", "\n\nOn 2 Mar 2026, at 10:00, Bob <bob@example.org> wrote:\n\n> Does it?"):
        found = split(f"It works now.\n\n{end}{below}")
        assert (found.reply, found.signature) == ("It works now.", end)
        assert ("Does it?" in found.quote) == bool(below)


def test_all_that_ends_a_letter_is_kept_together() -> None:
    end = "Best regards,\nAnn\n\n-- \nAnn Doe\nAcme\n\nSent from my iPhone\n\nThis e-mail and any files are for the intended recipient."
    assert split(f"It works now.\n\n{end}").signature == end


@pytest.mark.parametrize(
    "text",
    [
        "-- \nAnn",
        "Sent from my iPhone",
        "Best regards\nAnn",
        "Sent from my desk, is much easier than my mobile phone.",
        "The mail was\nsent from my iPhone app to all users.",
        "It fails.\n\nSent from the server, it arrives broken",
        "With regards to the invoice: it is wrong.\n\nBest regards to Bob, who did not answer me yet.",
        "Thanks",
        "It works now.\n\nThanks,\nAnn",
        "Best regards\nAnn\n\nPS: the second printer is broken, too",
        "Regards,\nAnn\n\nAnd could you tell me when it will be done?",
        "Points:\n----\n\n1. It is slow\n2. It is loud\n\n----\n\nThe dashes above are only dashes.",
        "Which ones do I take?\n\n- Ann\n- Bob",
        "I choose\n\n- Option B",
        "Outlook for Android crashes",
        "Best Buy",
        "---\nnot a signature of mine",
        "The notice says that it is for the\nintended recipient only.\n\nWhy do I get it? I have never had an account there and I do not want one.",
    ],
)
def test_what_only_looks_like_an_end_is_the_reply(text: str) -> None:
    assert (split(text).reply, split(text).signature) == (text, "")


def test_a_footer_below_the_quote_is_no_answer_to_it() -> None:
    footer = "_____________\nusers mailing list\nusers@lists.example.org"
    text = f"It works.\n\n-Ann\n\nOn 2 Mar 2026, Bob wrote:\n> Does it?\n\n{footer}"
    found = split(text)
    assert (found.reply, found.signature) == ("It works.", "-Ann")
    assert found.quote.endswith(footer)
    assert split(text.replace("\n\n-Ann", "")).signature == footer
