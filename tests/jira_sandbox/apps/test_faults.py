from __future__ import annotations

import random
import time

import pytest
from pydantic import ValidationError

from jira_sandbox.apps import WebhookFaults
from tests.jira_sandbox.apps.conftest import Bench, install, numbers

IDENTIFIER = "X-Atlassian-Webhook-Identifier"


def test_duplicates_have_the_same_identifier(bench: Bench) -> None:
    install(bench)
    bench.apps.faults = WebhookFaults(duplicate=2)
    bench.publish()
    bench.settle()
    got = bench.receiver.at("/updated")
    assert len(got) == 3
    assert len({each.headers[IDENTIFIER] for each in got}) == 1


def test_everything_can_be_lost_and_is_logged_as_lost(bench: Bench) -> None:
    install(bench)
    bench.apps.faults = WebhookFaults(drop=1.0)
    bench.publish()
    bench.settle()
    assert bench.receiver.at("/updated") == []
    assert bench.apps.deliveries()[-1]["error"] == "dropped"


def lost_numbers(bench: Bench, seed: int) -> list[int]:
    bench.apps.faults = WebhookFaults(drop=0.5, seed=seed)
    bench.receiver.clear()
    for number in range(20):
        bench.publish(number=number)
    bench.settle()
    return sorted(set(range(20)) - set(numbers(bench.receiver.at("/updated"))))


def test_what_is_lost_follows_from_the_seed(bench: Bench) -> None:
    install(bench)
    first = lost_numbers(bench, 7)
    assert 0 < len(first) < 20
    assert lost_numbers(bench, 7) == first
    assert lost_numbers(bench, 8) != first


def shuffled(bench: Bench, seed: int) -> list[int]:
    bench.receiver.clear()
    bench.apps.faults = WebhookFaults(shuffle=True, seed=seed)
    for number in range(16):
        bench.publish(number=number)
    assert bench.apps.in_flight() == 16
    bench.settle()
    return numbers(bench.receiver.at("/updated"))


def test_a_shuffled_window_loses_nothing_and_its_order_follows_from_the_seed(bench: Bench) -> None:
    install(bench)
    seen = shuffled(bench, 3)
    # Drawn as documented: each window of eight by itself, both from one seeded source, after one draw per delivery.
    chance = random.Random(3)  # noqa: S311 - repeats what the seed gives
    expected: list[int] = []
    for window in (list(range(8)), list(range(8, 16))):
        for _ in window:
            chance.random()
        chance.shuffle(window)
        expected += window
    assert sorted(seen) == list(range(16))
    # Neighbours may overtake each other on a busy machine; an order of its own would invert about 60 pairs of 120.
    assert inversions([expected.index(number) for number in seen]) <= 20
    assert inversions(seen) > 20


def inversions(order: list[int]) -> int:
    return sum(one > other for place, one in enumerate(order) for other in order[place + 1 :])


def test_a_window_that_does_not_fill_is_released_all_the_same(bench: Bench) -> None:
    install(bench)
    bench.apps.faults = WebhookFaults(shuffle=True)
    bench.publish(number=1)
    assert bench.apps.in_flight() == 1
    bench.settle()
    assert numbers(bench.receiver.at("/updated")) == [1]


def test_a_delay_holds_the_first_attempt(bench: Bench) -> None:
    install(bench)
    bench.apps.faults = WebhookFaults(delay=0.3)
    bench.publish()
    time.sleep(0.1)
    assert bench.receiver.at("/updated") == []
    assert bench.apps.in_flight() == 1
    bench.settle()
    assert len(bench.receiver.at("/updated")) == 1


def test_faults_combine_and_clear(bench: Bench) -> None:
    install(bench)
    bench.apps.faults = WebhookFaults(shuffle=True, duplicate=1, seed=5)
    for number in range(5):
        bench.publish(number=number)
    # Clearing releases what was held: nothing is forgotten.
    bench.apps.faults = WebhookFaults()
    bench.publish(number=5)
    bench.settle()
    assert sorted(numbers(bench.receiver.at("/updated"))) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]


@pytest.mark.parametrize("document", [{"drop": 1.1}, {"duplicate": -1}, {"delay": -1}, {"lose": 1}])
def test_impossible_faults_are_refused(document: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        WebhookFaults.model_validate(document)
