"""What the site knows from its start on."""

import os
import subprocess
import sys
from pathlib import Path

UPGRADED = """
from django.conf import settings
import site_config.asgi
settings.DEBUG = True  # addresses without a manifest

from pathlib import Path
from chat import modules
from chat.templatetags import chat_page
from django.utils import translation

modules.module_folder = lambda: Path("/gone")
for language, _ in settings.LANGUAGES:
    with translation.override(language):
        print(chat_page._import_map(chat_page._ground()))
        for entry in ("app.js", "leaving.js", "live.js", "passkeys.js", "settings.js"):
            print(chat_page.modules(entry))
"""


def test_pages_stay_what_they_were_when_the_sources_change_before_a_restart(tmp_path: Path) -> None:
    told = {"TERTULIA_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "site_config.settings"}
    command = [sys.executable, "-c", UPGRADED]
    run = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for path in ("words/en.js", "words/zh-hans.js", "emoji/zh-hans.js", "css/later/picker.css", "js/live.js"):
        assert path in run.stdout
