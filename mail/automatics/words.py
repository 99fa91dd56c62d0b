"""How programs word their answers, in the languages that people write to us in.

None of these words proves anything by itself: people write them, too. They count beside a field that only programs
write.
"""

import re

from mail.phrases import any_of, compile_any

_AWAY = {
    "en": r"""
        auto(?:mat(?:ic|ed))?[- ]?(?:reply|response|responder|answer)
        out[ -]of[ -](?:the[ -])?office
        ooo\b
        away from (?:the |my )?(?:office|desk|mail)
        on (?:annual |maternity |parental )?(?:vacation|leave|holidays?)\b
        vacation (?:reply|response|message|notice)
        i am (?:away|out of|on (?:vacation|leave|holiday))
        (?:notice of |notification of )?absen(?:t|ce)\b""",
    "de": r"""
        automatische (?:antwort|nachricht|rückantwort|e-?mail)
        automatisch(?:e[rs]?)? (?:antwort|beantwort)
        abwesen(?:d|heit)
        nicht im (?:büro|haus|dienst)
        au(?:ß|ss)er haus
        urlaub
        ich bin (?:derzeit |zurzeit |zur zeit )?(?:nicht|im|ab)""",
    "fr": r"""
        r[ée]ponse automatique
        (?:avis |message |notification |notice )?(?:d')?absen(?:ce|t)
        je suis absent
        en (?:cong[ée]|vacances)
        hors du bureau""",
    "it": r"""
        risposta automatica
        fuori (?:sede|ufficio)
        assen(?:te|za)
        in ferie
        non in ufficio""",
    "nl": r"""
        automatisch(?:e)? (?:antwoord|beantwoord|bericht|reactie)
        afwezig
        niet (?:aanwezig|op kantoor)
        buiten kantoor
        (?:met|op) vakantie""",
    "pl": r"""
        automatyczna odpowied[źz]
        odpowied[źz] automatyczna
        autoodpowied[źz]
        poza biurem
        nieobecn
        urlop""",
    "pt": r"""
        resposta autom[áa]tica
        fora d[oe] escrit[óo]rio
        aus[êe]n(?:te|cia)
        (?:em|de) f[ée]rias""",
    "ru": r"""
        автоматический ответ
        автоответ
        вне офиса
        нет на (?:месте|рабочем месте)
        отсутств
        (?:я )?в отпуске""",
    "sv": r"""
        autosvar
        automatiskt? svar
        frånvar
        inte på kontoret
        semester""",
    "da": r"""
        automatisk svar
        fravær
        ikke (?:til stede|på kontoret)
        (?:på )?ferie\b""",
    "no": "ute av kontoret",
    "fi": r"""
        automaattinen vastaus
        poissa(?:olo| toimistosta|\b)
        (?:vuosi)?lomalla""",
    "ja": r"""
        自動(?:応答|返信)
        不在
        休暇
        外出中""",
    "es": r"""
        respuesta autom[áa]tica
        autorr?espuesta
        fuera de (?:la |mi )?oficina
        de vacaciones""",
    "zh": r"""
        自[动動](?:回|答)[复覆復]
        不在(?:办公室|辦公室)
        外出
        休假""",
    "ko": r"""
        자동 ?(?:회신|응답|답장)
        부재
        휴가""",
}
_COLON = "[:\uff1a]"
AWAY = re.compile(r"(?i)[\s\[(*]{0,5}" + any_of(_AWAY))
AWAY_TITLE = re.compile(AWAY.pattern + r"[^:\uff1a\n]{0,25}" + _COLON)  # programs put it before the subject they answer

# What Outlook and Exchange write where they put no part of RFC 8098 into a receipt.
_RECEIPT_SUBJECTS = {
    "en": "(?:not )?read\n(?:return|read) receipt\nreceipt notification\ndisposition notification",
    "de": "(?:nicht )?gelesen\nlesebestätigung\nungelesen gelöscht",
    "fr": "(?:non )?lu\naccusé de (?:réception|lecture)",
    "it": "(?:non )?letto\nconferma di lettura",
    "nl": "(?:niet )?gelezen\nleesbevestiging",
    "pl": "(?:nie )?(?:przeczytano|odczytano|przeczytane)\npotwierdzenie (?:przeczytania|odczytu)",
    "pt": "(?:não )?lid[ao]\n(?:recibo|confirmação) de leitura",
    "ru": "(?:не )?(?:прочитано|прочтено)\n(?:ваше )?сообщение прочитано",
    "sv": "(?:inte )?läst\noläst\nläskvitto",
    "da": "(?:ikke )?læst\nkvittering for læsning\nlæsekvittering",
    "no": "(?:ikke )?lest\nlese(?:bekreftelse|kvittering)",
    "fi": "(?:ei )?luettu\nluku(?:kuittaus|ilmoitus)",
    "ja": "開封(?:済み|確認)\n[既未]読",
    "es": "(?:no )?leído\n(?:confirmación|acuse) de lectura",
    "zh": "[已未][读讀]\n阅读回执\n讀取回條",
    "ko": "읽음\n읽지 않음\n수신 확인",
}
_RECEIPT_SAYS = {
    "en": r"(?:was|has been) (?:read|displayed|opened|deleted without being read)",
    "de": r"wurde[^.\n]{0,80}(?:gelesen|angezeigt|geöffnet|gelöscht)",
    "fr": r"a été (?:lu|affiché|ouvert|supprimé)",
    "it": r"è stat[oa] (?:lett|visualizzat|apert|eliminat)",
    "nl": r"(?:is|werd)[^.\n]{0,80}(?:gelezen|weergegeven|geopend|verwijderd)",
    "pl": r"został[ao]?[^.\n]{0,80}(?:przeczytan|odczytan|wyświetlon|usunięt)",
    "pt": r"foi (?:lid|exibid|abert|excluíd|eliminad)",
    "ru": r"был[оаи]? (?:прочитан|прочтен|отображен|открыт|удален)",
    "sv": r"(?:lästes|har lästs|har visats|öppnades|togs bort)",
    "da": r"blev (?:læst|vist|åbnet|slettet)",
    "no": r"ble (?:lest|vist|åpnet|slettet)",
    "fi": r"(?:luettiin|on luettu|näytettiin|poistettiin)",
    "ja": r"(?:開封|表示|読ま|削除)(?:され|れ)ました",
    "es": r"(?:fue|ha sido|se) (?:leíd|leyó|mostrad|abiert|eliminad)",
    "zh": r"(?:已于|已於|于|於|已被|已)[^\n]{0,80}(?:阅读|閱讀|读取|讀取|显示|顯示|删除|刪除)",
    "ko": r"(?:읽었|읽혔|읽음|표시되었|삭제되었)",
}
_TO = {"any": "to|an|à|pour|a|para|aan|do|кому|till|til|vastaanottaja|宛先|收件人|받는 ?사람"}
_SUBJECT = {
    "latin": "subject|betreff|objet|oggetto|asunto|assunto|onderwerp|temat|ämne|emne|aihe",
    "other": "тема|件名|主[题題旨]|제목",
}
RECEIPT_SUBJECT = re.compile(rf"(?i)\s*{any_of(_RECEIPT_SUBJECTS)}\s{{0,2}}{_COLON}")
RECEIPT_SAYS = compile_any(_RECEIPT_SAYS)
RECEIPT_FIELDS = re.compile(  # of the mail that was read, each on a line of its own
    rf"(?im)^[ \t]{{0,20}}{any_of(_TO)}[ \t]{{0,5}}{_COLON}[^\n]*\n\s{{0,20}}{any_of(_SUBJECT)}[ \t]{{0,5}}{_COLON}"
)

_CHALLENGE = {
    "en": r"""
        (?:sender|e-?mail|address|message) (?:verification|confirmation|validation) (?:required|request|needed)
        (?:confirm|verify|prove) (?:that )?you are (?:a |an )?(?:human|person|real|not)
        (?:confirm|verify|validate) (?:your (?:e-?mail|address|identity|message)|this message)
        (?:(?:your|the) (?:e-?mail|message)|it) (?:is|was|has been) (?:being )?(?:held|on hold)[^.]{0,80}until
        (?:to|and) (?:have|get) your (?:e-?mail|message) delivered
        release your (?:e-?mail|message)
        not yet (?:on|in) (?:my|his|her|their) (?:list|whitelist|address ?book)""",
    "de": r"bestätigen sie (?:bitte )?ihre (?:e-?mail|nachricht|adresse)",
    "fr": r"confirmez (?:votre|que vous)",
    "es": r"confirme (?:su|que es)",
    "pt": r"confirme (?:seu|que é)",
    "it": r"confermi? (?:il suo|che)",
}
CHALLENGE = compile_any(_CHALLENGE)
