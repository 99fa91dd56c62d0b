"""Ids of Slack as its pages show them."""

import re
from typing import Annotated

from pydantic import AfterValidator

_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}", re.ASCII)
_MEMBER = re.compile(r"[UW][A-Z0-9]{6,20}", re.ASCII)


def _check_channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise ValueError("this is no id of a Slack channel; its details show it, like C024BE91L")
    return value


def _check_member(value: str) -> str:
    if not _MEMBER.fullmatch(value):
        raise ValueError("this is no id of a Slack member; their profile shows it, like U024BE7LH")
    return value


Channel = Annotated[str, AfterValidator(_check_channel)]
Member = Annotated[str, AfterValidator(_check_member)]
