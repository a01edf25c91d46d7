"""The command line speaks whatever the encoding of its output, and on systems that lack what POSIX has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from citesresearch.cli import streams

WORDS = "Rien n’est écrit : 1\u202f200 réponses « à revoir » — œuvre, δ ≥ 3 → fin…"


def spoken(encoding: str, words: str) -> str:
    speak = "import sys; from citesresearch.cli.streams import speak_anywhere; speak_anywhere(); print(sys.argv[1])"
    environ = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", speak, words], env=environ, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode(encoding.partition(":")[0]).rstrip()


def test_utf8_is_left_as_it_is() -> None:
    assert spoken("utf-8", WORDS) == WORDS


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii", "latin-1:strict"])
def test_what_the_output_cannot_encode_is_respelled(encoding: str) -> None:
    said = spoken(encoding, WORDS).replace("\u00a0", " ")
    assert "1 200" in said
    assert "?" not in said
    assert "delta" in said
    assert said.isprintable()


def test_ascii_reads_like_french_without_accents() -> None:
    assert (
        spoken("ascii", "L’été à Évry, sœur de « Noël » \u2011 50\u00a0€")
        == 'L\'ete a Evry, soeur de " Noel " - 50 EUR'
    )


def test_a_char_without_any_likeness_is_a_question_mark() -> None:
    assert spoken("ascii", "nom : 漢\u200f") == "nom : ?"


def test_a_stream_without_encoding_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    streams.speak_anywhere()


@pytest.mark.promesse("Sortie mal encodée", "Ce qui est fait est dit fait, lisiblement", "Sortie en cp850")
def test_a_command_in_a_windows_encoding_ends_as_it_should(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "cp850", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "citesresearch", "init", str(tmp_path / "neuve")],
        env=environ,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Campagne écrite dans" in done.stdout.decode("cp850")


@pytest.mark.promesse("Disque plein", "Dit une fois, sans trace d’erreur", "Sortie vers un disque plein")
def test_a_full_disk_under_the_output_is_said_once(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full here")
    with full.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "citesresearch", "indicateurs"], stdout=output, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert done.stderr.decode() == "Impossible de lire ou d’écrire : le disque est plein.\n"


# Every module must be importable on Windows, where these do not exist.
WITHOUT_POSIX = """
import sys, pkgutil, importlib
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"):
    sys.modules[name] = None
import citesresearch
for module in pkgutil.walk_packages(citesresearch.__path__, "citesresearch."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


@pytest.mark.promesse("Windows", "Toute commande démarre", "Chaque module importé sans fcntl, resource, pwd, termios")
def test_every_module_is_imported_without_posix() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_POSIX], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
