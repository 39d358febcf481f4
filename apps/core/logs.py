"""Logs: one JSON line per event, with a scrubber for what must never be in a log."""

import datetime as dt
import json
import logging
import re

from apps.core.calendar import SHANGHAI

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
# The address of a signed link is its key: who reads it in a log could answer in the client's name.
LINK = re.compile(r"(/answer/(?:statement/)?)(?!statement/)[\w%-]{16,}")
# What PostgreSQL quotes of a row, of a file that is copied in, and of a statement with its values.
QUOTED = re.compile(r"^(DETAIL|CONTEXT|LINE \d+): .*$", re.MULTILINE)
# The house writes its logs in English: Chinese in them is somebody's name, address or words, with what is glued to it.
# It begins only where a word begins: tried from each letter of a long word, it would take the square of its length.
CHINESE = re.compile(r"(?<![^\s\"'\\()=:])[^\s\"'\\()=:]*[\u3400-\u9fff\uf900-\ufaff][^\s\"'\\)]*")
LONGEST_PATH = 200


def scrubbed(text: str) -> str:
    """The text without mobile and identity numbers, names and addresses, quoted rows, and the keys of signed links."""
    text = QUOTED.sub(r"\1: [row]", LINK.sub(r"\1[key]", text))
    return IDENTITY.sub("[identity]", PHONE.sub("[phone]", CHINESE.sub("[text]", text)))


class JsonFormatter(logging.Formatter):
    """One event, one line: time with offset, level, logger, message, request id when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON; line breaks inside are escaped by JSON itself."""
        line = {
            "at": dt.datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
        }
        for extra in ("request_id", "user_id", "path", "method", "status", "milliseconds"):
            if hasattr(record, extra):
                value = getattr(record, extra)
                line[extra] = scrubbed(value) if isinstance(value, str) else value
        if "path" in line:
            line["path"] = str(line["path"])[:LONGEST_PATH]
        if record.exc_info:
            line["exception"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
