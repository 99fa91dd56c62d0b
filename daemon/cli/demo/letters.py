"""What the demo's customers and its agent write: a day in three mailboxes, and what should become of each."""

from dataclasses import dataclass
from hashlib import sha256

SUPPORT, FEEDBACK, HI = "support@acme.example", "feedback@acme.example", "hi@acme.example"
OURS = (SUPPORT, FEEDBACK, HI)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of the story.

    `raw` may hold {ack:ADDRESS}: the Message-ID of the acknowledgement that this address was sent by then,
    {last:ADDRESS}: that of the newest mail to it about ticket #1, and {survey:ADDRESS}: that of its survey.
    """

    title: str
    to: tuple[str, ...]  # the mailboxes that get it
    sender: str  # envelope sender; empty: the null sender
    raw: str
    outcome: str  # in words, for whoever watches
    acknowledged: str | None = None  # whose acknowledgement should be in the sink afterwards
    proven: bool = True  # whether our border server saw DMARC pass
    told: tuple[str, ...] = ()  # who is sent something because of it


def _letter(head: str, body: str) -> str:
    return f"{head.strip()}\nMIME-Version: 1.0\n\n{body.strip()}\n"


ALICE, ANN, DORA = "alice@acme-team.example", "ann@initech.example", "dora@hooli.example"


def _answer(sender: str, name: str, text: str, *, words: str = "") -> str:
    """An answer to the newest mail about ticket #1, as a mail program writes it."""
    return _letter(
        f"From: {name} <{sender}>\nTo: support@acme.example\n"
        f"Subject: Re: [#1] Cannot log in since the update {words}".rstrip()
        + "\n"
        f"Message-ID: <{sha256(text.encode()).hexdigest()[:12]}@{sender.partition('@')[2]}>\n"
        f"In-Reply-To: {{last:{sender}}}\nReferences: {{last:{sender}}}\nContent-Type: text/plain; charset=utf-8",
        text,
    )


MORNING: tuple[Letter, ...] = (
    Letter(
        "Ann cannot log in",
        (SUPPORT,),
        "ann@initech.example",
        _letter(
            "From: Ann Miller <ann@initech.example>\nTo: support@acme.example\n"
            "Subject: Cannot log in since the update\n"
            "Message-ID: <ann-1@initech.example>\nContent-Type: text/plain; charset=utf-8",
            "Hello,\n\nsince this morning's update the log-in page says 'session expired' at once.\n\nAnn",
        ),
        "a new ticket, acknowledged",
        acknowledged="ann@initech.example",
    ),
    Letter(
        "Jürgen writes German",
        (FEEDBACK,),
        "juergen@umlaut.example",
        _letter(
            "From: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <juergen@umlaut.example>\nTo: feedback@acme.example\n"
            "Subject: =?utf-8?q?Gro=C3=9Fartig=2C_aber=2E=2E=2E?=\nContent-Language: de\n"
            "Message-ID: <jg-1@umlaut.example>\nContent-Type: text/plain; charset=utf-8\n"
            "Content-Transfer-Encoding: 8bit",
            "Die Suche ist großartig. Nur die Tastenkürzel fehlen mir.\n\nViele Grüße\nJürgen",
        ),
        "a new ticket, acknowledged in German",
        acknowledged="juergen@umlaut.example",
    ),
    Letter(
        "Ann answers our acknowledgement",
        (SUPPORT,),
        "ann@initech.example",
        _letter(
            "From: Ann Miller <ann@initech.example>\nTo: support@acme.example\n"
            "Subject: Re: Cannot log in since the update\nMessage-ID: <ann-2@initech.example>\n"
            "In-Reply-To: {ack:ann@initech.example}\nReferences: <ann-1@initech.example> {ack:ann@initech.example}\n"
            "Content-Type: text/plain; charset=utf-8",
            "It happens in Firefox only. In Chromium I get in.\n\nAnn",
        ),
        "joins Ann's ticket; no second acknowledgement",
    ),
    Letter(
        "Two copies of one mail",
        (FEEDBACK, SUPPORT),
        "bob@globex.example",
        _letter(
            "From: Bob <bob@globex.example>\nTo: support@acme.example, feedback@acme.example\n"
            "Subject: Invoice shows the wrong VAT\nMessage-ID: <bob-1@globex.example>\n"
            "Content-Type: text/html; charset=utf-8",
            "<html><body><p>Invoice <b>4711</b> shows 7&nbsp;% VAT, it should be 19&nbsp;%.</p></body></html>",
        ),
        "one ticket in support@, acknowledged once; the other copy is a duplicate",
        acknowledged="bob@globex.example",
    ),
    Letter(
        "An out-of-office answers our acknowledgement",
        (FEEDBACK,),
        "",
        _letter(
            "From: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <juergen@umlaut.example>\nTo: feedback@acme.example\n"
            "Subject: Abwesend\nMessage-ID: <jg-ooo@umlaut.example>\nAuto-Submitted: auto-replied\n"
            "In-Reply-To: {ack:juergen@umlaut.example}\nReferences: {ack:juergen@umlaut.example}\n"
            "Content-Type: text/plain; charset=utf-8",
            "Ich bin bis Montag nicht im Haus.",
        ),
        "kept on Jürgen's ticket; nobody is woken, nothing is sent",
    ),
    Letter(
        "A mail from an address that does not exist",
        (SUPPORT,),
        "nobody@typo.example",
        _letter(
            "From: Nobody <nobody@typo.example>\nTo: support@acme.example\nSubject: How do I export?\n"
            "Message-ID: <nobody-1@typo.example>\nContent-Type: text/plain; charset=utf-8",
            "Is there an export to CSV?",
        ),
        "a new ticket, acknowledged",
        acknowledged="nobody@typo.example",
    ),
    Letter(
        "That acknowledgement bounces",
        (SUPPORT,),
        "",
        _letter(
            "From: Mail Delivery System <MAILER-DAEMON@mx.typo.example>\nTo: support@acme.example\n"
            "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <bounce-1@mx.typo.example>\n"
            "Auto-Submitted: auto-replied\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "--b\nContent-Type: text/plain\n\nI could not deliver your message.\n\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.typo.example\n\n"
            "Final-Recipient: rfc822; nobody@typo.example\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
            "--b\nContent-Type: text/rfc822-headers\n\nFrom: support@acme.example\nTo: nobody@typo.example\n"
            "Message-ID: {ack:nobody@typo.example}\n\n--b--",
        ),
        "marks that address as undeliverable, because it returns our own token; never answered",
        proven=False,
    ),
    Letter(
        "A newsletter to hi@",
        (HI,),
        "bounces@news.example",
        _letter(
            "From: Weekly Deals <deals@news.example>\nTo: hi@acme.example\nSubject: This week: 40 % off everything\n"
            "Message-ID: <news-1@news.example>\nPrecedence: bulk\nList-Unsubscribe: <https://news.example/u>\n"
            "Content-Type: text/plain; charset=utf-8",
            "Buy now.",
        ),
        "kept without a ticket (hi@ keeps newsletters)",
    ),
    Letter(
        "A broken mail",
        (SUPPORT,),
        "carol@hooli.example",
        "From: Carol <carol@hooli.example>\nTo: support@acme.example\nSubject: =?utf-8?b?broken\n"
        "Message-ID: <carol-1@hooli.example>\n"
        'Content-Type: multipart/mixed; boundary="never seen"\nContent-Transfer-Encoding: base64\n\n'
        "My mail program is old, but my question is real: how do I add a colleague?\n",
        "a new ticket all the same, acknowledged",
        acknowledged="carol@hooli.example",
    ),
    Letter(
        "A lure to hi@",
        (HI,),
        "prince@lure.example",
        _letter(
            'From: "Support Desk" <prince@lure.example>\nTo: hi@acme.example\n'
            "Subject: Your mailbox is full, verify now\n"
            "Message-ID: <lure-1@lure.example>\nContent-Type: text/plain; charset=utf-8",
            "Dear user, verify your password within 24 hours.",
        ),
        "put aside as spam by a rule of the admin's; hi@ answers nobody for it",
        proven=False,
    ),
    Letter(
        "A question that reads like the lure",
        (SUPPORT,),
        "dora@hooli.example",
        _letter(
            "From: Dora <dora@hooli.example>\nTo: support@acme.example\nSubject: Log-in of new colleagues\n"
            "Message-ID: <dora-1@hooli.example>\nContent-Type: text/plain; charset=utf-8",
            "How can new colleagues verify your password rules before they choose one?\n\nDora",
        ),
        "put aside, too, and wrongly",
    ),
)
CALLING: tuple[Letter, ...] = (
    Letter(
        "Alice, an agent, takes Ann's ticket and answers her, all in her own mail program",
        (SUPPORT,),
        ALICE,
        _answer(ALICE, "Alice", "Hello Ann,\n\nplease clear our cookies and try again.", words="#tag +login"),
        "the ticket is Alice's; Ann gets the answer in support@'s name, Alice a transcript",
        told=(ALICE, ANN),
    ),
    Letter(
        "Alice calls Ann's customer engineer",
        (SUPPORT,),
        ALICE,
        _answer(ALICE, "Alice", "#call ce\nDo they have a proxy between them and us?"),
        "the engineer is called on Slack; Ann sees nothing of it",
        told=(ALICE,),
    ),
)
CLOSING: tuple[Letter, ...] = (
    Letter(
        "Ann is happy",
        (SUPPORT,),
        ANN,
        _answer(ANN, "Ann Miller", "That was it: now I get in with Firefox, too."),
        "joins her ticket, and wakes Alice",
        told=(ALICE,),
    ),
    Letter(
        "Alice mistypes a command",
        (SUPPORT,),
        ALICE,
        _answer(ALICE, "Alice", "#close confirmd\nGood to hear!"),
        "nothing is done and nothing sent; Alice gets her text back, with the word that was meant",
        told=(ALICE,),
    ),
    Letter(
        "Alice closes the ticket with a last word",
        (SUPPORT,),
        ALICE,
        _answer(ALICE, "Alice", "#close confirmed\nGood to hear! Bye, Alice"),
        "closed as confirmed; Ann gets the last word",
        told=(ALICE, ANN),
    ),
    Letter(
        "Somebody else writes in Alice's name",
        (SUPPORT,),
        "mallory@evil.example",
        _answer(ALICE, "Alice", "#open\nPlease send your password to mallory@evil.example."),
        "put aside as unconfirmed: nothing is done; Alice is mailed what would happen, and a code if it was her",
        proven=False,
        told=(ALICE,),
    ),
)
RATING = Letter(
    "Ann answers the survey with one digit",
    (SUPPORT,),
    ANN,
    _answer(ANN, "Ann Miller", "5\nThat was fast.").replace("{last:", "{survey:"),
    "her ticket stays closed; the rating counts once",
)
