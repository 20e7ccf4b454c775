"""The main job: local services, tables, first rooms, static files, workers; and all of it kept running."""

import argparse
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from site_config import env, preparation, supervisor
from site_config.children import StartError
from site_config.data_folder import explain
from site_config.local_services import LocalServices


def say(line: str) -> None:
    """Tell the person at the terminal what goes on."""
    print(line, file=sys.stderr, flush=True)


def port_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 (any free one) to 65535")
    return int(text)


def worker_count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError("the number of workers is 1 to 64")
    return int(text)


class Command(BaseCommand):
    help = "Runs the site: starts what it needs and serves until it is stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
        parser.add_argument("--port", type=port_number, default=8000, help="the port to listen on (%(default)s)")
        parser.add_argument("--workers", type=worker_count, default=1, help="server processes (%(default)s)")

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        supervisor.stop_on_signals()
        try:
            self.serve(host, port, workers)
        except StartError as error:
            say(str(error))
            sys.exit(1)
        except supervisor.Stopped:
            say("Stopped.")

    def serve(self, host: str, port: int, workers: int) -> None:
        services = LocalServices(
            settings.DATA_DIR,
            purpose="bin/serve",
            postgres=not env.text("DATABASE_URL"),
            valkey=not env.text("REDIS_URL"),
            say=say,
        )
        services.claim()
        running = None
        try:
            running = supervisor.Supervisor(services, supervisor.listen(host, port), workers, say)
            self.prepare(services)
            running.start_workers()
            self.announce(running)
            running.watch()
        except supervisor.Stopped:
            say("Stopping …")
            raise
        finally:
            running.stop() if running else services.stop()

    def prepare(self, services: LocalServices) -> None:
        services.start()
        preparation.prepare_database(say)
        with explain(settings.STATIC_ROOT):
            preparation.collect_static(settings.STATIC_ROOT, say)

    def announce(self, running: supervisor.Supervisor) -> None:
        host, port = supervisor.address_of(running.listener)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if path := setup_path():
            say(f"This site has no owner yet. Whoever opens this link first becomes it:\n\n    {address}{path}\n")
        preparation.disconnect()
        print(f"Tertulia is ready: {address}/", flush=True)


def setup_path() -> str:
    """The one-time link of a site without an owner, else nothing."""
    from accounts import setup

    return setup.new_setup_path() if setup.needs_setup() else ""
