"""What customers answer: written down once for each ticket, told where it is bad, and never asked again on wish."""

from dataclasses import replace
from datetime import datetime

from daemon.agents import notice
from daemon.agents.notice_facts import News
from daemon.desk import Desk
from daemon.happen import happen
from daemon.slack import posting
from mail.model import Mail
from store import surveys, tickets
from store.engine import Session
from tickets import surveys as rules
from tickets.effects import TellAgents, TellSlack
from tickets.events import Rated
from tickets.record import Doer
from tickets.routes import OptOut, Rate

UNKNOWN = "we asked nobody about this ticket"
SHOWN = 300  # characters of a comment that stand in the line of a notice; a longer one is shown whole below it


def answer_by_mail(session: Session, desk: Desk, way: Rate | OptOut, doer: Doer, now: datetime) -> str:
    """Do what an answer by mail says; what was done, in words."""
    survey = surveys.load(session, way.ticket)
    if survey is None:
        return UNKNOWN
    if isinstance(way, OptOut):
        return opt_out(session, survey, "mail", now)
    return rate(session, desk, survey, way, replace(doer, person=survey.person), "mail", now)


def opt_out(session: Session, survey: surveys.Survey, way: surveys.Way, now: datetime) -> str:
    """Never ask this person again; what was done, in words."""
    surveys.opt_out(session, survey.person, way, now)
    return "never to be asked again"


def rate(  # noqa: PLR0917 the transaction, the house, what is answered, what is said, by whom and how
    session: Session, desk: Desk, survey: surveys.Survey, said: Rate, doer: Doer, way: surveys.Way, now: datetime
) -> str:
    """Write an answer down and have told what must be; what was done, in words. The ticket stays as it is."""
    ticket, comment, before = tickets.load(session, survey.ticket), said.comment, survey.score
    if way == "mail" and not comment:  # a page shows what was said, and so can take it back
        comment = survey.comment or ""
    if before == said.score and comment == survey.comment:
        return f"a survey's answer: {said.score}, as before"
    assert ticket is not None, "a survey is about a ticket that is there"
    surveys.rate(session, survey, score=said.score, comment=comment, way=way, now=now)
    says_more = bool(comment) and comment != survey.comment
    bad = rules.is_told(said.score, before, desk.config.surveys, says_more=says_more)
    event = Rated(survey.person, said.score, comment, way, before, bad)
    decision = happen(session, ticket, event, doer, max(now, ticket.changed_at))
    mail = Mail(text=comment, reply=comment) if len(comment) > SHOWN else None
    for effect in decision.effects:
        match effect:
            case TellAgents():
                news = News(f"rating:{now.isoformat()}", mail)
                notice.tell(session, desk, decision.ticket, effect, news, now=now)
            case TellSlack():
                posting.put_word(session, desk, decision.ticket, effect.text, now)
            case _:
                pass  # nobody else listens
    return f"a survey's answer: {said.score}"
