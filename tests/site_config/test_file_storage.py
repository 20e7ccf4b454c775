"""Files are in the data folder, or in a bucket."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from site_config import file_storage


def test_the_data_folder_is_for_the_site_alone(tmp_path: Path) -> None:
    entry = file_storage.file_storage(tmp_path)
    storage = FileSystemStorage(**entry["OPTIONS"])
    storage.save("a/b", ContentFile(b"x"))
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert storage.save("a/b", ContentFile(b"y")) == "a/b"
    assert (tmp_path / "a" / "b").read_bytes() == b"y"


def test_a_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_S3_BUCKET", "files")
    monkeypatch.setenv("TERTULIA_S3_ENDPOINT", "https://s3.example.com")
    monkeypatch.setattr(file_storage, "find_spec", lambda name: ModuleSpec(name, None))
    entry = file_storage.file_storage(tmp_path)
    assert entry["BACKEND"] == "storages.backends.s3.S3Storage"
    given = {name: value for name, value in entry["OPTIONS"].items() if value}
    assert given == {"bucket_name": "files", "endpoint_url": "https://s3.example.com", "file_overwrite": True}


def test_a_bucket_needs_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_S3_BUCKET", "files")
    monkeypatch.setattr(file_storage, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="requirements/s3"):
        file_storage.file_storage(tmp_path)
