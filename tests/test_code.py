"""What a page and a figure depend on is derived from imports: a change in each package makes again what it decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from citesresearch.batch.freshness import MAKERS
from citesresearch.storage.code import code_of, fingerprints

PAGES = ("codebook", "figures", "publication", "sections")
FIGURES = ("codebook", "crosssite", "data", "governance", "indicators", "publication", "stats")
NEITHER = ("batch", "cli", "demonstration", "modeles")


@pytest.fixture(scope="module")
def package(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("code") / "citesresearch"
    return Path(shutil.copytree(repository / "src" / "citesresearch", copy))


def rooms(package: Path, *modules: str) -> set[str]:
    return {path.relative_to(package).parts[0] for path in code_of(*modules, package=package)}


def test_each_package_makes_again_what_it_decides(package: Path) -> None:
    pages, figures = rooms(package, *MAKERS), rooms(package, "preparation")
    assert set(PAGES) <= pages
    assert set(FIGURES) <= figures
    assert not set(NEITHER) & (pages | figures)
    # What pages show of governance, outcomes and rules is in the tables of the publication: data, not code. Only the
    # analysis of configurations, which a notebook may ask for with other choices, is made by a page.
    assert "indicators" not in pages
    crossed = {path.relative_to(package) for path in code_of(*MAKERS, package=package)}
    held = {
        path.as_posix() for path in crossed if path.parts[:1] == ("crosssite",) and path.parts[1] != "configurations"
    }
    assert {path for path in held if path.endswith(".py")} == {
        f"crosssite/{name}.py" for name in ("__init__", "finding", "records")
    }


def test_a_name_that_a_package_loads_when_used_leads_to_its_module(tmp_path: Path) -> None:
    package = tmp_path / "citesresearch"
    (package / "x").mkdir(parents=True)
    for name, text in (
        ("__init__.py", ""),
        ("x/__init__.py", "import lazy_loader\n"),
        ("x/__init__.pyi", "from .b import thing\nfrom .c import other\n"),
        ("x/b.py", "thing = 1\n"),
        ("x/c.py", "other = 1\n"),
        ("y.py", "from .x import thing\n"),
    ):
        (package / name).write_text(text, "utf-8")
    found = {path.relative_to(package).as_posix() for path in code_of("y", package=package)}
    assert found == {"y.py", "x/__init__.py", "x/__init__.pyi", "x/b.py"}


def test_the_files_that_words_and_styles_stand_in_count(package: Path) -> None:
    made = {path.relative_to(package).as_posix() for path in code_of(*MAKERS, package=package)}
    assert {"codebook/scales/accord@1.json", "sections/templates/fiche.html.j2", "publish/style/page.css"} <= made
    assert "publish/site.py" not in made


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("from . import b", True),
        ("from .b import thing", True),
        ("def f():\n    from citesresearch.x.b import thing", True),
        ("import citesresearch.x.b", True),
        ("from ..x import (\n    # why\n    b as other,\n)", True),
        ("if TYPE_CHECKING:\n    from .b import Thing\n\nz = 1", False),
        ("from json import b", False),
    ],
)
def test_an_import_is_seen_however_it_is_written(tmp_path: Path, line: str, seen: bool) -> None:
    package = tmp_path / "citesresearch"
    (package / "x").mkdir(parents=True)
    for name, text in (("__init__", ""), ("x/__init__", ""), ("x/a", line + "\n"), ("x/b", "thing = 1\n")):
        (package / f"{name}.py").write_text(text, "utf-8")
    found = code_of("x.a", package=package)
    assert (package / "x" / "b.py" in found) is seen
    assert package / "x" / "__init__.py" in found


def test_a_changed_line_changes_the_fingerprint() -> None:
    told = fingerprints("french")
    assert set(told) == {"french.py"}
    assert all(len(digest) == 16 for digest in told.values())
