"""The description of the API: true, complete, and closed to strangers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from apps.org.models import User
from tests.api.conftest import Program

SCHEMA = "/api/schema/"
DOCS = "/api/docs/"


@pytest.fixture
def schema(erp: Program) -> dict[str, Any]:
    """The description as a program reads it."""
    described: dict[str, Any] = json.loads(erp.get(SCHEMA, format="json").content)
    return described


def test_strangers_read_nothing(db: None) -> None:
    assert Client().get(SCHEMA).status_code == 401
    assert Client().get(DOCS).status_code == 302
    assert Client().get(DOCS)["Location"].endswith("?next=/api/docs/")


def test_whoever_is_logged_in_reads_it(pia: User) -> None:
    client = Client()
    client.force_login(pia)

    assert client.get(SCHEMA).status_code == 200
    assert client.get(DOCS).status_code == 200


def test_it_describes_every_operation_with_its_token_its_errors_and_its_key(schema: dict[str, Any]) -> None:
    operations = {(method, path): told for path, verbs in schema["paths"].items() for method, told in verbs.items()}

    assert len(operations) == 7
    assert all(path.startswith("/api/v1/") for _method, path in operations)
    for (method, _path), told in operations.items():
        assert told["security"] == [{"storeToken": []}]
        assert {"400", "401", "403", "404", "429"} <= set(told["responses"])
        keys = [p for p in told.get("parameters", []) if p["name"] == "Idempotency-Key"]
        assert [key["required"] for key in keys] == ([True] if method == "post" else [])
        assert told["description"]
    assert schema["components"]["securitySchemes"]["storeToken"]["scheme"] == "bearer"


def test_it_says_that_nothing_else_is_taken(schema: dict[str, Any]) -> None:
    shapes = {name: told for name, told in schema["components"]["schemas"].items() if name.endswith("InRequest")}

    assert set(shapes) == {f"{name}InRequest" for name in ("Push", "Order", "Line", "Contact", "Hold", "Nothing")}
    assert all(told["additionalProperties"] is False for told in shapes.values())
    assert (shapes["PushInRequest"]["properties"]["orders"]["maxItems"]) == 500


def test_it_is_drawn_without_warnings(tmp_path: Path) -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(tmp_path / "schema.yaml"))

    assert (tmp_path / "schema.yaml").stat().st_size > 10_000


def test_the_page_loads_from_here_alone_and_keeps_the_strict_policy(pia: User) -> None:
    client = Client()
    client.force_login(pia)

    answer = client.get(DOCS)
    html = answer.content.decode()

    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    for address in re.findall(r"(?:src|href)=\"/?([^\"]+)\"", html):
        assert finders.find(address.removeprefix(settings.STATIC_URL.strip("/") + "/")), address
    script = Path(str(finders.find("api/docs.js"))).read_text(encoding="utf-8")
    assert "validatorUrl: null" in script


def test_the_document_is_the_same_in_both_formats(erp: Program, schema: dict[str, Any]) -> None:
    answer = erp.get(SCHEMA)

    assert answer["Content-Type"].startswith("application/vnd.oai.openapi")
    assert answer.content.decode().count("operationId:") == 7
    assert len(schema["paths"]) == 6
