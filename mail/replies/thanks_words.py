"""The words of which a mere thank-you is made, by language; one word that is not among them says something more.

`thanks` are the phrases of which one must be there, `words` all else that may be. No word here denies, asks or limits.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thanks:
    """The words of one language, parted by blanks; phrases by "|"."""

    thanks: str
    words: str
    greetings: str = ""  # behind these a name may stand


LANGUAGES: dict[str, Thanks] = {
    "en": Thanks(
        "thanks|thank you|thx|ty|many thanks|cheers|much appreciated|tysm",
        "so very much a lot million again for your the you to all and that this it is was works working worked "
        "fixed solved resolved sorted done now fine great perfect perfectly awesome excellent wonderful amazing "
        "brilliant super nice good quick fast prompt speedy kind help helping support reply response answer "
        "assistance effort time team guys everyone everything ok okay got received have day one evening weekend "
        "week really appreciate appreciated i we truly best kind regards always as well big huge clear information "
        "info update helpful has been my our tons",
        "hi|hello|dear|hey|good morning|good afternoon|good evening",
    ),
    "de": Thanks(
        "danke|dankeschön|dankeschoen|vielen dank|herzlichen dank|besten dank|merci|tausend dank|dank|danke schön",
        "sehr schön vielmals nochmals nochmal für die das den der ihre ihren euer eure deine schnelle schnellen "
        "rasche prompte gute tolle super perfekt prima klasse hilfe antwort unterstützung rückmeldung hilfreiche "
        "info information bemühungen es funktioniert klappt geht läuft jetzt nun wieder alles ist hat sich "
        "erledigt gelöst behoben bestens wunderbar und ich wir bedanke bedanken mich uns schönen tag noch wünsche "
        "wünschen ihnen euch dir einen schönes wochenende abend habe haben erhalten mein unser grüße grüßen viele "
        "freundlichen mit lg vg mfg auch ok okay gut team im voraus an alle so toll",
        "hallo|guten tag|guten morgen|liebe|lieber|sehr geehrte|sehr geehrter|hi|servus|moin",
    ),
    "fr": Thanks(
        "merci|mille mercis|je vous remercie|nous vous remercions|remerciements|grand merci",
        "beaucoup bien infiniment encore pour votre vos la le les ton ta réponse aide rapidité rapide soutien "
        "retour à vous toi et tous ça cela c'est est fonctionne marche maintenant parfait parfaitement super "
        "génial excellent résolu réglé tout tous bonne journée soirée weekend week end je nous vous avec bien "
        "cordialement mon notre reçu ok très efficacité information l'information l'aide d'avoir equipe équipe "
        "toute",
        "bonjour|bonsoir|cher|chère|salut",
    ),
    "it": Thanks(
        "grazie|grazie mille|vi ringrazio|la ringrazio|ti ringrazio|ringrazio|molte grazie",
        "mille tante infinite molto ancora per la il l'aiuto aiuto risposta supporto vostra vostro tua tuo sua suo "
        "rapida veloce tempestiva celere e a voi lei tutti tutto funziona ora adesso perfetto perfettamente ottimo "
        "risolto fatto è buona giornata serata buon weekend lavoro cordiali saluti ok bene gentilissimi "
        "gentilissima gentile",
        "buongiorno|ciao|salve|gentile|buonasera|caro|cara",
    ),
    "es": Thanks(
        "gracias|muchas gracias|mil gracias|muchísimas gracias|le agradezco|les agradezco|agradecido|agradecida",
        "muchas mil muchísimas por la el su tu vuestra respuesta ayuda rapidez rápida pronta apoyo atención "
        "soporte a usted ustedes ti todo todos ya funciona funcionó ahora perfecto perfectamente excelente genial "
        "solucionado resuelto listo está quedó bien muy y de nuevo otra vez buen día buena tarde que tenga un "
        "saludo saludos cordiales ok equipo",
        "hola|buenos días|buenas tardes|estimado|estimada|buenas",
    ),
    "pt": Thanks(
        "obrigado|obrigada|muito obrigado|muito obrigada|agradeço|grato|grata|valeu|agradecido|agradecida",
        "muito pela pelo a o sua seu vossa resposta ajuda apoio atenção suporte rapidez rápida retorno já funciona "
        "funcionou agora perfeito perfeitamente excelente ótimo resolvido está tudo certo ok bom dia boa tarde "
        "noite fim de semana um abraço abraços cumprimentos e mais uma vez desde equipe equipa foi",
        "olá|oi|bom dia|boa tarde|caro|cara|prezado|prezada",
    ),
    "nl": Thanks(
        "bedankt|dank|dank u|dank je|dankjewel|dankuwel|hartelijk dank|hartelijk bedankt|heel erg bedankt|thanks",
        "u je wel heel erg zeer hartelijk veel nogmaals voor de het uw jullie je snelle goede hulp antwoord "
        "reactie ondersteuning service en werkt nu weer perfect prima super top geweldig opgelost gelukt alles is "
        "in orde goed fijne dag avond weekend nog een ik wij we met vriendelijke groet groeten ok oké probleem "
        "informatie allemaal dit dat",
        "hallo|beste|hoi|goedemorgen|goedemiddag|geachte|dag",
    ),
    "pl": Thanks(
        "dziękuję|dziekuje|dzięki|dziękujemy|dzieki|wielkie dzięki|dziękuje",
        "bardzo serdecznie ślicznie pięknie za pomoc szybką szybka odpowiedź reakcję wsparcie informację i "
        "wszystko działa teraz już super świetnie doskonale idealnie rozwiązane rozwiązany jest ok w porządku "
        "miłego dnia weekendu życzę pozdrawiam pozdrawiamy pani panu państwu raz jeszcze jeszcze",
        "dzień dobry|witam|cześć|szanowni",
    ),
    "ru": Thanks(
        "спасибо|благодарю|большое спасибо|благодарим|спс|огромное спасибо",
        "большое огромное вам вас тебе за помощь быстрый ответ оперативность оперативный поддержку информацию всё "
        "все работает теперь отлично супер прекрасно замечательно решено решена получилось заработало и ещё еще "
        "раз хорошего дня всего доброго с уважением очень ок хорошо вы мне нам помогли",
        "здравствуйте|добрый день|привет|уважаемый|уважаемая|доброе утро",
    ),
    "uk": Thanks(
        "дякую|дякуємо|щиро дякую|вдячний|вдячна",
        "дуже щиро вам тобі за допомогу швидку відповідь підтримку все працює тепер чудово супер вирішено і ще раз "
        "гарного дня з повагою добре",
        "добрий день|вітаю|привіт",
    ),
    "sv": Thanks(
        "tack|tackar|tusen tack|stort tack|tack så mycket",
        "så mycket för hjälpen snabb snabbt det den er din ert svar svaret support snabba fungerar funkar nu igen "
        "perfekt toppen bra super underbart löst löste sig allt är och trevlig helg dag kväll ha en ni du vi jag "
        "hälsningar vänliga med mvh ok hjälp",
        "hej|hejsan|god morgon",
    ),
    "da": Thanks(
        "tak|mange tak|tusind tak|tak skal du have|tak skal i have",
        "mange tusind for hjælpen hurtige hurtig det den jeres dit din svar svaret support hjælp virker fungerer "
        "nu igen perfekt super fint godt løst alt er og god dag weekend aften i du skal have vi jeg hilsen med "
        "venlig mvh ok",
        "hej|kære|godmorgen",
    ),
    "no": Thanks(
        "takk|mange takk|tusen takk|takker",
        "mange tusen for hjelpen rask raskt det den deres ditt din svar svaret support hjelp virker fungerer nå "
        "igjen perfekt supert super fint bra flott løst alt er og god dag helg kveld ha en dere du så mye vi jeg "
        "hilsen med vennlig mvh ok i orden",
        "hei|hallo|god morgen|kjære",
    ),
    "fi": Thanks(
        "kiitos|kiitoksia|kiitän|kiitti|paljon kiitoksia|suurkiitos|suuret kiitokset",
        "paljon oikein avusta avustanne nopeasta vastauksesta tuesta teille sinulle nyt toimii taas hyvin hienosti "
        "mahtavaa loistavaa täydellistä ratkesi kaikki on ja kunnossa hyvää päivää päivänjatkoa viikonloppua vielä "
        "kerran terveisin ystävällisin ok",
        "hei|moi|terve|hyvää huomenta",
    ),
    "cs": Thanks(
        "děkuji|děkujeme|díky|dekuji|diky|děkuju|moc děkuji",
        "moc mockrát velice vám za pomoc rychlou odpověď reakci podporu už vše všechno funguje teď nyní výborně "
        "super skvěle perfektní vyřešeno je v pořádku a ještě jednou hezký den pěkný víkend s pozdravem přeji ok",
        "dobrý den|ahoj|zdravím|vážený",
    ),
    "tr": Thanks(
        "teşekkürler|teşekkür ederim|teşekkür ederiz|sağ olun|sağolun|çok teşekkürler",
        "çok yardımınız için hızlı cevabınız yanıtınız desteğiniz size her şey şimdi çalışıyor oldu harika "
        "mükemmel süper tamam çözüldü iyi günler çalışmalar ve tekrar ederim ederiz",
        "merhaba|merhabalar|selam|sayın",
    ),
}

# Scripts without blanks between words: what is left when all of these are taken away says something more.
THANKS_UNSPACED = (
    "ありがとうございました|ありがとうございます|ありがとう|有難うございました|有難うございます|感謝いたします|感謝します|感謝申し上げます|助かりました|"
    "谢谢|谢谢您|谢谢你|多谢|感谢|非常感谢|十分感谢|謝謝|多謝|感謝|非常感謝|감사합니다|감사드립니다|고맙습니다|감사해요|고마워요|감사"
)
FILLING_UNSPACED = (
    "お世話になっております|お世話になります|よろしくお願いいたします|よろしくお願いします|了解しました|承知しました|承知いたしました|解決しました|解決いたしました|"
    "早速の|迅速な|ご対応|ご連絡|ご返信|ご回答|お返事|いただき|頂き|くださり|誠に|大変|本当に|どうも|無事|無事に|おかげさまで|おかげで|動きました|直りました|"
    "様|を|の|に|、|您好|你好|您的|你的|您|你|们|們|的|帮助|幫助|帮忙|幫忙|回复|回覆|支持|支援|快速|及时|及時|已经|已經|已|解决|解決|问题|問題|了|"
    "好的|收到|很|非常|现在|現在|正常|可以|祝好|客服|团队|團隊|정말|매우|대단히|너무|빠른|신속한|답변|도움|지원|덕분에|해결되었습니다|해결됐습니다|"
    "잘|됩니다|되네요|네|예|안녕하세요|수고하세요|좋은|하루|되세요|주셔서|에"
)
