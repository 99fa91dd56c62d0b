"""From the wish to tell agents to mails in the outbox: who is told, when, and what each of them reads."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from daemon import alerts
from daemon.agents import agent_mail
from daemon.agents.notice_facts import Facts, News, gather, spell, what_was_said
from daemon.agents.notice_links import write_links
from daemon.desk import Desk
from store import persons, waiting
from store.engine import Session
from tickets import notices as rules
from tickets.directory import Agent
from tickets.effects import Effect, TellAgents
from tickets.model import Ticket

EXCERPT = 300  # characters of what was said that stand in a digest


def tell(session: Session, desk: Desk, ticket: Ticket, effect: TellAgents, news: News, *, now: datetime) -> None:
    """Put a notice into the outbox for every agent whom it concerns, or a line into their next digest.

    Nobody is told twice of one happening (`news.cause`). A house without agents has nobody to tell.
    """
    if desk.directory.agents:
        Telling(session, desk, ticket, effect, news, now).tell()


def is_for_all(pair: tuple[Ticket, Effect]) -> bool:
    """To sort by: what is directed at somebody comes first, since of one happening an agent is told once."""
    effect = pair[1]
    return isinstance(effect, TellAgents) and effect.occasion not in rules.DIRECTED


@dataclass(frozen=True, slots=True)
class Telling:
    """One happening on its way to the agents, in the transaction that it is part of."""

    session: Session
    desk: Desk
    ticket: Ticket  # as it is afterwards
    effect: TellAgents
    news: News
    now: datetime

    def tell(self) -> None:
        """Now or later, each agent by their own wish."""
        circle = self._circle()
        told = rules.tell(self.effect.occasion, circle)
        if told.admins:
            alerts.put(self.session, self.desk, alerts.unheard(self.now), self.now)
        at_once = [agent for agent in told.agents if not self._keep(agent)]
        if at_once:
            facts = gather(self.session, self.desk, self.ticket, self.effect, self.news)
            for agent in at_once:
                self._put(agent, facts, mine=agent == circle.owner)

    def _circle(self) -> rules.Circle:
        effect, owner = self.effect, self.ticket.owner
        ids = {person for person in (owner, effect.cause, *effect.targets) if person is not None}
        known = persons.addresses(self.session, ids)
        agents = {person: self.desk.directory.agent_of(address.address) for person, address in known.items()}
        return rules.Circle(
            self.desk.directory.agents,
            owner=agents.get(owner) if owner is not None else None,
            cause=agents.get(effect.cause) if effect.cause is not None else None,
            targets=tuple(_present(agents.get(person) for person in effect.targets)),
        )

    def _key(self, agent: Agent) -> str:
        """Of one mail an agent is told once about a ticket, whatever it did there."""
        return f"notice:{self.ticket.number}:{self.news.cause}:{agent.addresses[0]}"

    def _keep(self, agent: Agent) -> bool:
        """Whether the agent is told later; then it is written down for their digest."""
        address = agent.addresses[0]
        sent = waiting.sent_since(self.session, address, self.now - rules.WINDOW)
        flow = rules.Flow(sent, waiting.next_due(self.session, address))
        due = rules.due(agent, self.effect.occasion, flow, self.desk.config.notices, self.now)
        if due is None:
            return False
        said = (self.effect.said or what_was_said(self.effect, self.news.mail))[: 4 * EXCERPT]
        entry = waiting.Entry(
            key=self._key(agent),
            agent=address,
            ticket=self.ticket.number,
            occasion=self.effect.occasion,
            who=self._who(),
            said=" ".join(said.split())[:EXCERPT],
            due=due,
        )
        waiting.keep(self.session, entry, self.now)
        return True

    def _who(self) -> str:
        cause = self.effect.cause
        return spell(persons.addresses(self.session, [cause]).get(cause)) if cause is not None else spell(None)

    def _put(self, agent: Agent, facts: Facts, *, mine: bool) -> None:
        desk, ticket, key = self.desk, self.ticket, self._key(agent)
        home = agent_mail.home_of(desk, ticket)
        named = agent_mail.name_mail(desk, agent, key, purpose=rules.PURPOSE, ticket=ticket.number, now=self.now)
        links = write_links(ticket, facts.others, home.address, named, mine=mine)
        text = desk.templates.render(
            replace(facts.context, mine=mine, commands=links.commands, others=links.others),
            language=desk.config.helpdesk.language,
            mailbox=home.address,
        )
        letter = agent_mail.AgentMail(
            agent,
            key,
            named,
            home,
            text,
            ticket=ticket.number,
            root=rules.root_id(ticket, desk.config.helpdesk.domain),
            fields=self._fields(facts),
            enclosures=facts.enclosures,
        )
        agent_mail.put(self.session, desk, letter, self.now)

    def _fields(self, facts: Facts) -> tuple[tuple[str, str], ...]:
        """What agents' filters sort by."""
        told = {
            "Ticket": str(self.ticket.number),
            "Status": self.ticket.status,
            "Priority": self.ticket.priority,
            "Owner": facts.context.owner or "nobody",
            "Account": self.ticket.account or "none",
            "Occasion": self.effect.occasion,
        }
        return tuple((f"X-Helpdeskd-{name}", value) for name, value in told.items())


def _present(agents: Iterable[Agent | None]) -> Iterable[Agent]:
    return (agent for agent in agents if agent is not None)
