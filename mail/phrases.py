"""Lists of phrases made one pattern: a phrase a line, each a regular expression, without regard to case."""

import re
from collections.abc import Mapping


def any_of(table: Mapping[str, str]) -> str:
    """What matches any phrase of any language of the table, as one group."""
    phrases = (line.strip() for block in table.values() for line in block.splitlines())
    return "(?:" + "|".join(phrase for phrase in phrases if phrase) + ")"


def compile_any(table: Mapping[str, str]) -> re.Pattern[str]:
    """The pattern that finds any phrase of the table anywhere."""
    return re.compile("(?i)" + any_of(table))
