"""An answer that would go to somebody else than the one who wrote."""

from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule
from filters.seeing.hosts import owner_of
from tickets.free_mail import FREE_MAIL


@filter_rule(
    "sender",
    Kind("REPLY_TO_ELSEWHERE", 0.4, "answers go to another domain than that of From"),
    Kind("REPLY_TO_FREE_MAIL", 1.2, "it is written in the name of a company, and answers go to a free-mail address"),
)
def reply_to_elsewhere(evidence: Evidence) -> Iterator[Hit]:
    """A Reply-To at another domain; lists set one to themselves."""
    mail = evidence.mail
    if mail.sender is None or mail.rewritten or (mail.automatic is not None and mail.automatic.kind == "list"):
        return
    sender = mail.sender.domain
    others = [one for one in mail.reply_to if one.domain and owner_of(one.domain) != owner_of(sender)]
    if not others or len(others) < len(mail.reply_to):
        return
    is_free = others[0].domain in FREE_MAIL and sender not in FREE_MAIL
    symbol = "REPLY_TO_FREE_MAIL" if is_free else "REPLY_TO_ELSEWHERE"
    yield Hit(symbol, f"{mail.sender.address} wrote, and answers go to {others[0].address}")
