"""Nothing is removed that the program did not make, and a place is the former folder or the new one, even when killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from citesresearch.errors import CannotWrite, CitesError, reason
from citesresearch.storage import swap
from citesresearch.storage.locks import hold_lock
from citesresearch.storage.store import MARKER, build_folder, claim, is_ours, write_new


def fill(folder: Path) -> dict[str, str]:
    (folder / "a.txt").write_text("neuf", encoding="utf-8")
    return {}


@pytest.mark.promesse(
    "Fichier d’autrui",
    "Ce que citesresearch n’a pas écrit n’est ni remplacé ni effacé",
    "Un fichier, un dossier, un lien à la place d’un dossier du programme",
)
@pytest.mark.parametrize("kind", ["dossier", "fichier", "lien vers un dossier", "lien perdu"])
def test_what_somebody_laid_there_is_named_and_left(tmp_path: Path, kind: str) -> None:
    place, mine = tmp_path / "traitees", tmp_path / "à moi"
    mine.mkdir()
    (mine / "these.odt").write_text("dix ans", encoding="utf-8")
    if kind == "dossier":
        mine.rename(place)
    elif kind == "fichier":
        place.write_text("dix ans", encoding="utf-8")
    else:
        place.symlink_to(mine if kind == "lien vers un dossier" else tmp_path / "nulle part")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    if kind == "lien perdu":
        with pytest.raises(CitesError, match="ne mène nulle part"):
            claim(place)
        return
    with pytest.raises(CitesError, match=r"traitees|à moi") as told:
        build_folder(place, {}, "r", fill)
    assert "Déplacez-le" in str(told.value)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_folders_of_the_program_are_known(tmp_path: Path) -> None:
    assert build_folder(tmp_path / "p", {}, "r1", fill)
    assert is_ours(tmp_path / "p")
    (tmp_path / "p" / MARKER).unlink()  # as a former version left it
    assert build_folder(tmp_path / "p", {}, "r2", fill)
    (tmp_path / "vide").mkdir()
    assert build_folder(tmp_path / "vide", {}, "r", fill)


def test_a_stranger_s_file_is_moved_aside_and_said(tmp_path: Path) -> None:
    place = tmp_path / "p"
    build_folder(place, {}, "r1", fill)
    (place / "notes").mkdir()
    (place / "notes" / "idée.txt").write_text("à garder", encoding="utf-8")
    told = build_folder(place, {}, "r2", fill)
    assert told is not None
    assert "p.a-trier-1" in told
    assert (tmp_path / "p.a-trier-1" / "notes" / "idée.txt").read_text("utf-8") == "à garder"
    assert not (place / "notes").exists()


@pytest.mark.parametrize("at_once", [True, False])
def test_the_place_never_lacks_a_folder_but_between_two_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    place = tmp_path / "site"
    for text in ("un", "deux"):
        with swap.locked(place, 5), swap.aside(place) as new:
            (new / "index.html").write_text(text, encoding="utf-8")
            swap.put_in_place(new, place)
        assert (place / "index.html").read_text() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == [".site.lock", "site"]


def killed(place: Path, where: str) -> None:
    """A process that is killed while it replaces `place`: before anything moved, or just after."""
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from citesresearch.storage import swap
        def die(*told, **more): os.kill(os.getpid(), signal.SIGKILL)
        place = Path({str(place)!r})
        with swap.locked(place, 5), swap.aside(place) as new:
            (new / "index.html").write_text("deux")
            if {where!r} == "avant": die()
            if {where!r} == "entre":
                swap._exchange = lambda one, other: False
                place.replace(new.with_suffix(".old"))
                die()
            swap.shutil.rmtree = die
            swap.put_in_place(new, place)
    """)
    done = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.promesse(
    "Commande tuée",
    "Le dossier préparé ou le site d’avant reste, ou le nouveau est entier ; la commande suivante range",
    "Tuée à chaque pas du remplacement d’un dossier",
)
@pytest.mark.skipif(sys.platform != "linux", reason="folders are exchanged in one step on Linux")
@pytest.mark.parametrize(("where", "left"), [("avant", "un"), ("après", "deux"), ("entre", None)])
def test_a_killed_replacement_leaves_a_whole_folder_and_the_next_command_cleans(
    tmp_path: Path, where: str, left: str | None
) -> None:
    place = tmp_path / "site"
    place.mkdir()
    (place / "index.html").write_text("un", encoding="utf-8")
    killed(place, where)
    if left is not None:
        assert (place / "index.html").read_text() == left
    assert any(path.suffix in (".tmp", ".old") for path in tmp_path.iterdir())
    swap.tidy(place)
    assert (place / "index.html").read_text() == (left or "un")  # between two renames: the former is put back
    assert sorted(path.name for path in tmp_path.iterdir()) == [".site.lock", "site"]


def test_what_a_living_process_holds_stays_and_so_does_a_neighbour_s(tmp_path: Path) -> None:
    (tmp_path / ".p.abcd.tmp").mkdir()
    (tmp_path / ".p.2.abcd.tmp").mkdir()  # of a place named « p.2 »
    with hold_lock(tmp_path / ".p.lock"):
        swap.tidy(tmp_path / "p")
        assert (tmp_path / ".p.abcd.tmp").exists()
    swap.tidy(tmp_path / "p")
    assert [(tmp_path / name).exists() for name in (".p.abcd.tmp", ".p.2.abcd.tmp")] == [False, True]


def test_new_files_leave_no_hidden_folder_of_a_killed_command(tmp_path: Path) -> None:
    (tmp_path / ".citesresearch.mort").mkdir()
    living = tmp_path / ".citesresearch.vivant"
    living.mkdir()
    with hold_lock(living / ".verrou"):
        write_new(tmp_path / "campagne", {"a.csv": b"a"})
        assert (living.exists(), (tmp_path / ".citesresearch.mort").exists()) == (True, False)
    assert (tmp_path / "campagne" / "a.csv").read_bytes() == b"a"


def test_the_system_s_words_are_french(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("x")
    with pytest.raises(CannotWrite, match="un fichier est à la place d’un dossier"):
        build_folder(tmp_path / "fichier" / "p", {}, "r", fill)
    for number in range(1, 133):
        said = reason(OSError(number, os.strerror(number)))
        assert os.strerror(number) not in said


def test_no_sentence_quotes_the_system(repository: Path) -> None:
    guilty = [p.name for p in (repository / "src").rglob("*.py") if "strerror" in p.read_text("utf-8")]
    assert guilty == []
