"""A short run of everything that can go wrong, with a fixed seed and with one by chance."""

import secrets

import pytest

from chaos.run import Run, Setting
from chaos.site import Site

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("seed", [7, None])
async def test_every_promise_is_kept(site: Site, seed: int | None) -> None:
    setting = Setting(seconds=20, people=8, rooms=3, workers=2, seed=secrets.randbelow(2**31) if seed is None else seed)
    print(f"seed {setting.seed}")  # noqa: T201 - pytest shows it with a failure
    verdict = await Run(site, setting).go()
    assert verdict.broken == [], "\n".join([f"seed {setting.seed}", *verdict.done, *verdict.broken])
    # How much a seed by chance breaks in so short a time is the seed's to say; of seed 7 it is known.
    assert verdict.acts.total() > (3 if seed == 7 else 0)
    assert verdict.messages > 30
