"""Whom commands name: looked up by whoever gathers the scene, because a command cannot ask the store."""

from collections.abc import Iterable, Iterator

from commands import registry
from commands.arguments import read_address, read_agent
from commands.invocation import CommandError, Invocation
from mail.model import Address
from mail.names import one_line
from tickets.directory import Agent, Directory


def people_named(invocations: Iterable[Invocation], directory: Directory, agent: Agent | None) -> tuple[Address, ...]:
    """Every address that these commands need a person for: agents by their first address, and whoever speaks."""
    found = [address for each in invocations for address in _named(each, directory)]
    if agent is not None:
        found.append(Address(agent.name, agent.addresses[0]))
    return tuple({each.address: each for each in found}.values())


def requester_of(invocation: Invocation) -> Address | str | CommandError:
    """The requester that a #new names: an address, or the mere name of somebody who has none."""
    written = invocation.value("requester")
    if "@" not in written:
        return one_line(written, 100)
    return read_address(written)


def _named(invocation: Invocation, directory: Directory) -> Iterator[Address]:
    command = registry().get(invocation.name)
    if command is None or not command.names_people:
        return
    for word in (*invocation.args, *(value for name, value in invocation.fields if name == "requester")):
        agent = read_agent(word, directory)
        if isinstance(agent, Agent):
            yield Address(agent.name, agent.addresses[0])
        address = read_address(word.lstrip("+-")) if "@" in word else None
        if isinstance(address, Address):
            yield address
