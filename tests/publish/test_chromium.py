"""The browser that prints and looks at pages: where each system puts it, and what is said where it cannot be used."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from citesresearch.errors import CitesError
from citesresearch.publish import chromium

PLACES = [
    ("ProgramFiles", "Google/Chrome/Application/chrome.exe"),
    ("ProgramFiles(x86)", "Microsoft/Edge/Application/msedge.exe"),
    ("LocalAppData", "Chromium/Application/chrome.exe"),
    ("HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("HOME", "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
]


@pytest.mark.parametrize(("variable", "place"), PLACES)
def test_windows_and_macos_have_theirs_off_the_path(
    variable: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv(variable, str(tmp_path))
    assert chromium.find_chromium() is None
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.touch()
    assert chromium.find_chromium() == str(path)


def test_edge_on_the_path_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/ici/{name}" if name == "msedge" else None)
    assert chromium.find_chromium() == "/ici/msedge"


def test_a_system_without_such_pipes_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setattr(chromium, "find_chromium", lambda: "navigateur")
    with pytest.raises(CitesError, match="publiez sans --pdf, --check ni --captures"):
        chromium.Browser()
