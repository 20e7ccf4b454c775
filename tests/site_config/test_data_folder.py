import errno
import fcntl
import json
import os
from pathlib import Path

import pytest

from site_config import data_folder
from site_config.children import StartError
from site_config.data_folder import Lock, explain, prepare, read_marker, run_dir, state_dir


def test_a_new_folder_becomes_ours_and_stays_so(folder: Path) -> None:
    data = folder / "a" / "b"
    assert prepare(data) == data
    assert read_marker(data)["state"] == "."
    assert prepare(data) == data


def test_a_folder_of_somebody_else_is_refused_untouched(folder: Path) -> None:
    (folder / "letter.txt").write_text("Dear Ann", encoding="utf-8")
    with pytest.raises(StartError, match=r"holds letter\.txt"):
        prepare(folder)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_a_folder_with_only_our_key_is_ours(folder: Path) -> None:
    (folder / "secret_key").write_text("x", encoding="utf-8")
    assert prepare(folder) == folder


def test_a_file_is_no_folder(folder: Path) -> None:
    (folder / "data").write_text("", encoding="utf-8")
    with pytest.raises(StartError, match="is not a folder"):
        prepare(folder / "data")


def test_a_database_that_is_gone_is_not_made_anew(folder: Path) -> None:
    prepare(folder)
    data_folder.write_marker(folder, has_database=True)
    with pytest.raises(StartError, match="is gone"):
        prepare(folder)


def test_a_full_disk_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "LEAST_FREE_BYTES_NEW", 2**62)
    with pytest.raises(StartError, match="is full"):
        prepare(folder)


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EROFS, "read-only"), (errno.ENOSPC, "full"), (errno.EACCES, "permission denied")]
)
def test_what_a_disk_refuses_becomes_a_sentence(number: int, words: str) -> None:
    with pytest.raises(StartError, match=f"Cannot write to /x: .*{words}"), explain(Path("/x")):
        raise OSError(number, os.strerror(number))


def test_sockets_of_a_long_path_live_elsewhere(folder: Path) -> None:
    short, long = folder / "d", folder / ("d" * 120)
    assert run_dir(short) == short / "run"
    assert len(os.fsencode(run_dir(long) / ".s.PGSQL.5432")) <= 103
    assert run_dir(long) != run_dir(folder / ("e" * 120))


def test_roots_database_is_kept_where_another_user_can_reach_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "is_root", lambda: True)
    assert state_dir(folder / "data") == folder / "data"
    folder.chmod(0o700)
    assert state_dir(folder / "data").parent == data_folder.ROOTS_STATE
    folder.chmod(0o711)


def test_the_place_of_the_database_is_remembered(folder: Path) -> None:
    data, elsewhere = folder / "data", folder / "elsewhere"
    data.mkdir()
    data_folder.write_marker(data, state=str(elsewhere))
    assert state_dir(data) == elsewhere
    assert run_dir(data) == elsewhere / "run"


def test_the_lock_tells_who_holds_it(folder: Path) -> None:
    first, second = Lock(folder, "bin/serve"), Lock(folder, "another")
    assert not second.is_held()
    first.take()
    assert second.is_held()
    with pytest.raises(StartError, match=rf"in use by bin/serve \(process {os.getpid()}\)"):
        second.take()
    first.release()
    assert not second.is_held()
    second.take()
    second.release()


def test_what_is_left_of_a_killed_run_is_waited_for(folder: Path) -> None:
    """A child of a killed run still holds the lock, and lets go of it while we wait."""
    left = (folder / "lock").open("w")
    fcntl.flock(left, fcntl.LOCK_EX)
    left.write(json.dumps({"pid": 2**22 + 1, "purpose": "bin/serve"}))
    left.flush()
    lines: list[str] = []

    def let_go(line: str) -> None:
        lines.append(line)
        left.close()

    lock = Lock(folder, "bin/serve")
    lock.take(let_go)
    lock.release()
    assert lines == ["Waiting for the processes of a former run to end …"]
