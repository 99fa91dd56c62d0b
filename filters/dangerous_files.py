"""Files that harm whoever opens them."""

import re
from collections.abc import Iterator

from filters import Evidence, Hit, Kind, filter_rule

_PROGRAMS = frozenset(
    {"chm", "cpl", "exe", "hta", "img", "iso", "jse", "lnk", "msi", "pif", "scr", "vbe", "vhd", "wsf", "wsh"}
)
_SCRIPTS = frozenset({"bat", "cmd", "docm", "jar", "js", "pptm", "ps1", "vbs", "xlsb", "xlsm"})  # customers send those
_ARCHIVES = frozenset({"7z", "ace", "arj", "cab", "gz", "rar", "zip"})
_DOCUMENTS = frozenset(
    {"doc", "docx", "gif", "htm", "html", "jpeg", "jpg", "pdf", "png", "ppt", "pptx", "rtf", "txt", "xls", "xlsx"}
)
_PAGES = frozenset({"htm", "html", "shtml", "svg", "xhtml"})
_PASSWORD = re.compile(
    r"(?i)\b(?:password|passwort|kennwort|passcode|mot de passe|contrase\u00f1a)\b[^:=\n]{0,30}?"
    r"(?:[:=]\s{0,3}\S|\b(?:is|ist|est|es)\s{1,3}\S{0,20}?\d)"
)
_LOOKED_AT = 5000
_LIES = re.compile(r"part [\d.]+ says .{1,100}, but is .{1,100}")
_MOST = 200  # files


@filter_rule(
    "files",
    Kind("PROGRAM_ATTACHED", 2.5, "a program is attached"),
    Kind("SCRIPT_ATTACHED", 0.7, "a script or a document with macros is attached"),
    Kind("DOUBLE_ENDING", 4.0, "a program is attached that is named like a document"),
    Kind("LYING_FILE", 1.5, "a file is something else than what it says"),
    Kind("LOCKED_ARCHIVE", 1.5, "an archive is attached, and the mail tells its password"),
    Kind("PAGE_ATTACHED", 0.7, "a web page is attached"),
)
def dangerous_files(evidence: Evidence) -> Iterator[Hit]:
    """By the endings of their names, what their bytes show, and what the text says of them."""
    mail = evidence.mail
    found: dict[str, str] = {}
    for file in mail.attachments[:_MOST]:
        symbol = _judge(file.name)
        if symbol:
            found.setdefault(symbol, f"{file.name} is attached")
        if _ending(file.name) in _ARCHIVES and _PASSWORD.search(mail.text[:_LOOKED_AT]):
            found.setdefault("LOCKED_ARCHIVE", f"{file.name} is attached, and the text tells a password")
    lies = [defect for defect in mail.defects if _LIES.fullmatch(defect)]
    if lies:
        found["LYING_FILE"] = lies[0]
    yield from (Hit(symbol, reason) for symbol, reason in found.items())


def _judge(name: str) -> str:
    stem, ending = name.rpartition(".")[0], _ending(name)
    if ending in _PROGRAMS | _SCRIPTS and _ending(stem) in _DOCUMENTS:
        return "DOUBLE_ENDING"
    if ending in _PROGRAMS:
        return "PROGRAM_ATTACHED"
    if ending in _SCRIPTS:
        return "SCRIPT_ATTACHED"
    return "PAGE_ATTACHED" if ending in _PAGES else ""


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
