"""The words by which mail systems say that a mail was not delivered, or not yet, in the languages that they speak.

People use these words, too: they count only in mail whose sender is a mail system.
"""

import re

from mail.phrases import any_of, compile_any

_SUBJECTS = {
    "en": r"""
        un-?deliver(?:able|ed)
        unable to deliver
        user unknown
        return(?:ed)? (?:mail|to sender)
        mail (?:delivery|delivering|system) (?:fail|error|problem|status|delay)
        mail (?:could not be|not delivered|failed?\b|failure|status report|undeliver)
        e?-?mail (?:not delivered|delivery (?:fail|error|problem|status))
        delivery (?:status notif|fail|report|error|notif|problem|delay|has failed|unsuccessful|incomplete)
        delivery.{0,30}fail
        failure (?:notice|delivery|to deliver)
        failed (?:delivery|mail)
        non[- ]?deliver
        could not (?:deliver|send)
        message (?:status|undeliver|not deliver|refused|delivery|could not)
        delayed mail
        (?:sorry, )?your (?:e-?mail |mail )?message (?:could|was not|to )
        message you sent (?:was )?blocked
        postmaster notify
        notice: mail delivery
        problem delivering
        there was an error sending
        warning(?:: |--)(?:message|could not|e-?mail)
        notification: (?:undeliver|delivery)
        permanent (?:delivery )?fail
        postfix smtp server: errors from
        (?:dsn|ndn|ndr):
        not delivered:
        unsent:""",
    "de": r"""
        unzustellbar
        nicht zustellbar
        zustellung (?:fehl|nicht|der)
        fehler bei der (?:zustellung|übermittlung)
        nachricht (?:konnte nicht|nicht zugestellt)
        mailzustellung""",
    "fr": r"""
        non[- ](?:remis|distribu|délivr)
        mail non-remis
        échec (?:de|d')
        message non
        courrier non
        retour de courrier""",
    "es": r"""
        no se pu(?:ede|do) entregar
        (?:mensaje )?no entregado
        devuelto
        error de entrega
        entrega fallida""",
    "it": r"""
        non recapitabile
        impossibile recapitare
        mancat[oa] (?:recapito|consegna)
        messaggio non (?:consegnato|recapit)""",
    "pt": r"""
        não (?:é possível entregar|entregue|foi possível entregar)
        falha na entrega
        mensagem (?:devolvida|não entregue)""",
    "nl": r"""
        onbestelbaar
        niet (?:bezorgd|afgeleverd)
        kan niet worden (?:bezorgd|afgeleverd)""",
    "pl": r"""
        niedostarczaln
        nie (?:można dostarczyć|dostarczono)
        zwrot""",
    "ru": r"""
        не удалось доставить
        недоставлен
        (?:ваше )?сообщение не (?:доставлено|может быть)
        не доставлено""",
    "sv": r"""
        (?:kan|kunde) inte levereras
        kunde inte leverera
        olevererbar
        gick inte att leverera""",
    "da": r"""
        kan ikke leveres
        ikke leveret
        uleverbar""",
    "no": r"""
        ikke levert
        kunne ikke leveres
        leveringsfeil""",
    "fi": r"""
        ei voi(?:tu|da)? toimittaa
        toimittamaton
        toimitus epäonnistui""",
    "ja": r"""
        配信不能
        (?:配信|配送|配達|送信)できません
        (?:配信|送信|メール)エラー
        配信に失敗
        未配信
        不達
        宛先不明""",
    "zh": r"""
        无法投递
        未送达
        投递失败
        (?:系统)?退信
        無法(?:傳遞|傳送|投遞)
        (?:傳送|傳遞)失敗
        未傳遞""",
    "ko": r"""
        배달되지 않
        배달할 수 없
        반송
        (?:전송|배달) ?실패""",
}
_FAILED = {
    "en": r"""
        (?:could|can|did|was|were) ?(?:not|n't) (?:able to )?(?:be )?(?:deliver|sen[dt]|reach)
        (?:couldn't|can't|cannot|wasn't|weren't|didn't) (?:able to )?(?:be )?(?:deliver|sen[dt]|reach)
        (?:unable|failed) to (?:be )?(?:deliver|sen[dt]|reach)
        (?:had trouble|problems it encountered while trying to) deliver
        was blocked by
        undeliver(?:able|ed)
        deliver(?:y|ing) (?:to the following|(?:had |has )?(?:failed|errors?|problems?)|has been (?:stopped|aborted))
        delivery to [^\n.]{1,80} (?:failed|was aborted)
        had (?:permanent |fatal |delivery ){0,3}(?:errors?|problems?)
        returned permanent errors
        unknown (?:user|recipient|address)
        (?:user|host) unknown
        mailbox (?:is )?(?:full|exceeds)
        permanent(?: fatal)? error
        does not exist
        no such user
        not (?:been )?delivered
        failed (?:recipient|address)
        address(?:es)? (?:had|failed)
        returned (?:mail|message|to)
        no valid recipients
        account (?:is|has been) (?:disabled|locked|suspended|over)
        rejected (?:by|recipient)
        invalid (?:user|recipient|final delivery)
        incorrectly constructed
        error occurred while (?:trying|attempting) to deliver
        errors? (?:sending|delivering)
        failure reasons
        not a member of this mailing list
        queue file write error
        may not exist, or you may not have permission""",
    "de": r"""
        (?:konnte|kann|wurde|wird)[^.\n]{0,60} nicht (?:zugestellt|übermittelt|ausgeliefert|gesendet)
        unzustellbar
        nicht zustellbar
        fehler bei der zustellung
        zustellung[^.\n]{0,60}(?:fehlgeschlagen|nicht möglich)""",
    "fr": r"""
        n'(?:a|ont) pas (?:pu être |été )?(?:remis|distribué|délivré|envoyé|livré)
        impossible de (?:remettre|délivrer|distribuer)
        échec de la remise
        n'est pas parvenu""",
    "es": r"""
        no (?:se )?(?:pudo|ha podido|puede|ha sido posible)(?: ser)? (?:entrega|envia)
        no se ha entregado
        no fue entregado""",
    "it": r"""
        non (?:è stato possibile|può essere|ha potuto|è stato) (?:recapita|consegna|invia)
        impossibile (?:recapitare|consegnare)""",
    "pt": r"""
        não (?:pôde|foi|pode)(?: possível)?(?: ser)? (?:entreg|envia)
        falha (?:na|ao) entreg""",
    "nl": r"""
        (?:kon|kan)[^.\n]{0,40} niet (?:worden )?(?:bezorgd|afgeleverd|verzonden)
        onbestelbaar""",
    "pl": r"""
        nie (?:mogła|mógł|można|może|został[ao]?|udało się)[^.\n]{0,40} dostarcz""",
    "ru": r"""
        не (?:может быть|был[оаи]?|удалось) (?:доставл|достави)
        не доставлено""",
    "sv": r"""
        (?:kunde|kan) inte (?:levereras|nå)
        gick inte att leverera""",
    "da": r"""
        kunne? ikke (?:leveres|afleveres)
        blev ikke leveret""",
    "no": r"""
        kunne ikke (?:leveres|leverast)
        ble ikke levert""",
    "fi": r"""
        ei voi(?:tu|da)? toimittaa
        ei ole toimitettu""",
    "ja": r"""
        (?:配信|送信|配送|配達|お届け)(?:が|は|に|を)?(?:でき|失敗|不能|不可)
        届きませんでした
        宛先が見つかりません""",
    "zh": r"""
        (?:无法|未能|無法)(?:投递|送达|发送|傳遞|傳送|投遞|送達)
        (?:投递|发送|傳送|傳遞)失[败敗]
        退回""",
    "ko": r"""
        (?:배달|전송|전달)(?:되지 (?:않|못)|하지 못|할 수 없|에 실패)""",
}
_LATE = {
    "en": r"""
        has not (?:yet )?been delivered
        not yet been delivered
        \bdelayed\b
        will (?:continue|keep) (?:to try|trying|to be)
        still being retried
        do not need to re-?send
        no action is required
        temporar(?:y|ily) (?:fail|non-fatal)
        warning message only
        will be retried
        could not send (?:mail|message) for past
        delivery attempts will continue""",
    "de": "wird weiter versucht\nverzögert",
    "fr": "n'a pas encore été\nretardée?\\b",
    "es": "aún no se ha\nretrasado",
    "it": "ritardat",
    "pt": "ainda não foi\natrasad",
    "nl": "vertraagd",
    "pl": "opóźni",
    "ru": "задерж",
    "sv": "försenad",
    "da": "forsinket",
    "fi": "viivästy",
    "ja": "遅延\nまだ配信",
    "zh": "延[迟遲]",
    "ko": "지연",
}
_FINAL = {
    "en": r"""
        permanent(?:ly)?\b
        (?:given|giving) up
        not going to try again
        user unknown
        could not be delivered for
        will be deleted from queue
        has been stopped
        was aborted""",
    "de": "endgültig",
    "fr": "définitif",
    "es": "definitiv",
}
_PASSING = {
    "time": r"""
        time-?out
        timed out
        deferred
        expired
        could not deliver for the last
        too long
        aborted after
        failing for a long time
        after multiple retries
        \d attempts\b
        not responding
        socket error
        did not accept our requests
        connection refused
        network error
        host not reachable
        try again
        temporar
        not delivered within""",
    "room": r"""
        (?:mailbox|mail ?folder|folder|account|postfach|boîte)[^.\n]{0,40}(?:full|over quota|voll|pleine|exceed)
        over ?quota
        quota exceeded
        exceeded (?:the )?(?:local limit|storage)
        exceeds allowed size
        一杯""",
}

SUBJECT = re.compile(rf"(?i)\s*(?:\[[^\]]{{1,60}}\]\s*)?\W{{0,3}}{any_of(_SUBJECTS)}")
SAYS_FAILED = compile_any(_FAILED)
SAYS_LATE = compile_any(_LATE)
SAYS_FINAL = compile_any(_FINAL)
PASSING = compile_any(
    _PASSING
)  # where no number says more: a cause that may pass, for time ran out or there is no room
