from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from connect_app.errors import Misconfigured
from connect_app.settings import Settings, read_settings


def test_nothing_set_is_a_working_machine_of_ones_own() -> None:
    settings = read_settings({})
    assert settings.base_url == "http://127.0.0.1:8060"
    assert settings.database_url == "sqlite:///relance.db"
    assert (settings.development, settings.base_path) == (False, "")


def test_every_kind_of_value_is_read() -> None:
    settings = read_settings(
        {
            "RELANCE_BASE_URL": "https://desk.example/relance/",
            "RELANCE_SECRET_KEYS": " a , b,,",
            "RELANCE_DATA_DIR": "/var/lib/relance",
            "RELANCE_DEVELOPMENT": "true",
            "RELANCE_CLOCK_URL": "http://127.0.0.1:8061/clock",
            "RELANCE_POLL_SECONDS": "0.05",
            "RELANCE_SWEEP_MINUTES": "15",
            "RELANCE_LOG_LEVEL": "",
            "HOME": "/root",
        }
    )
    assert settings.base_path == "/relance"
    assert settings.secret_keys == ("a", "b")
    assert settings.data_dir == Path("/var/lib/relance")
    assert settings.clock_url == "http://127.0.0.1:8061/clock"
    assert (settings.development, settings.poll_seconds, settings.sweep_minutes) == (True, 0.05, 15)
    assert settings.log_level == "INFO", "an empty variable is no variable"


WRONG = {
    "RELANCE_TICK_SECONDS": "0",
    "RELANCE_POLL_SECONDS": "11",
    "RELANCE_SWEEP_MINUTES": "often",
    "RELANCE_EXECUTOR_ID": "worker 1",
    "RELANCE_APP_KEY": "a/b",
    "RELANCE_DEVELOPMENT": "perhaps",
    "RELANCE_LOG_LEVEL": "LOUD",
    "RELANCE_BASE_URL": "desk.example",
}


@pytest.mark.parametrize(("name", "value"), WRONG.items())
def test_a_wrong_value_is_refused_with_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings({name: value})
    assert name in str(caught.value)
    assert "Value error" not in str(caught.value)


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings(dict(list(WRONG.items())[:4]))
    assert all(name in str(caught.value) for name in list(WRONG)[:4])


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"RELANCE_BASE_URL": "http://desk.example"}, "RELANCE_BASE_URL"),
        ({"RELANCE_BASE_URL": "ftp://desk.example"}, "RELANCE_BASE_URL"),
        ({"RELANCE_CLOCK_URL": "http://127.0.0.1/clock"}, "RELANCE_CLOCK_URL"),
    ],
)
def test_what_is_only_for_development_stays_at_home(environment: dict[str, str], variable: str) -> None:
    with pytest.raises(Misconfigured, match=variable):
        read_settings(environment)


@pytest.mark.parametrize("base_url", ["http://localhost:8060", "http://[::1]:8060", "https://desk.example"])
def test_loopback_and_https_need_no_permission(base_url: str) -> None:
    assert read_settings({"RELANCE_BASE_URL": base_url}).base_url == base_url


def test_a_worker_is_not_given_up_while_jira_may_still_answer_it() -> None:
    with pytest.raises(Misconfigured, match="RELANCE_SILENT_SECONDS must be at least twice RELANCE_HTTP_TIMEOUT"):
        read_settings({"RELANCE_SILENT_SECONDS": "39"})
    assert read_settings({"RELANCE_SILENT_SECONDS": "40"}).silent_seconds == 40


def test_a_secret_is_never_in_the_message() -> None:
    with pytest.raises(Misconfigured) as caught:
        read_settings({"RELANCE_DATABASE_URL": "postgresql://u:hunter2@db/x", "RELANCE_POLL_SECONDS": "x"})
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_settings_do_not_change_and_know_no_other_field() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.app_key = "x"
    with pytest.raises(ValidationError):
        Settings.model_validate({"app_keys": "x"})


def test_a_misspelt_variable_is_not_silently_a_default() -> None:
    with pytest.raises(Misconfigured, match=r"RELANCE_DATABSE_URL.*did you mean RELANCE_DATABASE_URL"):
        read_settings({"RELANCE_DATABSE_URL": "postgresql://somewhere/relance"})
    read_settings({"RELANCE_CONTRACTS": "/x", "RELANCE_ADMIN_TOKEN": "x", "RELANCE_TEST_PROCESSES": "2"})
