"""The production description holds together: what is named exists, and only the proxy meets the world."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse

from opsdesk.embedded import CHECKOUT

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = sorted(set(SERVICES) - {"migrate"})


def test_every_secret_that_a_service_asks_for_is_made_or_is_the_certificate() -> None:
    script = (CHECKOUT / "deploy" / "make-secrets").read_text(encoding="utf-8")
    made = set(re.findall(r"^make (\w+) ", script, re.MULTILINE)) | {"tls_certificate", "tls_key"}

    asked = {name for service in SERVICES.values() for name in service.get("secrets", [])}

    assert asked == set(COMPOSE["secrets"])
    assert asked - made == set()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_secret_file_that_a_service_reads_is_handed_to_it(name: str) -> None:
    service = SERVICES[name]

    read = {Path(value).name for key, value in service.get("environment", {}).items() if key.endswith("_FILE")}

    assert read - set(service.get("secrets", [])) == set()


def test_only_the_migration_works_as_the_owner_of_the_tables() -> None:
    owners = [
        name for name in ("migrate", "web", "worker", "beat") if "database_url_owner" in SERVICES[name]["secrets"]
    ]

    assert owners == ["migrate"]


def test_only_the_proxy_is_reachable_and_has_a_way_out() -> None:
    assert [name for name in sorted(SERVICES) if "ports" in SERVICES[name]] == ["proxy"]
    assert [name for name in sorted(SERVICES) if "outside" in SERVICES[name]["networks"]] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["networks"]["front"] == {"internal": True}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service


@pytest.mark.parametrize("name", LASTING)
def test_what_should_last_is_watched_and_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert "test" in SERVICES[name]["healthcheck"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_works_on_tables_that_are_not_up_to_date(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_takes_nothing_along_that_is_not_named() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert ignored[0] == "*"
    assert not any("secrets" in line or ".env" in line or "tls" in line for line in ignored)


def test_large_bodies_are_let_through_where_files_are_uploaded_and_nowhere_else() -> None:
    config = (CHECKOUT / "deploy" / "nginx" / "opsdesk.conf.template").read_text(encoding="utf-8")

    large = [block for block in re.split(r"\n    location ", config) if "client_max_body_size 210m;" in block]

    assert [block.split(" {")[0] for block in large] == [f"= {reverse('desk:import_upload')}"]
    assert config.count("client_max_body_size 3m;") == 1


def test_the_proxy_overwrites_what_a_client_says_about_itself() -> None:
    config = (CHECKOUT / "deploy" / "nginx" / "opsdesk.conf.template").read_text(encoding="utf-8")

    assert "proxy_set_header X-Forwarded-For $remote_addr;" in config
    assert "proxy_set_header X-Forwarded-Proto https;" in config
    assert 'proxy_set_header Forwarded "";' in config
    assert "$proxy_add_x_forwarded_for" not in config
