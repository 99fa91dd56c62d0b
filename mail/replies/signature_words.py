"""How letters end, by language: together with `reply_words`, the only place that knows one.

Of one subject the forms are parted by "|"; all in lower case. `…` stands for the name of a device or an app.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endings:
    """The words of one language at the end of a letter."""

    sent: str  # "Sent from …"
    outlook: str  # what stands beside Outlook's name in its advertisement
    closing: str  # the last words of a letter
    legal: str = ""  # parts of disclaimers, and of the footers of lists and virus scanners


LANGUAGES: dict[str, Endings] = {
    "en": Endings(
        sent="sent from …|sent via …|sent using …|sent with …|"
        "this message was sent from my …|this email was sent from my …",
        outlook="get|download|try",
        closing="regards|kind regards|best regards|warm regards|warmest regards|with kind regards|with best regards|"
        "kindest regards|many regards|rgds|best|all the best|best wishes|with best wishes|cheers|sincerely|"
        "yours sincerely|sincerely yours|yours truly|yours faithfully|respectfully|cordially|yours|br|kr",
        legal="intended recipient|intended solely for|this e-mail and any|this email and any|confidential and may|"
        "privileged and confidential|may contain confidential|is confidential and|virus-free. www|"
        "checked for viruses by|"
        "before printing this e|you are receiving this because|unsubscribe from this group|"
        "to unsubscribe from this|are confidential and|no virus found in this",
    ),
    "de": Endings(
        sent="gesendet von …|gesendet mit …|gesendet mit der …|gesendet über …|gesendet via …|von meinem … gesendet|"
        "von meiner … gesendet|diese nachricht wurde von meinem … gesendet|von … gesendet|versendet mit …|"
        "mit der … gesendet",
        outlook="holen sie sich|beziehen|herunterladen|hol dir|abrufen",
        closing="mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|mit freundlichem gruss|"
        "freundliche grüße|freundliche grüsse|viele grüße|viele grüsse|liebe grüße|liebe grüsse|beste grüße|"
        "beste grüsse|"
        "schöne grüße|herzliche grüße|herzliche grüsse|mit besten grüßen|mit besten grüssen|mit herzlichen grüßen|"
        "mit vielen grüßen|mit lieben grüßen|gruß|gruss|grüße|grüsse|lieber gruß|mfg|lg|vg|hochachtungsvoll|"
        "freundlicher gruß|einen schönen gruß|mit freundlichen gruß|mit kollegialen grüßen",
        legal="enthält vertrauliche|rechtlich geschützte informationen|nicht der richtige adressat|irrtümlich erhalten|"
        "nicht der beabsichtigte empfänger|auf viren geprüft|virenfrei. www|vertraulich und ausschließlich|"
        "sitz der gesellschaft|handelsregister",
    ),
    "fr": Endings(
        sent="envoyé de mon …|envoyé de ma …|envoyé depuis …|envoyé à partir de …|envoyé à partir d'…|envoyé avec …|"
        "envoyé d'un …|envoyé de …|envoyé par …|envoyé via …|envoye de mon …|envoyé d'…|"
        "téléchargé depuis …|provenance : …",
        outlook="obtenir|télécharger|obtenez|téléchargez",
        closing="cordialement|bien cordialement|très cordialement|bien à vous|bien à toi|cdt|cdlt|bàv|"
        "salutations|salutations distinguées|meilleures salutations|sincères salutations|amicalement|amitiés|"
        "sincèrement|bonne journée|respectueusement|meilleurs messages|cordiales salutations|avec mes salutations",
        legal="ce message et toutes|ce message et ses|ce courriel et|ce message est confidentiel|sans virus. www|"
        "ce mail et|établi à l'intention exclusive|êtes pas le destinataire|été vérifié par le logiciel antivirus",
    ),
    "it": Endings(
        sent="inviato da …|inviato dal mio …|inviato dalla mia …|inviato con …|inviato tramite …|inviata da …|"
        "inviato via …",
        outlook="scarica|ottieni",
        closing="cordiali saluti|distinti saluti|saluti|un saluto|un cordiale saluto|cordialmente|tanti saluti|"
        "con i migliori saluti|i migliori saluti|buona giornata|un caro saluto|in fede|cari saluti|a presto",
        legal="le informazioni contenute|questo messaggio e|ricevuto questo messaggio per errore|privo di virus. www|"
        "questa e-mail e|ad uso esclusivo del destinatario|per uso esclusivo del destinatario",
    ),
    "es": Endings(
        sent="enviado desde …|enviado desde mi …|enviado con …|enviado via …|enviado vía …|enviado de mi …|"
        "enviado por …",
        outlook="obtener|obtén|descargar",
        closing="saludos|un saludo|saludos cordiales|atentamente|cordialmente|atte|muchos saludos|un abrazo|"
        "reciba un cordial saludo|un cordial saludo|saludos cordiales y buen día|muy atentamente|abrazos|quedo atento|"
        "quedo a la espera|sin otro particular",
        legal="este mensaje y sus|este correo electrónico y|este mensaje se dirige|ha recibido este mensaje por error|"
        "libre de virus. www|este mensaje va dirigido|información confidencial",
    ),
    "pt": Endings(
        sent="enviado do meu …|enviado da minha …|enviado a partir do meu …|enviado a partir do …|enviado do …|"
        "enviado via …|enviado de …|enviado com …|enviado pelo …|enviado através do …|enviado por …|"
        "enviado a partir de …",
        outlook="obter|obtenha|baixe|baixar|obter o",
        closing="atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|cordialmente|att|"
        "abraços|"
        "abraço|um abraço|com os meus cumprimentos|saudações|atentamente|respeitosamente|grato|atc",
        legal="esta mensagem e|este e-mail e|mensagem pode conter|recebeu esta mensagem por engano|livre de vírus. www|"
        "uso exclusivo do destinatário|informações confidenciais|sem vírus. www",
    ),
    "nl": Endings(
        sent="verstuurd vanaf …|verzonden vanaf …|verzonden met …|verstuurd met …|verzonden via …|verstuurd via …|"
        "verstuurd van …|verzonden vanuit …|vanaf mijn … verzonden|verstuurd vanuit …|verzonden van …",
        outlook="downloaden|download|haal",
        closing="met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|groet|groeten|"
        "groetjes|mvg|hartelijke groet|hartelijke groeten|met hartelijke groet|hoogachtend|beste groeten|"
        "met beste groet|fijne dag|m.v.g|mvrgr|gr",
        legal="dit bericht en eventuele|dit bericht is uitsluitend|dit e-mailbericht|uitsluitend bestemd voor|"
        "virusvrij. www|niet de geadresseerde|is vertrouwelijk en|bestemd voor de geadresseerde",
    ),
    "pl": Endings(
        sent="wysłane z …|wysłano z …|wysłane przez …|wysłano za pomocą …|wysłane za pomocą …|wysłano przy użyciu …|"
        "wyslane z …|wysłane od …|wysłano z mojego …|wysłano używając …",
        outlook="pobierz|uzyskaj",
        closing="pozdrawiam|pozdrawiam serdecznie|serdecznie pozdrawiam|z poważaniem|z powazaniem|"
        "z wyrazami szacunku|pozdrowienia|łączę pozdrowienia|łączę wyrazy szacunku|miłego dnia|pzdr|pozdr|"
        "z pozdrowieniami|z serdecznymi pozdrowieniami|serdeczności",
        legal="ta wiadomość oraz|niniejsza wiadomość|wolny od wirusów. www|wiadomość może zawierać informacje|"
        "jest poufna i|wyłącznie dla adresata|treść tej wiadomości",
    ),
    "ru": Endings(
        sent="отправлено с …|отправлено из …|отправлено через …|отправлено с помощью …|отправлено при помощи …|"
        "отправлено со …",
        outlook="скачать|получить|скачайте",
        closing="с уважением|с наилучшими пожеланиями|всего доброго|всего наилучшего|с лучшими пожеланиями|"
        "хорошего дня|искренне ваш|с приветом|заранее спасибо и с уважением|удачи|с почтением",
        legal="это сообщение и|настоящее сообщение|данное сообщение|без вирусов. www|сообщение может содержать|"
        "проверено на вирусы",
    ),
    "uk": Endings(
        sent="надіслано з …|відправлено з …|надіслано через …|надіслано за допомогою …",
        outlook="завантажити|отримати",
        closing="з повагою|з найкращими побажаннями|щиро ваш|всього найкращого|гарного дня",
        legal="це повідомлення та|без вірусів. www",
    ),
    "sv": Endings(
        sent="skickat från …|skickat från min …|skickat med …|skickat via …|skickades från …|skickad från …|från min …",
        outlook="hämta|skaffa",
        closing="med vänlig hälsning|med vänliga hälsningar|vänlig hälsning|vänliga hälsningar|hälsningar|hälsning|mvh|"
        "bästa hälsningar|varma hälsningar|med bästa hälsningar|hälsar|vh|allt gott|högaktningsfullt|mh|m.v.h|"
        "med vänlig hälsning/best regards|trevlig helg|ha en bra dag",
        legal="detta meddelande och|detta e-postmeddelande|virusfri. www|inte är avsedd mottagare|"
        "innehålla konfidentiell information",
    ),
    "da": Endings(
        sent="sendt fra …|sendt fra min …|sendt via …|sendt med …|fra min …|afsendt fra …",
        outlook="hent|få",
        closing="med venlig hilsen|venlig hilsen|venlige hilsner|med venlige hilsner|mvh|hilsen|hilsner|vh|kh|"
        "de bedste hilsner|bedste hilsner|bedste hilsen|kærlig hilsen|mange hilsner|med venlig hilsen/best regards|"
        "god dag|rigtig god dag|dbh|med de bedste hilsner|på forhånd tak og venlig hilsen",
        legal="denne e-mail og|denne mail og|virusfri. www|ikke er den rette modtager|fortrolige oplysninger",
    ),
    "no": Endings(
        sent="sendt fra …|sendt fra min …|sendt via …|sendt med …|sendt frå …",
        outlook="last ned|skaff deg|få",
        closing="med vennlig hilsen|vennlig hilsen|med vennleg helsing|vennleg helsing|mvh|hilsen|beste hilsen|"
        "med beste hilsen|vh|hilsen fra|ha en fin dag|de beste hilsener|hilsning",
        legal="denne e-posten og|denne eposten og|virusfri. www|ikke er rett mottaker|konfidensiell informasjon",
    ),
    "fi": Endings(
        sent="lähetetty …|lähetetty minun …|lähetetty laitteesta …|lähetetty puhelimesta …|hanki …",
        outlook="hanki|lataa",
        closing="ystävällisin terveisin|terveisin|yst. terv|yst.terv|terveiset|parhain terveisin|t|terv|"
        "hyvää päivänjatkoa|ystävällisesti|kunnioittavasti|lämpimin terveisin|yt|ystävällisin terveisin/best regards|"
        "mukavaa päivää|hyvää viikonloppua|t.",
        legal="tämä viesti ja|tämä sähköposti|virukseton. www|viesti on tarkoitettu",
    ),
    "ja": Endings(
        sent="…から送信|…を使用して送信|…で送信|…から送信されました|…より送信|…から送信しました",
        outlook="を入手|を取得|をダウンロード|入手する",
        closing="敬具|以上|草々|早々|かしこ",
        legal="本メールには|このメールには機密|本メールは|ウイルス フリー。www",
    ),
    "zh": Endings(
        sent="发自我的…|从我的…发送|從我的…傳送|从…发送|來自我的…|发自…|發自我的…|來自…|從…傳送|从我的…发出|"
        "通过…发送|使用…发送|从我的…寄出|"
        "從我的…寄出|發自…|我的…发送|来自我的…|來自我的…|发送自…|從我的…發送",
        outlook="获取|取得|下载|下載|獲取",
        closing="此致|此致敬礼|敬礼|祝好|顺颂商祺|商祺|敬上|此致 敬礼|敬祝|祝商祺|敬祝商祺|順頌商祺",
        legal="本邮件及其附件|本郵件及|此邮件及|本电子邮件|未受病毒感染|無病毒|无病毒",
    ),
    "ko": Endings(
        sent="나의 …에서 보냄|내 …에서 보냄|…에서 보냄|…에서 보냈습니다|…에서 전송됨|…에서 발송|…에서 발송된 메일|"
        "나의 …에서 보냄.|"
        "제 …에서 보냄|…을 사용하여 보냄|…를 사용하여 보냄|…으로 보냄|…에서 보낸 메일",
        outlook="다운로드|가져오기|받기",
        closing="올림|드림|배상",
        legal="이 메일은|본 메일은|본 이메일|바이러스가 없는|바이러스 없음",
    ),
    "cs": Endings(
        sent="odesláno z …|odesláno ze …|odesláno pomocí …|odesláno přes …|posláno z …|odesláno z mého …|"
        "odesláno z aplikace …",
        outlook="získejte|stáhnout|získat",
        closing="s pozdravem|s přáním hezkého dne|s úctou|zdraví|hezký den|s přátelským pozdravem|"
        "srdečně zdraví|pěkný den|s pozdravem a přáním pěkného dne|přeji hezký den|s pozdravy",
        legal="tato zpráva a|tento e-mail a|bez virů. www|obsah této zprávy|není zamýšleným příjemcem",
    ),
    "sk": Endings(
        sent="odoslané z …|odoslané zo …|odoslané pomocou …|poslané z …|odoslané cez …",
        outlook="získajte|získať|stiahnuť",
        closing="s pozdravom|s úctou|pekný deň|so srdečným pozdravom|s prianím pekného dňa|s priateľským pozdravom",
        legal="táto správa a|tento e-mail a|bez vírusov. www",
    ),
    "tr": Endings(
        sent="… gönderildi|…'dan gönderildi|… üzerinden gönderildi|… tarafından gönderildi|… cihazımdan gönderildi",
        outlook="edinin|indirin|alın",
        closing="saygılarımla|saygılar|iyi çalışmalar|iyi günler|sevgiler|selamlar|saygılarımızla|kolay gelsin|"
        "en iyi dileklerimle",
        legal="bu e-posta ve|bu mesaj ve|virüs bulunmuyor. www|bu e-postanın içerdiği",
    ),
    "el": Endings(
        sent="στάλθηκε από …|εστάλη από …|αποστολή από …|στάλθηκε μέσω …",
        outlook="αποκτήστε|λήψη|λάβετε",
        closing="με εκτίμηση|φιλικά|με φιλικούς χαιρετισμούς|χαιρετισμούς|φιλικούς χαιρετισμούς",
        legal="αυτό το μήνυμα και|χωρίς ιούς. www|το παρόν μήνυμα",
    ),
    "hu": Endings(
        sent="küldve az …|küldve a …|elküldve …|… küldve|… küldöm|az iphone-omról küldve|küldve …",
        outlook="beszerzése|letöltése",
        closing="üdvözlettel|tisztelettel|üdv|köszönettel és üdvözlettel|szívélyes üdvözlettel|szép napot|barátsággal",
        legal="ez az üzenet és|vírusmentes. www|jelen üzenet",
    ),
    "ro": Endings(
        sent="trimis de pe …|trimis din …|trimis prin …|trimis cu …|trimis de la …",
        outlook="obțineți|descărcați",
        closing="cu stimă|cu respect|toate cele bune|o zi bună|cu drag|cu considerație|numai bine|o zi frumoasă",
        legal="acest mesaj și|acest e-mail și|fără viruși. www",
    ),
    "ca": Endings(
        sent="enviat des de …|enviat des del meu …|enviat amb …",
        outlook="obteniu",
        closing="salutacions|atentament|cordialment|una salutació|salutacions cordials|salut",
        legal="aquest missatge i",
    ),
    "hr": Endings(
        sent="poslano s …|poslano sa …|poslano iz …|poslano z …|poslato sa …|poslano putem …|poslano preko …",
        outlook="preuzmite|nabavite|dobite|prenesite",
        closing="lijep pozdrav|srdačan pozdrav|pozdrav|s poštovanjem|lp|lep pozdrav|s spoštovanjem|lijepi pozdrav|"
        "sa štovanjem|pozdravljeni|lijep dan",
        legal="ova poruka i|to sporočilo in",
    ),
    "bg": Endings(
        sent="изпратено от …|изпратено чрез …|изпратено от моя …",
        outlook="изтеглете|вземете",
        closing="поздрави|с уважение|с поздрав|сърдечни поздрави|хубав ден|с най-добри пожелания",
        legal="това съобщение и",
    ),
    "he": Endings(
        sent="נשלח מה-…|נשלח מ-…|נשלח מ…|נשלח מה…",
        outlook="קבל את|קבל",
        closing="בברכה|תודה ובברכה|בכבוד רב",
    ),
}

# Names of devices and mail apps, without their endings; they are alike in all languages.
DEVICES = (
    "iphon|ipad|ipod|android|galaxy|samsung|blackberry|nokia|huawei|xiaomi|redmi|oneplus|oppo|htc|sony|xperia|"
    "motorola|"
    "pixel|lumia|windows|outlook|hotmail|yahoo|gmail|smartphone|smartfon|phone|mobile|tablet|handset|téléphone|mobiltelefon|"
    "handy|"
    "móvil|movil|celular|cellulare|telemóvel|telefon|telefoon|telefono|teléfono|telefonu|telefonem|mobil|mobilen|"
    "puhelime|телефона|смартфона|айфона|手机|手機|携帯|"
    "スマートフォン|휴대폰|스마트폰|아이폰|갤럭시|typeapp|bluemail|aquamail|k-9|fairemail|thunderbird|proton|"
    "protonmail|"
    "tutanota|mailbird|airmail|zimbra|mymail|yandex|яндекс|mail.ru|aol|gmx|web.de|freenet|laposte|verizon|t-mobile|"
    "vodafone|macbook|treo|nexus|wiko|asus|realme|alcatel|fairphone|foxmail"
)
