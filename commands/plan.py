"""What a mail full of commands comes to: all of it together, or everything that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from commands import registry
from commands.grammar import Parsed
from commands.invocation import CommandError, Invocation
from commands.scene import Aside, Listing, On, Scene, TakingBack, Use
from tickets.events import Event, Moved, Noted, Replied
from tickets.lifecycle import decide, refusal
from tickets.model import Ticket


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens, in order: nothing of it is done yet. `use` is what becomes of the text; None: there is none."""

    invocations: tuple[Invocation, ...]
    happenings: tuple[Event | On | Aside, ...]
    use: Use | None
    text: str
    before: Scene
    after: Scene

    def says(self, name: str) -> bool:
        """Whether this command is among them."""
        return any(each.name == name for each in self.invocations)

    def invocation(self, name: str) -> Invocation | None:
        """The command of that name, where it is among them."""
        return next((each for each in self.invocations if each.name == name), None)


def prepare(parsed: Parsed, scene: Scene) -> Plan | tuple[CommandError, ...]:
    """The plan for what was said, or all that is wrong with it: then none of it may happen, the text included."""
    said = parsed.invocations
    errors = [*parsed.errors, *_contradictions(said), *_lacks(said, scene, has_text=bool(parsed.text))]
    use = _use_of(said, has_text=bool(parsed.text))
    before = replace(scene, use=use)
    fold = _Fold(before)
    for each in _in_order(said, use, fold.scene):
        wrong = fold.take(each)
        if wrong is not None:
            errors.append(wrong)
            fold.is_sound = False
    if errors:
        return tuple(errors)
    return Plan(said, tuple(fold.happened), use, parsed.text, before, fold.scene)


class _Fold:
    """The scene as it becomes, command by command."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.happened: list[Event | On | Aside] = []
        self.is_sound = True  # once something is wrong, what the ticket refuses says nothing any more

    def take(self, said: Invocation | Event) -> CommandError | None:
        """One command, or what the text does by itself."""
        if not isinstance(said, Invocation):
            self._happen(said)
            return None
        command = registry()[said.name]
        result = command.run(said, self.scene)
        if isinstance(result, CommandError):
            return replace(result, where=said.where, expected=result.expected or command.form)
        for each in result:
            why = self._refusal(each) if self.is_sound else None
            if why is not None:
                return CommandError(f"#{said.name}: {why}", said.where)
            self._happen(each)
        return None

    def _refusal(self, happening: Event | On | Aside) -> str | None:
        if isinstance(happening, Listing | TakingBack):
            return None
        event = happening.event if isinstance(happening, On) else happening
        ticket = self._ticket_of(happening)
        return refusal(ticket, event) if isinstance(event, Moved) and ticket is not None else None

    def _ticket_of(self, happening: Event | On) -> Ticket | None:
        return self.scene.others.get(happening.number) if isinstance(happening, On) else self.scene.ticket

    def _happen(self, happening: Event | On | Aside) -> None:
        self.happened.append(happening)
        if isinstance(happening, Listing | TakingBack):
            return
        ticket = self._ticket_of(happening)
        if ticket is None:
            return
        event = happening.event if isinstance(happening, On) else happening
        after = decide(ticket, event, now=self.scene.now).ticket
        if isinstance(happening, On):
            self.scene = replace(self.scene, others={**self.scene.others, happening.number: after})
        else:
            self.scene = replace(self.scene, ticket=after)


def _in_order(said: tuple[Invocation, ...], use: Use | None, scene: Scene) -> Iterator[Invocation | Event]:
    """A new ticket before all else, then the text, then the commands as they were written."""
    yield from (each for each in said if each.name == "new")
    if use is Use.REPLY:
        yield Replied(scene.author, keep_open=any(each.name == "open" for each in said))
    elif use in {Use.NOTE, Use.CALL}:
        yield Noted(scene.author)
    yield from (each for each in said if each.name != "new")


def _use_of(said: tuple[Invocation, ...], *, has_text: bool) -> Use | None:
    chosen = next((use for each in said if (use := registry()[each.name].uses) is not None), None)
    if any(each.name == "macro" for each in said):
        return Use.REPLY
    if not has_text:
        return None
    new = next((each for each in said if each.name == "new"), None)
    default = Use.REQUEST if new is not None and new.value("source") else Use.REPLY
    return chosen or default


def _contradictions(said: tuple[Invocation, ...]) -> Iterator[CommandError]:
    """What cannot be said together."""
    seen: dict[str, Invocation] = {}
    for each in said:
        command = registry()[each.name]
        if each.name in seen:
            yield CommandError(f"#{each.name} is said twice", each.where)
            continue
        yield from (
            CommandError(f"#{other.name} and #{each.name} contradict each other", each.where)
            for other in seen.values()
            if set(registry()[other.name].groups) & set(command.groups)
        )
        seen[each.name] = each
    alone = next((each for each in said if registry()[each.name].alone), None)
    if alone is not None and len(seen) > 1:
        yield CommandError(f"#{alone.name} is said alone", alone.where)
    if "new" in seen and said[0].name != "new":
        yield CommandError("#new stands before all other commands", seen["new"].where)


def _lacks(said: tuple[Invocation, ...], scene: Scene, *, has_text: bool) -> Iterator[CommandError]:
    """Commands that lack their ticket or their text, or have a text and no use for it."""
    makes_one = any(each.name == "new" for each in said)
    for each in said:
        command = registry()[each.name]
        if command.needs_ticket and not scene.ticket.number and not makes_one:
            yield CommandError(f"#{each.name} is said to a ticket, and none is named", each.where)
        if command.needs_text and not has_text:
            yield CommandError(f"#{each.name} needs a text, and there is none", each.where)
        if command.alone and has_text:
            yield CommandError(f"#{each.name} is said without a text", each.where)
