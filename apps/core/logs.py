"""Logs: one JSON line per event, with a scrubber for what must never be in a log."""

import datetime as dt
import json
import logging
import re

from apps.core.calendar import SHANGHAI

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def scrubbed(text: str) -> str:
    """The text without mobile and identity numbers."""
    return IDENTITY.sub("[identity]", PHONE.sub("[phone]", text))


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
                line[extra] = getattr(record, extra)
        if record.exc_info:
            line["exception"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
