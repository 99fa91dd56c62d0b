"""What mail clients write above quotes, by language: together with `signature_words`, the only place that knows one.

Of one subject the forms are parted by "|"; all in lower case.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    wrote: str  # in the line above a quote
    mine: str = ""  # the same, said by the sender of themselves: no line above a quote
    sender: str = ""  # fields of a header that is quoted
    date: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    original: str = ""  # between ruled lines: what follows is what is answered
    forwarded: str = ""  # between ruled lines or before a colon: what follows is passed on
    above: str = ""  # "write above this line"


LANGUAGES: dict[str, Words] = {
    "en": Words(
        wrote="wrote|writes|write|quoting",
        mine="i wrote|we wrote|i had written|you wrote|you write",
        sender="from",
        date="date|sent|sent on|sent at|received",
        to="to",
        cc="cc|bcc|reply-to|reply to|importance|attachments|priority|organization",
        subject="subject",
        original="original message|original e-mail|original email|original appointment|original|reply message|"
        "original message follows",
        forwarded="forwarded message|forwarded e-mail|forwarded email|forwarded by|forwarded message from|"
        "begin forwarded message|"
        "forward message|start of forwarded message|forwarded mail|forwarded letter",
        above="reply above this line|reply above the line|above this line to reply|your reply above|"
        "your response above|write above this line|respond above this line|reply above here|answer above this line",
    ),
    "de": Words(
        wrote="schrieb|schreibt|geschrieben|zitat von",
        mine="ich schrieb|schrieb ich|habe ich|ich habe|schrieben sie|haben sie",
        sender="von",
        date="gesendet|datum|gesendet am|gesendet um|verschickt",
        to="an",
        cc="kopie|antwort an|wichtigkeit|anlagen|priorität|blindkopie",
        subject="betreff|betr",
        original="ursprüngliche nachricht|original-nachricht|originalnachricht|original nachricht|ursprüngliche mail|"
        "ursprünglicher termin|ursprüngliche e-mail|antwort|originalmail|original-mail",
        forwarded="weitergeleitete nachricht|weitergeleitet von|weitergeleitete e-mail|"
        "anfang der weitergeleiteten nachricht|"
        "anfang der weitergeleiteten e-mail|weitergeleitete mail",
        above="über dieser zeile|oberhalb dieser zeile|über diese zeile",
    ),
    "fr": Words(
        wrote="a écrit|a ecrit|écrit|à écrit|écrivait",
        mine="j'ai écrit|vous avez écrit|nous avons écrit",
        sender="de|expéditeur",
        date="envoyé|envoyé le|date|message du|date d'envoi|envoye|reçu",
        to="à|a|destinataire|pour",
        cc="copie à|copie|cc|répondre à|importance|pièces jointes",
        subject="objet|sujet",
        original="message d'origine|message original|message initial|courriel original|"
        "e-mail d'origine|"
        "mail original|rendez-vous d'origine|message d´origine",
        forwarded="message transféré|message transfere|message réexpédié|transféré par|début du message réexpédié|"
        "début du message transféré|message transmis|courriel transféré|réexpédié par|e-mail transféré|"
        "début de l'e-mail transféré",
        above="au-dessus de cette ligne|au dessus de cette ligne",
    ),
    "it": Words(
        wrote="ha scritto|scrive|scritto",
        mine="ho scritto|abbiamo scritto|avete scritto",
        sender="da|mittente",
        date="inviato|data|inviato il|data invio|inviata",
        to="a|destinatario|per",
        cc="cc|ccn|copia|rispondi a|priorità|allegati",
        subject="oggetto|ogg",
        original="messaggio originale|messaggio originario|email originale|e-mail originale|appuntamento originale",
        forwarded="messaggio inoltrato|inoltrato da|inizio messaggio inoltrato|inizio del messaggio inoltrato|"
        "messaggio inoltrato da|e-mail inoltrata",
        above="sopra questa riga|sopra questa linea|al di sopra di questa riga",
    ),
    "es": Words(
        wrote="escribió|escribio|ha escrito|escribe",
        mine="he escrito|hemos escrito|usted escribió",
        sender="de|remitente",
        date="enviado|enviado el|fecha|enviada|enviado en",
        to="para|a|destinatario",
        cc="cc|cco|copia|responder a|importancia|adjuntos|datos adjuntos",
        subject="asunto",
        original="mensaje original|correo original|mensaje de origen|cita original",
        forwarded="mensaje reenviado|reenviado por|inicio del mensaje reenviado|mensaje original reenviado|"
        "correo reenviado|comienzo del mensaje reenviado",
        above="por encima de esta línea|encima de esta línea|sobre esta línea|arriba de esta línea",
    ),
    "pt": Words(
        wrote="escreveu|escreve",
        mine="escrevi|eu escrevi|você escreveu|voce escreveu",
        sender="de|remetente",
        date="enviado|enviada|enviado em|enviada em|data",
        to="para|destinatário",
        cc="cc|cco|cópia|com cópia|responder a|importância|prioridade|anexos",
        subject="assunto",
        original="mensagem original|mensagem de origem|e-mail original|email original|compromisso original",
        forwarded="mensagem encaminhada|mensagem reencaminhada|encaminhado por|início da mensagem encaminhada|"
        "início da mensagem reencaminhada|e-mail encaminhado",
        above="acima desta linha|por cima desta linha",
    ),
    "nl": Words(
        wrote="schreef|geschreven|schrijft|citeren",
        mine="ik schreef|schreef ik|heb ik|u schreef|schreef u",
        sender="van|afzender",
        date="verzonden|datum|verzonden op|verstuurd",
        to="aan",
        cc="cc|kopie|antwoord aan|urgentie|bijlagen|prioriteit",
        subject="onderwerp|betreft",
        original="oorspronkelijk bericht|origineel bericht|oorspronkelijke afspraak|oorspronkelijke e-mail|"
        "oorspronkelijke bericht|originele bericht",
        forwarded="doorgestuurd bericht|doorgestuurd door|begin doorgestuurd bericht|begin van doorgestuurd bericht|"
        "doorgestuurde e-mail|doorgestuurde bericht",
        above="boven deze lijn|boven deze regel",
    ),
    "pl": Words(
        wrote="napisał|napisała|napisał(a)|napisal|napisała(a)|pisze|napisana przez|napisał/a|napisali",
        mine="napisałem|napisałam|pan napisał|pani napisała",
        sender="od|nadawca",
        date="wysłano|wysłane|data|wysłany|wyslano|wysłana",
        to="do|adresat",
        cc="dw|udw|kopia|do wiadomości|ważność|załączniki|priorytet|odpowiedz do",
        subject="temat|tytuł",
        original="wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna|treść oryginalnej wiadomości|"
        "wiadomosc oryginalna|oryginalna wiadomosc|pierwotna wiadomość",
        forwarded="wiadomość przekazana dalej|przekazana wiadomość|treść przekazanej wiadomości|wiadomość przekazana|"
        "początek przekazywanej wiadomości|początek przekazanej wiadomości|przesłane dalej przez|przekazane przez",
        above="powyżej tej linii|nad tą linią|powyżej tego wiersza",
    ),
    "ru": Words(
        wrote="пишет|написал|написала|написал(а)|написал(-а)|писал|писала|написали|пишете|вы писали|вы писали(а)",
        mine="я написал|я написала|я писал|я писала",
        sender="от|от кого|отправитель",
        date="отправлено|дата|послано|отправлена",
        to="кому|получатель",
        cc="копия|важность|вложения|ответить",
        subject="тема",
        original="исходное сообщение|оригинальное сообщение|первоначальное сообщение|исходное письмо|"
        "оригинал сообщения|переписка",
        forwarded="пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|"
        "начало пересылаемого сообщения|начало переадресованного сообщения|начало переадресованного письма|"
        "пересланное письмо|перенаправлено|пересылаемое письмо|начало пересланного сообщения|"
        "конец пересылаемого сообщения",
        above="выше этой линии|выше этой строки|над этой линией|над этой строкой",
    ),
    "uk": Words(
        wrote="пише|написав|написала|написав(-ла)|написав(ла)|пишe",
        sender="від|від кого",
        date="надіслано|дата|відправлено",
        to="кому",
        cc="копія",
        subject="тема",
        original="вихідне повідомлення|оригінальне повідомлення|початкове повідомлення",
        forwarded="переслане повідомлення|пересилане повідомлення|початок пересланого повідомлення|"
        "початок листа, що пересилається|переадресоване повідомлення",
        above="вище цього рядка|над цим рядком|вище цієї лінії",
    ),
    "sv": Words(
        wrote="skrev|skriver",
        mine="jag skrev|skrev jag|du skrev|skrev du",
        sender="från",
        date="skickat|datum|skickad|skickades",
        to="till",
        cc="kopia|kopia till|svar till|prioritet|bifogade filer",
        subject="ämne|rubrik",
        original="ursprungligt meddelande|originalmeddelande|ursprungligt mejl|ursprunglig avtalad tid|"
        "original meddelande",
        forwarded="vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mejl|vidarebefordrat av|"
        "börja vidarebefordrat meddelande|början på vidarebefordrat meddelande|vidarebefordrat mail|"
        "påbörjat vidarebefordrat brev",
        above="ovanför den här raden|ovanför denna rad|ovan denna rad",
    ),
    "da": Words(
        wrote="skrev|skriver",
        mine="jeg skrev|skrev jeg|du skrev|har jeg",
        sender="fra",
        date="sendt|dato|sendt den",
        to="til",
        cc="kopi|kopi til|svar til|prioritet|vedhæftede filer",
        subject="emne|vedr",
        original="oprindelig meddelelse|oprindelig besked|oprindelig mail|original meddelelse|original besked|"
        "oprindelig aftale|oprindelig e-mail|den oprindelige besked",
        forwarded="videresendt meddelelse|videresendt besked|videresendt mail|videresendt af|"
        "start på videresendt besked|start på videresendt meddelelse|påbegyndt videresendt besked|"
        "begynd videresendt besked|påbegynd videresendt besked|videresendt e-mail",
        above="over denne linje|ovenfor denne linje|over denne linie",
    ),
    "no": Words(
        wrote="skrev|skreiv|skriver|skrevet",
        mine="jeg skrev|skrev jeg|du skrev|eg skreiv",
        sender="fra|frå",
        date="sendt|dato|sendt den",
        to="til",
        cc="kopi|kopi til|svar til|prioritet|vedlegg",
        subject="emne",
        original="opprinnelig melding|opprinnelig e-post|original melding|den opprinnelige meldingen|"
        "opprinnelig avtale|opphavleg melding",
        forwarded="videresendt melding|videresendt e-post|videresendt av|start på videresendt melding|"
        "begynnelse på videresendt melding|videresend melding|vidaresend melding",
        above="over denne linjen|ovenfor denne linjen|over denne linja",
    ),
    "fi": Words(
        wrote="kirjoitti|kirjoittaa|kirjoittanut",
        mine="kirjoitin|olen kirjoittanut",
        sender="lähettäjä|keneltä",
        date="lähetetty|päiväys|päivämäärä|pvm|aika",
        to="vastaanottaja|vastaanottajat|kenelle|saaja",
        cc="kopio|kopioitu|vastaus|tärkeys|liitteet",
        subject="aihe|otsikko",
        original="alkuperäinen viesti|alkuperäinen sähköposti|alkuperäinen tapaaminen|alkuperäinen ilmoitus|"
        "alkuperäinen sähköpostiviesti",
        forwarded="välitetty viesti|edelleenlähetetty viesti|välitetty viesti alkaa|edelleenlähetetty viesti alkaa|"
        "edelleen lähetetty viesti|alkaa välitetty viesti|lähetti edelleen",
        above="tämän rivin yläpuolelle|tämän viivan yläpuolelle|tämän rivin yläpuolella",
    ),
    "ja": Words(
        wrote="書きました|のメール|のメッセージ|からのメール|さんは書きました|さんが書きました",
        sender="差出人|送信者|発信者|送信元|差出人名",
        date="送信日時|日付|日時|送信日|受信日時",
        to="宛先|送信先|受信者|to",
        cc="cc|bcc|返信先|重要度|添付ファイル",
        subject="件名|題名|タイトル",
        original="元のメッセージ|オリジナルメッセージ|元のメール|original message",
        forwarded="転送されたメッセージ|転送メッセージ|転送されたメール|転送メール|転送開始",
        above="この行より上|この線より上|このラインより上|この行の上",
    ),
    "zh": Words(
        wrote="写道|寫道|写到|寫到|写了|撰寫|写的",
        sender="发件人|发件者|寄件者|寄件人|發件人|寄信人|发信人",
        date="发送时间|发送日期|日期|时间|寄件日期|傳送時間|寄送日期|傳送日期|已傳送|寄件時間|時間|发件时间|已发送|"
        "送件日期",
        to="收件人|收件者|收信人",
        cc="抄送|副本|抄送人|重要性|附件|密送|密件副本|回复|回覆",
        subject="主题|主題|主旨|标题|標題",
        original="原始邮件|原始郵件|原邮件|邮件原件|原始信件|原件|回复的原邮件|回复的邮件|原始消息|原文|原信",
        forwarded="转发的邮件|转发邮件|已转发的邮件|已转发邮件|转发邮件信息|轉寄的郵件|轉寄郵件|轉寄信件|"
        "开始转发的邮件|下面是被转发的邮件|以下是轉寄的郵件|開始轉寄郵件|转发的信息|转发邮件开始|已轉寄的郵件|"
        "以下是转发的邮件|"
        "转发的原邮件",
        above="在此行上方|在此行以上|此行上方|此行以上|在這行上方|請在此行上方|在本行上方",
    ),
    "ko": Words(
        wrote="작성|님이 작성|쓴 글|이(가) 쓴 글|작성함|썼습니다|님의 말|작성하였습니다|작성했습니다|보낸 메시지|"
        "님이 쓴 메시지",
        sender="보낸 사람|보낸사람|발신|보낸이|발신자|보내는 사람|발신인",
        date="보낸 날짜|날짜|보낸날짜|발송일|보낸 시간|일시|전송일|받은 날짜",
        to="받는 사람|받는사람|수신|받는이|수신자|수신인",
        cc="참조|숨은 참조|숨은참조|중요도|첨부|첨부파일|첨부 파일|답장 받을 사람",
        subject="제목",
        original="원본 메시지|원본 메일|원본메일|원본메시지|원래 메시지|원문 메시지|original message",
        forwarded="전달된 메시지|전달된 메일|전달된 이메일|전달 메일|전달된 메시지 시작|전달된 이메일 시작|"
        "전달받은 메시지|전달한 메시지",
        above="이 줄 위에|이 선 위에|이 라인 위에|이 줄 위로",
    ),
    "cs": Words(
        wrote="napsal|napsala|napsal(a)|píše|napsal/a|odesílatel|napsali",
        sender="od|odesílatel",
        date="odesláno|datum|odeslána|posláno",
        to="komu|příjemce",
        cc="kopie|kopie pro|důležitost|přílohy|kopia",
        subject="předmět|věc",
        original="původní zpráva|původní e-mail|původní mail|původní zprava",
        forwarded="přeposlaná zpráva|předaná zpráva|přeposlaný e-mail|začátek přeposílané zprávy|"
        "začátek přeposlané zprávy|přesměrovaná zpráva|přepošle",
        above="nad tento řádek|nad tímto řádkem|nad tuto čáru",
    ),
    "sk": Words(
        wrote="napísal|napísala|napísal(a)|píše|napísal/a|používateľ",
        sender="od|odosielateľ",
        date="odoslané|dátum|poslané",
        to="komu|pre|príjemca",
        cc="kópia|dôležitosť|prílohy",
        subject="predmet",
        original="pôvodná správa|pôvodný e-mail",
        forwarded="preposlaná správa|odovzdaná správa|začiatok preposlanej správy|preposielaná správa",
        above="nad tento riadok|nad týmto riadkom",
    ),
    "tr": Words(
        wrote="yazdı|şunu yazdı|şunları yazdı|tarihinde yazdı|yazmış",
        sender="kimden|gönderen",
        date="gönderildi|tarih|gönderilme tarihi|gönderim tarihi|gönderme tarihi",
        to="kime|alıcı|alıcılar",
        cc="bilgi|önem derecesi|ekler",
        subject="konu",
        original="özgün ileti|orijinal mesaj|orjinal mesaj|asıl mesaj|orijinal ileti|özgün mesaj|orijinal e-posta",
        forwarded="iletilen mesaj|yönlendirilmiş mesaj|iletilmiş mesaj|iletilen ileti|iletilen e-posta|"
        "iletilen mesajın başlangıcı|iletilen e-postanın başlangıcı|yönlendirilen ileti",
        above="bu satırın üzerine|bu satırın üstüne|bu çizginin üzerine",
    ),
    "el": Words(
        wrote="έγραψε|γράφει|έγραψαν",
        sender="από|αποστολέας",
        date="στάλθηκε|ημερομηνία|εστάλη|ημ/νία",
        to="προς|παραλήπτης",
        cc="κοιν|κοινοποίηση|κοιν.",
        subject="θέμα",
        original="αρχικό μήνυμα|πρωτότυπο μήνυμα",
        forwarded="προωθημένο μήνυμα|έναρξη προωθημένου μηνύματος|αρχή προωθημένου μηνύματος|προώθηση μηνύματος",
        above="πάνω από αυτή τη γραμμή|πάνω από αυτήν τη γραμμή|πάνω από αυτήν την γραμμή",
    ),
    "hu": Words(
        wrote="ezt írta|írta|a következőt írta|ezt írta (időpont|írja",
        sender="feladó",
        date="küldve|elküldve|dátum|küldés dátuma|küldés ideje|küldte",
        to="címzett|címzettek",
        cc="másolat|másolatot kap|fontosság|mellékletek|titkos másolat",
        subject="tárgy",
        original="eredeti üzenet|eredeti levél|eredeti e-mail",
        forwarded="továbbított üzenet|továbbított levél|továbbított üzenet kezdete|továbbított e-mail|"
        "a továbbított levél kezdete|továbbított üzenet eleje",
        above="e fölé a sor fölé|e sor fölé|ezen sor fölé|a sor fölé írja",
    ),
    "ro": Words(
        wrote="a scris|scrie",
        sender="de la|expeditor|from",
        date="trimis|data|trimis la|dată",
        to="către|destinatar|la",
        cc="cc|importanță|atașări",
        subject="subiect|subiectul",
        original="mesaj original|mesajul original|mesaj inițial|mesajul inițial",
        forwarded="mesaj redirecționat|mesaj retrimis|începutul mesajului redirecționat|mesaj transmis mai departe|"
        "început mesaj redirecționat",
        above="deasupra acestei linii|deasupra acestui rând",
    ),
    "ca": Words(
        wrote="va escriure|ha escrit|missatge de",
        sender="de",
        date="enviat|enviat el|data",
        to="per a|a|per",
        cc="a/c|còpia",
        subject="assumpte|tema",
        original="missatge original",
        forwarded="missatge reenviat|inici del missatge reenviat",
    ),
    "hr": Words(
        wrote="napisao|napisala|napisao je|napisala je|je napisao|je napisala|piše|je napisao/la|napisao/la|"
        "je oseba|napisal|je napisal|napisala",
        sender="od|šalje|pošiljatelj|pošiljatelj",
        date="poslano|datum|poslato",
        to="za|prima|kome|primatelj",
        cc="kopija|kp|cc",
        subject="predmet|zadeva|naslov|tema",
        original="izvorna poruka|originalna poruka|izvirno sporočilo|prvotno sporočilo|originalno sporočilo",
        forwarded="proslijeđena poruka|prosleđena poruka|posredovano sporočilo|početak proslijeđene poruke|"
        "začetek posredovanega sporočila",
    ),
    "bg": Words(
        wrote="написа|пише|написал",
        sender="от|подател",
        date="изпратено|дата",
        to="до|получател",
        cc="копие|копие до|як",
        subject="относно|тема",
        original="оригинално съобщение|първоначално съобщение|original message",
        forwarded="препратено съобщение|начало на препратеното съобщение|препратено от",
    ),
    "he": Words(
        wrote="כתב|כתבה|מאת|כתב/ה",
        sender="מאת|מ",
        date="נשלח|תאריך|בתאריך",
        to="אל|ל",
        cc="עותק|העתק",
        subject="נושא|הנדון",
        original="הודעה מקורית",
        forwarded="הודעה שהועברה|תחילת ההודעה שהועברה|הודעה מועברת",
    ),
}
