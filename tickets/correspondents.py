"""Who a new ticket is for: its author, its requester, and who else takes part."""

from mail.domains import ascii_address
from mail.model import Address
from tickets.case import Case, is_usable
from tickets.directory import Role
from tickets.joining import first_named
from tickets.model import MessageKind
from tickets.routes import Open


def open_for_sender(case: Case, silent: str | None = None, *, linked: int | None = None) -> Open:
    """A ticket of the sender's own; nobody can be answered where there is no sender, or where it is we ourselves."""
    sender = case.mail.sender
    requester = sender if is_usable(sender) and case.role is not Role.OWN else None
    participants = _participants(case) if requester is not None else ()
    return Open(
        MessageKind.CUSTOMER,
        author=sender,
        requester=requester,
        participants=participants,
        others=tuple(address for address in case.customers() if address not in participants),
        linked=linked if linked is not None else first_named(case),
        account=_account_name(case, requester),
        silent=silent or _why_silent(case, requester),
    )


def open_for_notifier(case: Case) -> Open:
    """A ticket of whom a listed notifier writes for: the first in Reply-To who is a customer, else of nobody."""
    source = case.directory.source_of(case.sender)
    persons = (address for address in case.mail.reply_to if is_usable(address) and _is_customer(case, address))
    requester = next(persons, None)
    return Open(
        MessageKind.CUSTOMER,
        author=requester or case.mail.sender,
        requester=requester,
        others=case.customers(),
        linked=first_named(case),
        source=source.name if source is not None else None,
        ask_first=source is not None and source.ask_first,
        account=_account_name(case, requester),
        silent=None if requester is not None else "the notifier names nobody who could be answered",
    )


def open_for_addressee(case: Case) -> Open:
    """A ticket of the first customer whom a mail of ours went to; it has left by itself, so nobody is acknowledged."""
    requester, *others = case.customers()
    return Open(
        MessageKind.PUBLIC,
        author=case.mail.sender,
        requester=requester,
        others=tuple(others),
        linked=first_named(case),
        account=_account_name(case, requester),
        silent=f"written by {case.sender}, who copied us in",
    )


def open_for_original_sender(case: Case) -> Open | None:
    """A ticket of the customer whose mail somebody of ours, proven, passed on to us; None where it is no such mail."""
    passed_on = case.mail.forwarded.sender if case.mail.forwarded is not None else None
    if not case.holds or passed_on is None or not is_usable(passed_on) or not _is_customer(case, passed_on):
        return None
    return Open(
        MessageKind.CUSTOMER,
        author=passed_on,
        requester=passed_on,
        others=tuple(a for a in case.customers() if ascii_address(a.address) != ascii_address(passed_on.address)),
        linked=first_named(case),
        account=_account_name(case, passed_on),
        silent=f"forwarded by staff ({case.sender})",
    )


def open_as_note(case: Case, silent: str) -> Open:
    """An agent's ticket of its own: internal, nobody's request yet."""
    return Open(
        MessageKind.NOTE,
        author=case.mail.sender,
        requester=None,
        others=case.customers(),
        linked=first_named(case),
        silent=silent,
    )


def _participants(case: Case) -> tuple[Address, ...]:
    """Those in To and Cc of a proven first mail who are of the requester's account, at its own domain."""
    account = case.directory.account_of(case.sender)
    if account is None or not case.holds:
        return ()
    return tuple(a for a in case.customers() if case.directory.account_of(a.address) is account)


def _is_customer(case: Case, address: Address) -> bool:
    return case.directory.role_of(address.address) is Role.CUSTOMER


def _account_name(case: Case, requester: Address | None) -> str | None:
    account = case.directory.account_of(requester.address) if requester is not None else None
    return account.name if account is not None else None


def _why_silent(case: Case, requester: Address | None) -> str | None:
    if requester is None:
        return "it comes from an address of our own" if case.role is Role.OWN else "it names no sender"
    return "staff are not acknowledged" if case.role is Role.STAFF else None
