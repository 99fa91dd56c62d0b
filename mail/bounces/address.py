"""Addresses as delivery reports write them: in fields with a type before them, and in the middle of words."""

import re
from collections.abc import Iterable

_LOCAL = r"[A-Za-z0-9!#$%&*+/=?^_{}~.-]"
TEXT_ADDRESS = rf"(?<!{_LOCAL}){_LOCAL}{{1,200}}@[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,252}}[A-Za-z0-9])?"
ANGLED_ADDRESS = r"<[^<>@\s]{1,200}@[^<>@\s]{1,253}>"  # in these, other letters than ASCII too (RFC 6531)
_IN_TEXT = re.compile(f"({ANGLED_ADDRESS})|({TEXT_ADDRESS})")
_KEYED = re.compile(r"(?i)(?:orcpt|rcpt|to|from|for|address|recipient|user|e?mail)=(?=[^=@]{1,200}@)")
_FIELD = re.compile(
    r"(\"(?:[^\"\\\n]|\\.){1,200}\"|[^\s<>()\[\],;:\"\\@|/][^\s<>()\[\],;:\"\\@|]{0,200})"
    r"@([^\s<>()\[\],;:\"\\@|]{1,253}|\[[0-9A-Fa-f.:]{2,60}\])"
)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*")
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_MUST_BE_XTEXT = re.compile(r"\+(?:40|2B|3D)")
_LIMIT = 2000


def read_field_address(value: str) -> str:
    """The address of a field such as Final-Recipient (RFC 3464 §2.3.2), lower-cased.

    Empty where it is a file, a program or an address of another kind of network. Understood are missing types, angle
    brackets, source routes, xtext (RFC 3461 §4) and the forms of RFC 6533 §3.
    """
    kind, has_type, rest = value[:_LIMIT].partition(";")
    written = (rest if has_type else kind).strip()
    if "<" in written and ">" in written:
        written = written.partition("<")[2].partition(">")[0].strip()
    if written.startswith("@"):  # a source route (RFC 5321 §F.2)
        written = written.partition(":")[2]
    if has_type and kind.strip().lower().startswith("utf-8"):
        written = _UNICODE.sub(_character, written)
    found = _FIELD.match(_without_xtext(written))
    return _plain_local(found[1]) + "@" + found[2].rstrip(".").lower() if found else ""


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return chr(code) if 0x20 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _without_xtext(written: str) -> str:
    """Decoded where it must be xtext: no @ is left in it, or a plus or equals sign that only xtext writes so."""
    if "@" in written and not re.search(r"\+(?:2B|3D)", written):
        return written
    if not _MUST_BE_XTEXT.search(written):
        return written
    return _XTEXT.sub(lambda code: chr(int(code[1], 16)), written)


def _plain_local(local: str) -> str:
    bare = local[1:-1] if local.startswith('"') else local
    return (bare if _ATOMS.fullmatch(bare) else local).lower()


def find_addresses(text: str) -> list[str]:
    """All addresses that stand in a text, in their order, each once, lower-cased; linear."""
    return list(dict.fromkeys(bare_address(found[0]) for found in _IN_TEXT.finditer(text)))


def bare_address(written: str) -> str:
    """An address that one of the patterns found, without brackets and without the key before an equals sign."""
    bare = written.strip("<>")
    return bare[keyed.end() :].lower() if (keyed := _KEYED.match(bare)) else bare.removeprefix("mailto:").lower()


def is_full(address: str) -> bool:
    """Whether an address has a domain that other hosts could know."""
    domain = address.rpartition("@")[2]
    return "@" in address and ("." in domain or domain.startswith("["))


def first_full(addresses: Iterable[str]) -> str:
    """The first address that other hosts could know, else the first that is there at all."""
    known = [address for address in addresses if address]
    return next((address for address in known if is_full(address)), next(iter(known), ""))
