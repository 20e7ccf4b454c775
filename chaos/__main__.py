"""The command line of bin/chaos."""

import argparse
import asyncio
import secrets
import signal
import sys

from chaos.run import Run, Setting, Verdict
from chaos.site import Site
from site_config.children import StartError


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is what the command is for


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/chaos", description="Breaks a running site on purpose and checks that it keeps its promises."
    )
    parser.add_argument("--minutes", type=float, default=5, help="how long people talk (%(default)s)")
    parser.add_argument("--people", type=int, default=40, help="(%(default)s)")
    parser.add_argument("--rooms", type=int, default=6, help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="server processes (%(default)s)")
    parser.add_argument("--seed", type=int, help="what goes wrong, and who says what (by chance)")
    parser.add_argument("--log", action="store_true", help="print the site's log at the end, not only after a failure")
    return parser.parse_args()


def report(verdict: Verdict, setting: Setting) -> None:
    say(f"Faults: {', '.join(f'{kind} {count}' for kind, count in sorted(verdict.acts.items()))}")
    say(f"Counted: {', '.join(f'{what} {count}' for what, count in sorted(verdict.counts.items()))}")
    say(f"Slowest restart {verdict.slowest_return:.2f} s, at rest after {verdict.rest_seconds:.1f} s")
    if verdict.broken:
        say("What was done:\n" + "\n".join(verdict.done))
        say("BROKEN:\n" + "\n".join(f"  {sentence}" for sentence in verdict.broken[:20]))
        say(f"{len(verdict.broken)} broken promises. Again: {again(setting)}")
    else:
        say(f"Every promise kept: {verdict.messages} messages acknowledged. Seed {setting.seed}.")


def again(setting: Setting) -> str:
    return (
        f"bin/chaos --minutes {setting.seconds / 60:g} --people {setting.people} --rooms {setting.rooms}"
        f" --workers {setting.workers} --seed {setting.seed}"
    )


def main() -> int:
    options = arguments()
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    setting = Setting(options.minutes * 60, options.people, options.rooms, options.workers, seed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    say(f"Starting a site: {again(setting)}")
    site = Site(setting.workers)
    code, log = 1, ""
    try:
        site.start()
        verdict = asyncio.run(Run(site, setting, say).go())
        report(verdict, setting)
        code = 1 if verdict.broken else 0
        log = site.log()
    except StartError as error:
        say(str(error))
    finally:
        if left := site.stop():
            say(f"Processes outlived the site: {left}")
            code = 1
    if log and (code or options.log):
        say("The site's log:\n" + log[-20_000:])
    return code


if __name__ == "__main__":
    sys.exit(main())
