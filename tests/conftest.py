"""Fixtures that every test may ask for."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from citesresearch import load_publication
from citesresearch.data.campagne import find_campagne
from citesresearch.data.dataset import Dataset, read_dataset
from citesresearch.preparation import prepare
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


@contextmanager
def _inside(root: Path) -> Iterator[None]:
    """A project is the working folder: what is beside a campagne there changes what is prepared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        yield


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """`once(name, make)`: the folder that `make` fills, made once for all processes of this run. Nobody writes into it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "une-fois"
    shared.mkdir(exist_ok=True)

    def given(name: str, make: Callable[[Path], object]) -> Path:
        place, done = shared / name, shared / f"{name}.fait"
        with (shared / f"{name}.verrou").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(place, ignore_errors=True)  # of a process that failed or was killed meanwhile
                make(place)
                done.touch()
        return place

    return given


@pytest.fixture(scope="session")
def demonstration_files(once: Once) -> Path:
    """The raw files of the demonstration, as `citesresearch demo` writes them."""
    from citesresearch.demonstration import generate

    return once("demonstration", generate)


@pytest.fixture(scope="session")
def demonstration_dataset(demonstration_files: Path) -> Dataset:
    """The tables of the demonstration, read from its raw files."""
    return read_dataset(find_campagne(demonstration_files))


@pytest.fixture(scope="session")
def demonstration_estimates(once: Once, demonstration_dataset: Dataset) -> pd.DataFrame:
    """Every estimate of the demonstration, before anything is withheld."""
    from citesresearch.indicators.estimates import build_estimates

    def make(folder: Path) -> None:
        folder.mkdir()
        build_estimates(demonstration_dataset).to_pickle(folder / "estimates.pickle")

    held: pd.DataFrame = pd.read_pickle(once("estimations", make) / "estimates.pickle")
    return held


@pytest.fixture(scope="session")
def demonstration_project(once: Once, demonstration_files: Path, repository: Path) -> Path:
    """A project with the demonstration, prepared, the public campagne beside it."""

    def make(root: Path) -> None:
        raw = root / "data" / "raw"
        shutil.copytree(demonstration_files, raw / "demonstration")
        (raw / "publique").symlink_to(repository / "data" / "raw" / "publique")
        with _inside(root):
            prepare(find_campagne("demonstration"))

    return once("projet", make)


@pytest.fixture(scope="session")
def demonstration(demonstration_project: Path) -> Publication:
    """What may be published of the demonstration."""
    with _inside(demonstration_project):
        return load_publication("demonstration")


@pytest.fixture(scope="session")
def prepared(once: Once) -> Path:
    """A project with the small campagne of tests/campagnes.py, prepared: for `small_project` to copy."""
    from tests.campagnes import campagne_at, write_campagne

    def make(root: Path) -> None:
        folder = write_campagne(root)
        with _inside(root):
            prepare(campagne_at(folder))

    return once("petite", make)


@pytest.fixture(scope="session")
def small(prepared: Path) -> Publication:
    """What may be published of the small campagne."""
    with _inside(prepared):
        return load_publication("essai")


@pytest.fixture
def small_project(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder is a project with the small campagne, prepared, free to be changed."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
