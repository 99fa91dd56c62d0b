"""Addresses and names that mail systems send from."""

import re

from mail.model import Mail
from mail.phrases import any_of

_CERTAIN = re.compile(
    r"(?i)(?:(?:mailer-?daemon|mail-?daemon|mdaemon)[^@]{0,64}|mmdf|double-bounce|"
    r"mail[.-]?delivery(?:[.-]?(?:system|subsystem))?)(?:@|$)"
)
_CERTAIN_NAME = re.compile(
    r"(?i)mail(?:er)?[ -]?(?:delivery|deliver|daemon)(?: (?:sub)?system| agent|$)|"
    r"^delivery (?:subsystem|system)|^internet mail delivery"
)
_POSSIBLE = {
    "who is asked": "poo?st[._-]?master\nsysadmin\nmail-?admin",
    "who is not": "bounces?\nmailer\n(?:do-?)?no[t_-]{0,2}-?reply\nnotification",
    "what it is": "mail-?system\nmail\nsmtp\nemail-?delivery\ndeliver(?:y|ystatus)?\nmmsc?",
}
_POSSIBLE_ADDRESS = re.compile(rf"(?i){any_of(_POSSIBLE)}(?:[^@]{{0,64}}@|$)")
_POSSIBLE_NAME = re.compile(r"(?i)postmaster|^system administrator|mail administrator|mmsc")
_LIST_ADMIN = re.compile(r"(?i)(?:owner-[^@]{1,200}|[^@]{1,200}-(?:admin|owner|request))@")
_ASKED = re.compile(r"(?i)(?:poo?st[._-]?master|abuse|support|helpdesk|no-?reply)@")

DAEMON = 3
CERTAIN = 2
POSSIBLE = 1


def daemon_strength(mail: Mail) -> int:
    """How surely a mail system sent it.

    DAEMON by its name or because nobody is named; CERTAIN to be a program, for the envelope has no sender; POSSIBLE
    where a person may write from the address, too; else 0.
    """
    if mail.sender is None:
        return DAEMON
    address, name = mail.sender.address, mail.sender.name
    if _CERTAIN.match(address) or _CERTAIN.match(mail.return_path or "") or _CERTAIN_NAME.search(name):
        return DAEMON
    if mail.return_path == "":
        return CERTAIN
    is_list = bool(mail.header("X-MLServer")) and bool(_LIST_ADMIN.match(address))
    return POSSIBLE if is_list or _POSSIBLE_ADDRESS.match(address) or _POSSIBLE_NAME.search(name) else 0


def is_nobodys(address: str) -> bool:
    """Whether an address is a mail system's or that of whoever can be asked, so that it rarely is one that failed."""
    return bool(_CERTAIN.match(address) or _ASKED.match(address))
