"""An agent's mail carried out: all of it or nothing, and a transcript of what became of it."""

from collections.abc import Iterator
from dataclasses import replace

from commands.grammar import Parsed
from commands.invocation import CommandError
from commands.plan import Plan, prepare
from commands.scene import Use
from commands.transcript import Change, tell_refused
from daemon.agents import agent_answers, answering, asking, calling, confirming, notice
from daemon.agents.notice_facts import News
from daemon.agents.orders import Obeyed, gather, obey, prepared_text
from daemon.agents.said import Said
from daemon.calls.opening import Caller
from mail.outgoing.agent_reply import Reply
from store import messages, tickets
from tickets.effects import CallIn, SendReply, TellAgents
from tickets.model import MessageKind, Ticket
from tickets.notices import Occasion


def act(said: Said) -> str:
    """Do what an agent says who may; in a few words what became of it."""
    parsed = said.parsed()
    if said.ticket is not None and parsed.text:
        parsed = replace(parsed, text=answering.own_text(said, parsed.text))
    plan = prepare(parsed, gather(said.session, said.desk, said.order(parsed), said.now))
    if not isinstance(plan, Plan):
        return refuse(said, parsed, plan)
    if plan.says("help") or plan.says("yes") or plan.says("undo"):
        return _answer(said, parsed, plan)
    return _carry_out(said, parsed, plan)


def answer_at_once(said: Said) -> str | None:
    """What became of a proven mail that answers no notice, where it makes no note; None: it is one.

    What is wrong is told, #help is answered, and a #new from which nothing leaves is done. Commands without a text, and
    a #new that would send one, wait for a #yes.
    """
    parsed = said.parsed()
    plan = prepare(parsed, gather(said.session, said.desk, said.order(parsed), said.now))
    if not isinstance(plan, Plan):
        done = refuse(said, parsed, plan)
        return done if not parsed.text or said.ticket is None else None
    if plan.says("undo"):
        return refuse(said, parsed, (CommandError("#undo is said in an answer to the transcript, or to a notice"),))
    if plan.says("help") or plan.says("yes"):
        return _answer(said, parsed, plan)
    if plan.says("new") and plan.use in {Use.REQUEST, None}:
        return _carry_out(said, parsed, plan)
    if not plan.invocations or (plan.text and not plan.says("new")):
        return None
    asking.ask(said, plan, "unanswered")
    return "it waits for a #yes"


def _answer(said: Said, parsed: Parsed, plan: Plan) -> str:
    """What is said alone, and changes no ticket by itself."""
    if plan.says("help"):
        agent_answers.put_manual(said)
        return "the manual was sent"
    if plan.says("undo"):
        return confirming.undo(said, parsed)
    found = confirming.find_asked(said)
    return refuse(said, parsed, (found,)) if isinstance(found, CommandError) else act(found)


def refuse_unknown(said: Said) -> str:
    """The notice that is answered is not on record, so that nothing can be held against what would leave."""
    return refuse(
        said, said.parsed(), (CommandError("the notice that you answer is no longer kept; answer a newer one"),)
    )


def refuse(said: Said, parsed: Parsed, errors: tuple[CommandError, ...]) -> str:
    """Nothing happens, and the agent is told why, with their text."""
    agent_answers.put_transcript(said, tell_refused(parsed, errors, said.ticket))
    return f"nothing was done: {errors[0]}"


def _carry_out(said: Said, parsed: Parsed, plan: Plan) -> str:
    prepared = prepared_text(said.desk, said.order(parsed), plan)
    if isinstance(prepared, CommandError):
        return refuse(said, parsed, (prepared,))
    reply, wrong = None, list(_objections(said, parsed, plan))
    if plan.use in {Use.REPLY, Use.FIXED}:
        reply, found = answering.prepare_reply(said, plan, prepared)
        wrong += [CommandError(str(leak)) for leak in found]
    if wrong:
        return refuse(said, parsed, tuple(wrong))
    newer = _newer(said) if plan.use is Use.REPLY and not said.insists else ""
    if newer:
        asking.ask(said, plan, "newer", newer)
        return "it waits: another agent answered meanwhile"
    obeyed = obey(said.session, said.desk, said.order(parsed), said.now)
    _tell(said, obeyed, reply, prepared)
    return "done"


def _objections(said: Said, parsed: Parsed, plan: Plan) -> Iterator[CommandError]:
    """What is wrong beyond the commands themselves."""
    if not plan.invocations and plan.use is None:
        yield CommandError("there is neither a command nor a text of yours above the quote")
    if plan.use in {Use.REPLY, Use.NOTE, Use.CALL} and not plan.before.ticket.number and not plan.says("new"):
        yield CommandError("the mail that you answer is about no ticket, so your text belongs nowhere")
    if plan.use in {Use.REPLY, Use.FIXED}:
        for line in parsed.strays[:5]:
            yield CommandError(f'"{line[:100]}" reads as a command, but stands below the text; write commands first')
    uncallable = calling.refusal(said.desk, plan, said.agent, said.now)
    if uncallable is not None:
        yield uncallable


def _newer(said: Said) -> str:
    """What another agent answered since the notice that is answered; empty where nobody did."""
    if said.ticket is None or said.notice is None:
        return ""
    since = said.notice.put_at
    rows = messages.messages(said.session, said.ticket.number)
    theirs = [row for row in rows if row.kind is MessageKind.PUBLIC and row.added_at > since]
    others = [row for row in theirs if row.author not in said.agent.addresses]
    return "\n\n".join(row.reply.strip() or row.text for row in others)


def _tell(said: Said, obeyed: Obeyed, reply: Reply | None, prepared: str) -> None:
    """Everybody whom it concerns hears of it, the agent who said it last."""
    assert obeyed.plan is not None, "only what was done is told"
    readers: list[str] = []
    changes: list[Change] = []
    author, unsent = obeyed.plan.before.author, list(reply.left_out) if reply is not None else []
    text = "\n\n".join(filter(None, [obeyed.plan.text, prepared]))
    mail = replace(said.mail, text=text, reply=text, quote="", signature="")
    cause = f"arrival:{said.arrival}" + (":yes" if said.insists else "")  # it was told already as a note, unsent
    news = News(cause, mail, said.raw, said.level)
    for told, effect in sorted(obeyed.effects, key=notice.is_for_all):
        ticket = tickets.load(said.session, told.number) or told  # as all commands left it
        match effect:
            case SendReply() if reply is not None and author is not None:
                sent, refused = answering.put_reply(said, ticket, author, reply)
                readers += sent
                unsent += refused
            case CallIn() if author is not None:
                caller = Caller(author, said.agent.name, said.agent.addresses)
                changes.append(calling.call_in(said.session, said.desk, ticket, effect, caller, news, said.now))
            case TellAgents():
                told_of = news if obeyed.plan.says("new") else _news_of(said, ticket, effect, news)
                notice.tell(said.session, said.desk, ticket, effect, told_of, now=said.now)
            case _:
                pass
    number = obeyed.transcript.number or 0
    changes += [Change(number, "goes to", "", ", ".join(readers))] if readers else []
    changes += [Change(number, "not sent", "", each) for each in unsent]
    transcript = replace(obeyed.transcript, changes=(*obeyed.transcript.changes, *changes), recallable=bool(readers))
    made = next((ticket for ticket, _ in obeyed.effects if ticket.number == number), None)
    agent_answers.put_transcript(said, transcript, made)


def _news_of(said: Said, ticket: Ticket, effect: TellAgents, news: News) -> News:
    """Of a ticket that was split off the customer's message is told, not what the agent wrote beside the command."""
    if effect.occasion is not Occasion.NEW or news.mail is None:
        return news
    rows = messages.messages(said.session, ticket.number)
    text = rows[-1].text if rows else ""
    return replace(news, mail=replace(news.mail, text=text, reply=text, attachments=()))
