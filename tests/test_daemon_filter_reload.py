"""Rules on the real daemon: they route, a reload changes the very next mail, and broken ones change nothing."""

import signal
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.dovecot import Account, Dovecot, a_mail
from tests.servers.house import House

pytestmark = pytest.mark.dovecot

ROUTING = """
[[rules]]
name = "QUOTA"
tags = ["quota"]
priority = "high"
[rules.when]
subject = "quota"
"""
BLOCKING = '[block]\nsenders = ["sender.example"]\n'


def judge(house: House, account: Account, subject: str) -> object:
    """The outcome of one more mail of the same sender."""
    before = len(house.arrivals())
    mail = a_mail(subject=subject, sender="bob@sender.example")
    account.deliver(mail, received=datetime.now(UTC) + timedelta(seconds=1))
    house.until_done(before + 1)
    return house.arrivals()[-1]["outcome"]


def reload(house: House, rules: str, said: str) -> None:
    (house.folder / "filters.toml").write_text(rules, "utf-8")
    assert house.process is not None
    house.process.send_signal(signal.SIGHUP)
    house.until(lambda: said in house.log(), said)


def test_a_reload_changes_how_the_next_mail_is_judged_and_a_broken_one_does_not(house: House, dovecot: Dovecot) -> None:
    account = dovecot.account()
    (house.folder / "filters.toml").write_text(ROUTING, "utf-8")
    house.configure(house.mailbox(account), more='[filters]\nrules = "filters.toml"')
    house.start()
    assert judge(house, account, "quota one") == "ticketed"
    [ticket] = house.tickets()
    assert (ticket["tags"], ticket["priority"]) == (["quota"], "high")
    reload(house, BLOCKING, "the rules were read anew")
    assert judge(house, account, "quota two") == "quarantined"
    reload(house, "[block]\nsenders = 3\n", "refused; the rules go on as they were")
    assert judge(house, account, "quota three") == "quarantined"
    assert len(house.tickets()) == 1
