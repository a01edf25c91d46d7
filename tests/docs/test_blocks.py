"""What the pages show works as it is shown: the guide step by step, and every block of every page."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import tomllib
import zipfile
from pathlib import Path

import pytest
from tests.setup.test_wheel import build, copy  # noqa: F401 (a fixture)

from citesresearch.cli import _parser
from citesresearch.codebook import load_codebook
from citesresearch.codebook.formulaire import formulaires
from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte.correspondance import read_correspondance
from citesresearch.data.collecte.questions import Questions
from citesresearch.data.dataset import read_dataset

from .pages import REPOSITORY, Block, Typed, pages, read_page
from .walk import Desk, shown

GUIDE = REPOSITORY / "docs" / "guide.md"
EVERY = [piece for page in pages() for piece in read_page(page) if isinstance(piece, Block)]
OTHERS = [block for block in EVERY if block.page != "docs/guide.md"]
LANGUAGES = {"sh", "python", "toml", "json", "csv", "markdown", "text"}
INSTALL = "python -m pip install"  # needs the network: its form is read, the wheel is unpacked instead
BROWSER = "--pdf"  # a block that needs a browser is left to the long test


def of(language: str, blocks: list[Block] = OTHERS) -> list[Block]:
    return [block for block in blocks if block.language == language]


def test_every_block_says_what_it_is() -> None:
    assert len(EVERY) > 20
    assert [str(block) for block in EVERY if block.language not in LANGUAGES] == []


@pytest.fixture
def desk(copy: Path, tmp_path: Path) -> Desk:  # noqa: F811
    """A new user, with what the wheel holds and nothing else."""
    made = build(copy)
    assert made.returncode == 0, made.stderr
    (wheel,) = (copy / "out").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site-packages")
    assert wheel.name in GUIDE.read_text("utf-8"), "the guide installs another wheel than this one"
    return Desk(tmp_path / "bureau", tmp_path / "site-packages")


def follow(desk: Desk, browser: bool) -> None:
    """Do the guide from its first to its last block; what it shows must be what is printed."""
    done = True
    for piece in read_page(GUIDE):
        if isinstance(piece, Typed):
            desk.fill_in(piece)
        elif piece.language == "sh":
            done = browser or BROWSER not in piece.text
            if done:
                desk.type_commands(piece, skip=(INSTALL,))
        elif piece.language == "text":
            assert not done or shown(piece.text, desk.printed) == [], f"{piece}: printed\n{desk.printed}"
        else:
            assert piece.title, f"{piece}: a file of the guide has a title"
            desk.lay_down(piece)
    desk.save()


def check_two_monographs(site: Path) -> None:
    pages = {path.name for path in (site / "ma-campagne").glob("*.html")}
    network = {"synthese", "gouvernance", "configurations", "qualite", "indicateurs", "methode"}
    assert pages - {f"{name}.html" for name in network} == {"rive-gauche.html", "le-port.html"}
    assert "Le Port" in (site / "index.html").read_text("utf-8")
    page = re.sub(r"<[^>]+>", " ", (site / "ma-campagne" / "rive-gauche.html").read_text("utf-8"))
    assert re.search(r"12\s+partenaires", page)
    assert "Données de démonstration (synthétiques)" in page


def test_the_guide_gives_two_monographs_and_a_site(desk: Desk) -> None:
    """All of it but the last making, with the evaluator's own texts: it needs a browser. That they are read is seen."""
    follow(desk, browser=False)
    check_two_monographs(desk.folder / "build" / "site")
    dataset = read_dataset(find_campagne(desk.folder / "ma-campagne"))
    assert set(dataset["textes"]["rubrique"]) == {"genese", "vigilance", "zoom", "reponse"}
    assert dataset["versions"]["version"].tolist() == ["provisoire", "definitive"]
    assert [problem for problem in dataset.problems if problem.gravite != "information"] == []


@pytest.mark.torture
@pytest.mark.navigateur
def test_the_whole_guide_browser_included(desk: Desk) -> None:
    follow(desk, browser=True)
    site = desk.folder / "build" / "site"
    check_two_monographs(site)
    page = (site / "ma-campagne" / "rive-gauche.html").read_text("utf-8")
    for words in ("Version définitive", "deux fois par an", "au pied des immeubles", "un diagnostic partagé"):
        assert words in page
    assert {path.name for path in (site / "ma-campagne" / "pdf").iterdir()} == {
        f"donnees-synthetiques_{name}.pdf" for name in ("rive-gauche", "le-port", "synthese")
    }


@pytest.mark.parametrize("block", [b for b in EVERY if b.language == "sh"], ids=str)
def test_commands_are_those_that_exist(block: Block) -> None:
    for line in block.text.splitlines():
        for command in line.split("#")[0].split("&&"):
            words = shlex.split(command)
            if words:
                check_command(words)


def check_command(words: list[str]) -> None:
    """Whether a command could be typed: its options, its target, its files. Raises AssertionError."""
    program, *rest = words
    match program.removeprefix(".venv/bin/"), rest:
        case "citesresearch", ["--version"]:
            pass
        case "citesresearch", _:
            _parser().parse_args(rest)  # exits where a word is not understood
        case "make", [target]:
            assert re.search(rf"^{target}:.*##", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE), target
        case "papermill", [notebook, _, *given]:
            cells = json.loads((REPOSITORY / notebook).read_text("utf-8"))["cells"]
            tagged = "".join(
                line for cell in cells if "parameters" in cell["metadata"].get("tags", []) for line in cell["source"]
            )
            assert given[::3] == ["-p", "-p"]
            assert all(re.search(rf"^{name} = ", tagged, re.MULTILINE) for name in given[1::3])
        case "python" | "python3", ["-m", "venv" | "pytest", *_]:
            pass
        case "python", ["-m", "pip", "install", wheel]:
            assert re.fullmatch(r"citesresearch-[\d.]+-py3-none-any\.whl", wheel)
        case "python", ["-m", module, option, _]:
            spec = importlib.util.find_spec(module)
            assert spec is not None
            assert spec.origin is not None
            assert f'"{option}"' in Path(spec.origin).read_text("utf-8")
        case "pip", ["install", *options]:
            assert set(options) <= {
                "--require-hashes",
                "-r",
                "requirements.lock",
                "--no-deps",
                "--no-build-isolation",
                "-e",
                ".",
            }
        case _:
            pytest.fail(f"no test knows this command: {shlex.join(words)}")


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_python_runs(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block.text, str(block), "exec"), {})


@pytest.mark.parametrize("block", of("toml"), ids=str)
def test_settings_and_mappings_are_accepted(block: Block, tmp_path: Path) -> None:
    held = tomllib.loads(block.text)
    if "colonnes" in held:
        path = tmp_path / "correspondance.toml"
        path.write_text(block.text, encoding="utf-8")
        codebook = load_codebook()
        forms = [Questions(form, codebook[form.table]) for form in formulaires(codebook)]
        assert read_correspondance(path, forms)[1] == []
    else:
        text = f'titre = "Essai"\nedition = "2026"\ndate_edition = 2026-04-15\n{block.text}'
        (tmp_path / "campagne.toml").write_text(text, encoding="utf-8")
        assert find_campagne(tmp_path).copilotage == {
            "legitimite": 0.3,
            "presidence": 0.3,
            "ecart_equilibre": 0.2,
            "portage": 0.5,
        }


def test_no_other_block_is_left_unread() -> None:
    """JSON, CSV and Markdown stand in the guide only, where they are laid down and read by the commands."""
    assert [str(block) for block in OTHERS if block.language in ("json", "csv", "markdown")] == []


@pytest.mark.parametrize(
    ("expected", "printed", "missing"),
    [
        ("a\nb\n", "a\nx\nb\n", []),
        ("b\na\n", "a\nb\n", ["a"]),
        ("durée : … s.\n…\n", "durée : 4,2 s.\n", []),
        ("2 défauts", "12 défauts", ["2 défauts"]),
    ],
)
def test_what_is_shown_is_compared_line_by_line(expected: str, printed: str, missing: list[str]) -> None:
    assert shown(expected, printed) == missing
