"""Fixtures that every test may ask for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from citesresearch.publication import Publication

REPOSITORY = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Drawn examples are the same on every machine, and a slow machine is not a failure.
settings.register_profile("citesresearch", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("citesresearch")

# Charts are drawn without a screen, here and in the kernels that the tests start.
os.environ.setdefault("MPLBACKEND", "agg")


def find_browser() -> str | None:
    """Path of a Chromium on the PATH, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_configure(config: pytest.Config) -> None:
    """Note how the tests that keep a promise end, where `make fiabilite` asks for it."""
    if os.environ.get("CITESRESEARCH_FIABILITE"):
        from tests.promesses import Recorder

        config.pluginmanager.register(Recorder(REPOSITORY))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip browser tests where there is no browser, unless they are required."""
    if item.get_closest_marker("navigateur") and find_browser() is None:
        reason = "no Chromium on the PATH (Debian: apt install chromium)"
        if os.environ.get("CITESRESEARCH_NAVIGATEUR") == "exige":
            pytest.fail(f"{reason}, and CITESRESEARCH_NAVIGATEUR=exige", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the source documents, beside the repository or at CITESRESEARCH_SHARED."""
    folder = Path(os.environ.get("CITESRESEARCH_SHARED") or REPOSITORY.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"the source documents are not there: {folder} (set CITESRESEARCH_SHARED)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium, for tests marked `navigateur`."""
    browser = find_browser()
    if browser is None:
        pytest.skip("mark this test `navigateur`")
    return browser


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Publication:
    """The demonstration, generated and prepared once, the public campagne beside it.

    Modules that ask for it bear the mark `xdist_group("demonstration")`: one process then makes it for them all.
    """
    from citesresearch import load_publication
    from citesresearch.demonstration import generate

    root = tmp_path_factory.mktemp("projet")
    raw = root / "data" / "raw"
    generate(raw / "demonstration")
    (raw / "publique").symlink_to(repository / "data" / "raw" / "publique")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return load_publication("demonstration")
