"""What the settings refuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("hosts", "is_refused"), [("*", True), ("chat.example", False)])
def test_letters_lead_to_no_host_that_a_request_made_up(tmp_path: Path, hosts: str, is_refused: bool) -> None:
    told = {"TERTULIA_DATA": str(tmp_path), "TERTULIA_SMTP_HOST": "mail.example", "TERTULIA_HOSTS": hosts}
    command = [sys.executable, "-c", "import site_config.settings"]
    run = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
    assert ("TERTULIA_HOSTS must say" in run.stderr) == is_refused
    assert bool(run.returncode) == is_refused


ADDRESS = """
import django
django.setup()
from allauth.account.adapter import get_adapter
from django.test import RequestFactory
print(get_adapter().get_client_ip(RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})))
"""


@pytest.mark.parametrize(("proxy", "address"), [("off", "127.0.0.1"), ("on", "203.0.113.9")])
def test_whoever_signs_in_is_counted_by_no_address_of_their_own_making(
    tmp_path: Path, proxy: str, address: str
) -> None:
    told = {"TERTULIA_DATA": str(tmp_path), "TERTULIA_BEHIND_PROXY": proxy, "TERTULIA_HOSTS": "testserver"}
    told["DJANGO_SETTINGS_MODULE"] = "site_config.settings"
    command = [sys.executable, "-c", ADDRESS]
    run = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == address
