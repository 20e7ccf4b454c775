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
