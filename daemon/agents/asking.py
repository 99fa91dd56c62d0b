"""An agent is asked before something is done: by a mail that #yes answers, or by a code for what nothing proves."""

from datetime import datetime, timedelta

from commands.grammar import Parsed, render_one
from commands.plan import Plan, prepare
from commands.scene import Use
from daemon.agents import agent_answers, agent_mail
from daemon.agents.answering import readers_of
from daemon.agents.orders import gather, prepared_text
from daemon.agents.said import Said
from daemon.desk import Desk
from mail.domains import ascii_address
from store import sites, unconfirmed
from store.engine import Session
from templates.contexts import Asked, QuestionContext
from tickets.codes import VALID_HOURS, make_code
from tickets.directory import Agent

LINES = 60  # of a text that is shown
BETWEEN = timedelta(hours=1)  # mails with codes to one agent
MOST = 20  # mails that one of these tells of
PURPOSE = "w"  # of the tokens in mails with codes: only the code gives a right


def ask(said: Said, plan: Plan, cause: str, newer: str = "") -> None:
    """Mail the agent what would be done; #yes in the answer does it."""
    ticket = said.ticket
    context = QuestionContext(
        helpdesk=said.desk.config.helpdesk.name,
        number=ticket.number if ticket is not None else 0,
        subject=ticket.subject if ticket is not None else said.mail.subject,
        cause=cause,
        why="",
        newer=newer,
        asked=(describe(said, plan),),
    )
    agent_answers.put_question(said, context)


def describe(said: Said, plan: Plan) -> Asked:
    """What would run, and who would get which text."""
    prepared = prepared_text(said.desk, said.order(Parsed(plan.invocations, plan.text)), plan)
    text = "\n\n".join(filter(None, [plan.text, prepared if isinstance(prepared, str) else ""]))
    lines = text.split("\n") if text else []
    shown = (*lines[:LINES], *(["…"] if len(lines) > LINES else []))
    return Asked(said.mail.subject, tuple(map(render_one, plan.invocations)), tuple(_readers(said, plan)), shown)


def ask_about_note(said: Said) -> None:
    """What else would come of a mail that is a note now, if anything."""
    parsed = said.parsed()
    plan = prepare(parsed, gather(said.session, said.desk, said.order(parsed), said.now))
    if isinstance(plan, Plan) and (_says_more_than_note(plan) or _readers(said, plan)):
        ask(said, plan, "unanswered")


def hold(said: Said, why: str) -> None:
    """Write down a mail that nothing proves, with what would come of it: a code will be mailed for it."""
    parsed = said.parsed()
    plan = prepare(parsed, gather(said.session, said.desk, said.order(parsed), said.now))
    if isinstance(plan, Plan):
        about = describe(said, plan)
    else:
        about = Asked(said.mail.subject, tuple(f"nothing, for {error}" for error in plan), (), ())
    asked = {
        "why": why,
        "ticket": said.ticket.number if said.ticket is not None else None,
        "about": about.about,
        "commands": about.commands,
        "readers": about.readers,
        "text": about.text,
    }
    unconfirmed.keep(said.session, unconfirmed.Entry(said.arrival, asked), said.agent.addresses[0], said.now)


def waiting_since(now: datetime) -> datetime:
    """What came before that waits no longer for a code."""
    return now - timedelta(hours=VALID_HOURS)


def mail_codes(session: Session, desk: Desk, now: datetime) -> int:
    """Tell agents of all that waits for a code of theirs, in one mail an hour; how many mails."""
    made = 0
    for address in unconfirmed.untold(session):
        last = sites.get(session, f"codes:{address}")
        if last is not None and now - datetime.fromisoformat(last) < BETWEEN:
            continue
        agent = desk.directory.agent_of(address)
        entries = unconfirmed.waiting(session, address, waiting_since(now))
        unconfirmed.drop(session, address, waiting_since(now))
        unconfirmed.mark_told(session, address, now)
        if agent is not None and entries:
            sites.remember(session, f"codes:{address}", now.isoformat())
            _put_codes(session, desk, agent, entries[-MOST:], now)
            made += 1
    return made


def _says_more_than_note(plan: Plan) -> bool:
    return any(each.name != "note" for each in plan.invocations)


def _readers(said: Said, plan: Plan) -> list[str]:
    """The addresses of those who would get the text."""
    if plan.use is Use.REPLY:
        reached = {ascii_address(each.address) for each in (*said.mail.to, *said.mail.cc)}
        readers = readers_of(said.session, plan.after.ticket).values()
        return [each.address for each in readers if ascii_address(each.address) not in reached]
    if plan.use is Use.FIXED:
        tickets = (plan.after.others[number] for number in plan.before.bearing if number in plan.after.others)
        return list(dict.fromkeys(each.address for one in tickets for each in readers_of(said.session, one).values()))
    return []


def _put_codes(session: Session, desk: Desk, agent: Agent, entries: list[unconfirmed.Entry], now: datetime) -> None:
    address, home = agent.addresses[0], desk.directory.mailboxes[0]
    asked = tuple(
        Asked(
            str(entry.asked["about"]),
            tuple(entry.asked["commands"]),
            tuple(entry.asked["readers"]),
            tuple(entry.asked["text"]),
            make_code(desk.keys, address, entry.arrival, now),
        )
        for entry in entries
    )
    context = QuestionContext(desk.config.helpdesk.name, 0, "", "unproven", str(entries[-1].asked["why"]), "", asked)
    key = f"codes:{address}:{now.isoformat()}"
    named = agent_mail.name_mail(desk, agent, key, purpose=PURPOSE, ticket=0, now=now)
    text = desk.templates.render(context, language=desk.config.helpdesk.language, mailbox=home.address)
    agent_mail.put(session, desk, agent_mail.AgentMail(agent, key, named, home, text), now)
