"""Fields that say that a program sent a mail (RFC 3834 §5 and the habits before it)."""

from mail.model import Mail

LIST_FIELDS = ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version")


def first_word(mail: Mail, name: str) -> str:
    """The keyword of a field, without comments and parameters (RFC 3834 §5)."""
    for value in mail.header(name):
        words = value.lower().replace(";", " ").replace("(", " (").split()
        if words:
            return "" if words[0].startswith("(") else words[0]
    return ""


def is_marked(mail: Mail) -> bool:
    """A field that says that a program sent this mail, whatever kind of mail it is."""
    return (
        mail.return_path == ""
        or first_word(mail, "Auto-Submitted") not in {"", "no"}
        or first_word(mail, "Precedence") in {"bulk", "junk"}
    )


def is_listed(mail: Mail) -> bool:
    """Whether it came over a mailing list."""
    return any(value.strip() for name in LIST_FIELDS for value in mail.header(name))


def suppresses(mail: Mail) -> bool:
    """Fields that prove nothing by themselves, because Exchange writes them into people's mail, too."""
    wanted = any("oof" in value.lower() or "all" in value.lower() for value in mail.header("X-Auto-Response-Suppress"))
    source = mail.header("X-MS-Exchange-Generated-Message-Source")
    return wanted or any("mailbox rules agent" in value.lower() for value in source)
