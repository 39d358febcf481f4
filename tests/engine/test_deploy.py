"""The production description holds together: what is named exists, and only the proxy meets the world."""

import os
import re
import subprocess
import sys
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


def test_only_the_migration_takes_as_long_as_it_takes_and_waits_longer_for_a_lock() -> None:
    limits = {
        name: service["environment"]["DATABASE_TIMEOUTS"]
        for name, service in SERVICES.items()
        if "DATABASE_TIMEOUTS" in service.get("environment", {})
    }

    assert limits == {
        "migrate": "-c lock_timeout=60000 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    }


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


@pytest.mark.parametrize("name", ["web", "worker"])
def test_how_a_container_is_asked_is_in_the_image(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][:3] == ["CMD", "python", "deploy/health.py"]
    assert "REDIS_URL_FILE" in SERVICES[name]["environment"]


def test_a_worker_that_no_broker_reaches_is_not_well_and_the_application_is_not_loaded_to_learn_it(
    tmp_path: Path,
) -> None:
    address = tmp_path / "redis_url"
    address.write_text("redis://127.0.0.1:1/0", encoding="utf-8")

    told = subprocess.run(
        [sys.executable, "-X", "importtime", CHECKOUT / "deploy" / "health.py", "worker"],
        env={"PATH": os.environ["PATH"], "REDIS_URL_FILE": str(address)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert told.returncode == 1
    assert "127.0.0.1:1" in told.stdout
    assert not {"django.db", "opsdesk"} & {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_works_on_tables_that_are_not_up_to_date(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_takes_nothing_along_that_is_not_named() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert ignored[0] == "*"
    assert not any("secrets" in line or ".env" in line or "tls" in line for line in ignored)


@pytest.mark.parametrize(
    ("most", "pages"),
    [
        ("210m", [("import_upload", []), ("bill_upload", []), ("sheet_upload", [])]),
        ("21m", [("inbox_comment", [7]), ("shipments_waybills", [])]),
    ],
)
def test_large_bodies_are_let_through_where_files_are_uploaded_and_nowhere_else(
    most: str, pages: list[tuple[str, list[int]]]
) -> None:
    config = (CHECKOUT / "deploy" / "nginx" / "opsdesk.conf.template").read_text(encoding="utf-8")

    (block,) = [part for part in re.split(r"\n    location ", config) if f"client_max_body_size {most};" in part]

    door = re.compile(block.split(" {")[0].removeprefix("~ "))
    assert all(door.search(reverse(f"desk:{name}", args=keys)) for name, keys in pages)
    assert not any(door.search(reverse(f"desk:{name}")) for name in ("orders", "inbox", "bills", "home"))
    assert config.count("client_max_body_size 3m;") == 1


def test_the_proxy_does_not_write_down_the_keys_of_signed_links() -> None:
    config = (CHECKOUT / "deploy" / "nginx" / "opsdesk.conf.template").read_text(encoding="utf-8")

    door = re.compile(config.split('"~')[1].split('"')[0].replace("?<", "?P<"))
    assert door.search(reverse("desk:client_answer", args=["secret"])).group("door") == "/desk/answer/"
    assert "$request_uri" not in config.split("log_format")[1].split(";")[0]
    assert "$uri " not in config.split("log_format")[1].split(";")[0]
    assert re.findall(r"error_log (.*);", config) == ["/dev/stderr crit"]


def test_the_proxy_overwrites_what_a_client_says_about_itself() -> None:
    config = (CHECKOUT / "deploy" / "nginx" / "opsdesk.conf.template").read_text(encoding="utf-8")

    assert "proxy_set_header X-Forwarded-For $remote_addr;" in config
    assert "proxy_set_header X-Forwarded-Proto https;" in config
    assert 'proxy_set_header Forwarded "";' in config
    assert "$proxy_add_x_forwarded_for" not in config
