import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_config.data_folder import state_dir


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder with a short path that every user may pass through, which pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="tertulia-")).resolve()
    made.chmod(0o711)
    yield made
    for data in made.iterdir():
        if state_dir(data) != data:
            shutil.rmtree(state_dir(data), ignore_errors=True)
    shutil.rmtree(made)
