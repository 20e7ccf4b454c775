import random
import re

from bench.meter import FULL
from bench.pages import questions
from bench.report import ANSWERS


def test_every_question_is_asked_and_reported() -> None:
    assert questions("r1").keys() == ANSWERS.keys()


def test_addresses_can_be_asked_for() -> None:
    chance = random.Random(1)
    for ask in questions("r1").values():
        assert all(re.fullmatch(r"/[!-~]+", ask(chance)) for _ in range(30))


def test_a_million_messages() -> None:
    _, rooms, messages = FULL.site
    assert rooms * messages == 1_000_000
