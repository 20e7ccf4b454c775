"""`bin/serve` and `bin/manage`: settle the data folder first, then hand over to Django's command line.

python -m site_config serve [--data DIR] [--host HOST] [--port PORT] [--workers N]
python -m site_config manage [--data DIR] COMMAND [ARGUMENT …]
"""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from site_config import env
from site_config.children import StartError
from site_config.data_folder import Lock, prepare, state_dir
from site_config.local_services import LocalServices
from site_config.supervisor import BASE_DIR, Stopped, stop_on_signals


def main(arguments: list[str]) -> int:
    """Carry out one of the two commands; what keeps it from starting is told in one sentence."""
    if not arguments or arguments[0] not in {"serve", "manage"}:
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    what, *rest = arguments
    try:
        data, rest = split_data(data_first(rest) if what == "serve" else rest)
        os.environ["TERTULIA_DATA"] = str(data)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
        prepare(data)
        if what == "serve":
            execute_from_command_line(["bin", "serve", *rest])
        else:
            stop_on_signals()
            manage(data, rest)
    except (StartError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except Stopped:
        return 130
    return 0


def split_data(arguments: list[str]) -> tuple[Path, list[str]]:
    """Take a leading `--data DIR` or `--data=DIR` off; without it the environment or the usual place decides."""
    given, rest = "", arguments
    if arguments and arguments[0] == "--data":
        given, rest = (arguments[1] if len(arguments) > 1 else ""), arguments[2:]
        if not given:
            raise StartError("--data needs the path of a folder.")
    elif arguments and arguments[0].startswith("--data="):
        given, rest = arguments[0].removeprefix("--data="), arguments[1:]
    folder = Path(given or env.text("TERTULIA_DATA") or BASE_DIR / "data")
    return folder.expanduser().absolute(), rest


def data_first(arguments: list[str]) -> list[str]:
    """Move `--data` to the front, because `serve` takes it anywhere."""
    for place, argument in enumerate(arguments):
        if argument == "--data" or argument.startswith("--data="):
            end = place + (2 if argument == "--data" else 1)
            return arguments[place:end] + arguments[:place] + arguments[end:]
    return arguments


def manage(data: Path, arguments: list[str]) -> None:
    """Run a command beside the running services of this folder, or with services of its own for that time."""
    services = LocalServices(
        data,
        purpose=f"bin/manage {' '.join(arguments[:1])}".strip(),
        postgres=not env.text("DATABASE_URL"),
        valkey=not env.text("REDIS_URL"),
        say=lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
    )
    own = (services.wants_postgres or services.wants_valkey) and not is_served(data)
    if own:
        services.start()
    try:
        execute_from_command_line(["bin/manage", *arguments])
    finally:
        if own:
            services.stop()


def is_served(data: Path) -> bool:
    """Whether somebody runs the services of this folder now."""
    return Lock(state_dir(data), "a look").is_held()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
