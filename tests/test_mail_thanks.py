"""A short thank-you opens no closed ticket; anything that may want something of us does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.replies.thanks import is_thanks

THANKS = [
    "Thanks!",
    "Thank you",
    "Thank you so much for your quick help!",
    "Hi Bob,\n\nthanks, it works now.\n\nBest regards",
    "Perfect, thank you very much!",
    "Great, thanks,\nAnn",
    "thx",
    "Thanks a lot. Have a nice weekend!",
    "Danke!",
    "Vielen Dank für die schnelle Hilfe, es funktioniert jetzt.",
    "Hallo Frau Roe,\n\nherzlichen Dank, alles ist gelöst!\n\nSchönes Wochenende",
    "Merci beaucoup, ça marche.",
    "Grazie mille per l’aiuto!",
    "Muchas gracias, ya funciona.",
    "Muito obrigada pela resposta rápida!",
    "Hartelijk dank, het werkt weer.",
    "Dziękuję bardzo za szybką pomoc.",
    "Спасибо большое, всё работает!",
    "Дякую!",
    "Tack så mycket för hjälpen!",
    "Mange tak, det virker nu.",
    "Tusen takk, nå fungerer det.",
    "Kiitos paljon nopeasta avusta!",
    "ありがとうございました。解決しました。",
    "谢谢您的帮助！",
    "감사합니다. 해결되었습니다.",
    "Děkuji za pomoc!",
    "Çok teşekkürler",
]
MORE = [
    "",
    "Ok",
    "It works now.",
    "No thanks",
    "Thanks for nothing",
    "Thanks, but it is still broken.",
    "Thanks, it is broken.",
    "Thanks. When will it be done?",
    "Thanks, not solved.",
    "Thanks for the answer. Please also send me the invoice.",
    "Thanks, I will try it.",
    "Thanks, see 4711",
    "Thanks\nBroken again",
    "Thanks, it works. Now the other printer is on fire.",
    "Thanks in advance",
    "thanks thanks " * 30,
    "Thanks, https://example.org",
    "Danke, geht aber nicht.",
    "Danke, leider geht es noch nicht.",
    "Danke, könnten Sie bitte zurückrufen",
    "Merci, mais ça ne marche pas.",
    "Grazie, non funziona.",
    "Gracias, pero no funciona.",
    "Obrigado, não funciona.",
    "Bedankt, het werkt niet.",
    "Dziękuję, nie działa.",
    "Спасибо, не работает.",
    "Tack, men det fungerar inte.",
    "Kiitos, ei toimi.",
    "ありがとうございます。まだ動きません。",
    "谢谢，但是问题没有解决。",
    "감사합니다. 그런데 안 됩니다.",
    "Hello Bob",
    "Hi, it burns, thanks",
]


@pytest.mark.parametrize("reply", THANKS)
def test_a_mere_thank_you_is_known(reply: str) -> None:
    assert is_thanks(reply)


@pytest.mark.parametrize("reply", MORE)
def test_whatever_says_more_is_none(reply: str) -> None:
    assert not is_thanks(reply)


def test_the_name_of_the_sender_may_stand_below() -> None:
    assert is_thanks("Danke\n\nAnn Doe", "Ann Doe")
    assert not is_thanks("Danke\n\nAnn Doe")
    assert is_thanks("谢谢\n王", "王")


@given(st.sampled_from(THANKS), st.sampled_from(["but", "why", "not", "aber", "non", "pero", "nicht", "не", "7", "?"]))
def test_one_word_more_and_it_is_no_thank_you(reply: str, more: str) -> None:
    assert not is_thanks(f"{reply} {more}")


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert is_thanks(text) in {True, False}
