"""Measures the batch against today's practice, on the same monographs, and writes docs/performances.md.

    python scripts/bench.py [--sizes 10 84 500 2000] [--workers 2] [--shell 10] [--write]

Today's practice is a shell loop of `papermill` then `jupyter nbconvert`, as they come. Sizes other than 84 are generated
campagnes of as many fictional Cités. Everything is made in a temporary folder. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
GOAL = 25  # times faster than the shell loop


@dataclass(frozen=True)
class Measure:
    """One command, or one loop of commands: what it made, wall and CPU seconds, peak megabytes of the tree (PSS, RSS)."""

    what: str
    pages: int
    wall: float
    cpu: float
    pss: float
    rss: float
    page: float = 0.0  # mean kilobytes of a page

    def row(self) -> str:
        per = max(self.pages, 1)
        # Nothing is seen of a command that ends too soon.
        memory = [f"{size:.0f}" if size else "—" for size in (self.pss, self.rss, self.page)]
        pages = [str(self.pages or "—"), f"{self.wall:.1f}", _french(self.wall / per), _french(self.cpu / per)]
        return "| " + " | ".join(cell.replace(".", ",") for cell in (self.what, *pages, *memory)) + " |"


def _french(seconds: float) -> str:
    return f"{seconds:.3f}".replace(".", ",")


class _Memory(threading.Thread):
    """Follows the memory of a process and its descendants: their shares of it (PSS), and the sum of what each sees (RSS)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.pss, self.rss = pid, 0.0, 0.0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(1):  # the kernel walks every page to tell: more often would slow what is measured
            family = [self.pid]
            for parent in family:
                for children in Path(f"/proc/{parent}/task").glob("*/children"):
                    family += map(int, _text(children).split())
            rollups = [_text(Path(f"/proc/{pid}/smaps_rollup")) for pid in family]
            self.pss = max(self.pss, sum(_kilobytes(text, "Pss:") for text in rollups) / 1e3)
            self.rss = max(self.rss, sum(_kilobytes(text, "Rss:") for text in rollups) / 1e3)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:  # it has just ended
        return ""


def _kilobytes(text: str, key: str) -> int:
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(key)), 0)


def measure(what: str, pages: int, command: list[str], environment: dict[str, str], code: int = 0) -> Measure:
    """Run a command and measure it with all its descendants. Raises RuntimeError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)
        memory = _Memory(process.pid)
        memory.start()
        process.wait()
        wall = time.monotonic() - began
        memory.over.set()
        memory.join()
        if process.returncode != code:
            said.seek(0)
            raise RuntimeError(f"{what}: {said.read()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    made = Measure(what, pages, wall, cpu, memory.pss, memory.rss)
    print(made.row(), flush=True)
    return made


def campagne(folder: Path, size: int) -> Path:
    """A demonstration campagne of `size` Cités: the 84 ones, as many times as needed, under other identifiers."""
    from citesresearch.demonstration import generate

    place = folder / "data" / "raw" / f"essai-{size}"
    generate(place, 84, 1.0)
    tables = {path: _read(path) for path in sorted(place.glob("*.csv"))}
    if size != 84:
        owners = {path.stem: _multiply(table, size) for path, (table, _) in tables.items()}
        known = set(owners["repondants"]["id_repondant"])
        for path, (_, delimiter) in tables.items():
            table = owners[path.stem]
            if "id_repondant" in table and "id_cde" not in table:
                table = table[table["id_repondant"].isin(known) | table["id_repondant"].eq("")]
            table.to_csv(path, index=False, sep=delimiter)
    return place


def _read(path: Path) -> tuple[pd.DataFrame, str]:
    """A table as an office wrote it, all text, and its delimiter."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    return pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False), delimiter


def _multiply(table: pd.DataFrame, size: int) -> pd.DataFrame:
    """The rows of as many Cités as asked for; the keys of rows stay unique."""
    parts = [table]
    if not {"id_cde", "id_repondant"} & set(table.columns):
        return table
    keys = [name for name in table.columns if name.startswith("id_") and name not in ("id_cde", "id_source")]
    for turn in range(1, -(-size // 84)):
        part = table.copy()
        for column in keys:
            part[column] = part[column].map(lambda key, turn=turn: _renamed(key, turn))
        if "nom" in part:
            part["nom"] = part["nom"] + f" {turn + 1}"
        if "id_cde" in part:
            part = part[part["id_cde"].ne("")]
            rank = part["id_cde"].str.extract(r"(\d+)$")[0].astype(int) + 84 * turn
            part["id_cde"] = [f"demo-{number:03d}" for number in rank]
        parts.append(part)
    made = pd.concat(parts, ignore_index=True)
    if "id_cde" not in made:
        return made
    rank = pd.to_numeric(made["id_cde"].str.extract(r"(\d+)$")[0])
    return made[rank.isna() | rank.le(size)]


def _renamed(key: str, turn: int) -> str:
    """The key of a row for another turn, of the same form: « demo-001-a002 », « e001 », « r00ea05 »."""
    if key.startswith("demo-"):
        _, rank, rest = key.split("-", 2)
        return f"demo-{int(rank) + 84 * turn:03d}-{rest}"
    if key.startswith("r"):
        return f"r{(int(key[1:], 16) + turn * 0x9E3779) % 0x1000000:06x}"
    return f"{key}{turn:02d}" if key else ""


class Bench:
    def __init__(self, folder: Path, workers: int) -> None:
        self.folder, self.workers = folder, workers
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.cli = [sys.executable, "-m", "citesresearch"]

    def run(self, what: str, pages: int, place: Path, *options: str) -> Measure:
        build = str(self.folder / "build")
        command = [*self.cli, "run", "-c", str(place), "--build", build, "--workers", str(self.workers), *options]
        made = measure(what, pages, command, self.environment)
        sizes = [page.stat().st_size for page in Path(build, place.name, "pages").glob("*-*.html")]
        return replace(made, page=sum(sizes) / len(sizes) / 1e3)

    def prepare(self, place: Path, size: int) -> Measure:
        return measure(
            f"citesresearch prepare, {size} Cités", 0, [*self.cli, "prepare", "-c", str(place)], self.environment
        )

    def shell_loop(self, place: Path, count: int) -> Measure:
        """`papermill` then `jupyter nbconvert`, one monograph after the other, as a shell script would."""
        out = self.folder / "boucle"
        out.mkdir()
        notebook = ROOT / "notebooks" / "monographie.ipynb"
        lines = ["set -e"]
        for number in range(1, count + 1):
            made = out / f"{number}.ipynb"
            python = f"'{sys.executable}' -m"
            lines.append(
                f"{python} papermill --no-progress-bar '{notebook}' '{made}' -r cite {ident(place, number)} -r campagne '{place}'"
            )
            lines.append(f"{python} jupyter nbconvert --to html '{made}'")
        script = out / "boucle.sh"
        script.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return measure("boucle papermill puis nbconvert", count, ["sh", str(script)], self.environment)


def ident(place: Path, number: int) -> str:
    """The identifier of the n-th Cité."""
    return str(_read(place / "cites.csv")[0]["id_cde"].iloc[number - 1])


def bench(sizes: list[int], workers: int, shell: int) -> list[Measure]:
    """All the measures, in the order of the table."""
    found = []
    folder = Path(tempfile.mkdtemp(prefix="cites-mesure-"))
    try:
        work = Bench(folder, workers)
        for place_in_list, size in enumerate(sizes):
            place = campagne(folder, size)
            found.append(work.prepare(place, size))
            if not place_in_list and shell:
                found.append(work.shell_loop(place, min(shell, size)))
            pages = size + 4  # with the pages on the network
            found.append(work.run(f"citesresearch run, {size} Cités", pages, place))
            found.append(work.run("rien n’a changé", pages, place))
            if size == 84 or size == max(sizes) < 84:
                found += changes(work, place, pages)
        found.append(measure("citesresearch --help", 0, [*work.cli, "--help"], work.environment))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def changes(work: Bench, place: Path, pages: int) -> list[Measure]:
    """One Cité's text changed; one figure's code changed (in a copy of the library)."""
    texts = place / "textes"
    texts.mkdir()
    (texts / f"{ident(place, 1)}.md").write_text("Un texte.\n", encoding="utf-8")
    text = work.run("le texte d’une Cité a changé : sa page et celles du réseau", 5, place)
    copied = work.folder / "copie"
    shutil.copytree(ROOT / "src", copied, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "notebooks", copied / "citesresearch" / "notebooks")
    figure = copied / "citesresearch" / "figures" / "network.py"
    figure.write_text(
        figure.read_text(encoding="utf-8").replace("STEP, LINE = 15, 16", "STEP, LINE = 14, 16"), encoding="utf-8"
    )
    kept = work.environment
    work.environment = {**kept, "PYTHONPATH": str(copied)}
    try:
        code = work.run("le code d’une figure a changé", pages, place)
    finally:
        work.environment = kept
    return [text, code]


def report(found: list[Measure], workers: int) -> str:
    """docs/performances.md."""
    heads = (
        "Mesure",
        "Pages",
        "Durée (s)",
        "Durée par page (s)",
        "Processeur par page (s)",
        "Mémoire (Mo, PSS)",
        "Mémoire (Mo, somme des RSS)",
        "Page (ko, en moyenne)",
    )
    runs = [m for m in found if m.what.startswith("citesresearch run")]
    lines = [
        "# Performances",
        "",
        f"Page écrite par `make bench` le {date.today().isoformat()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cœurs, {workers} processus. Les monographies sont celles de la démonstration (données synthétiques).",
        "",
        "| " + " | ".join(heads) + " |",
        "| --- | " + " | ".join(["---:"] * (len(heads) - 1)) + " |",
        *(m.row() for m in found),
        "",
        "La boucle est l'usage courant : `papermill` puis `jupyter nbconvert`, une Cité après l'autre. La mémoire est celle de "
        "l'arbre des processus : PSS partage ce que plusieurs processus ont en commun, la somme des RSS le compte plusieurs fois.",
    ]
    lines += ["", "## Buts", "", "| But | Mesure | Atteint |", "| --- | --- | --- |"]
    lines += [f"| {goal} | {told} | {'oui' if met else 'non'} |" for goal, told, met in _goals(found)]
    part = min(runs, key=lambda m: abs(m.pages - 500))
    each = part.wall / part.pages
    hours = f"{35_000 * each / 3600:.1f}".replace(".", ",")
    lines += [
        "",
        "## Plus loin qu'une machine",
        "",
        "Chaque page montre sa Cité parmi toutes les autres, une marque chacune : au-delà de quelques centaines, elle grossit et prend "
        "plus de temps (voir le tableau). 35 000 communes se font donc en campagnes de quelques centaines, un département chacune. "
        f"À la durée par page mesurée sur {part.pages} pages ({_french(each)} s avec {workers} processus), il y faut environ {hours} h sur "
        "cette machine, et ce temps divisé par le nombre de machines de même taille avec `citesresearch run --dask ADRESSE` : les "
        "exécutions sont indépendantes et ne renvoient que leurs deux fichiers ; des machines sans dossier partagé lisent ce que "
        "`--depot ADRESSE` leur laisse. C'est un calcul, non une mesure. Il ne compte pas la préparation des données "
        "(`citesresearch prepare`), dont les permutations et le secret statistique sont pensés pour quelques centaines de Cités.",
    ]
    return "\n".join(lines) + "\n"


def _goals(found: list[Measure]) -> list[tuple[str, str, bool]]:
    """What is to be reached, what was measured, and whether it was."""
    runs = [m for m in found if m.what.startswith("citesresearch run")]
    loop = next((m for m in found if m.what.startswith("boucle")), None)
    whole = next((m for m in runs if m.what == "citesresearch run, 84 Cités"), None)
    said: list[tuple[str, str, bool]] = []
    if loop and whole:
        ratio = (loop.wall / loop.pages) / (whole.wall / whole.pages)
        said.append((f"{GOAL} fois plus vite que la boucle, par page", f"{ratio:.0f} fois", ratio >= GOAL))
    if whole:
        each = whole.wall / whole.pages
        said.append(("0,3 s par page, démarrage compris", f"{_french(each)} s", each <= 0.3))
    most = max(m.pss for m in runs)
    growth = " ; ".join(f"{m.pss:.0f} Mo pour {m.pages} pages" for m in runs)
    said.append(("moins de 700 Mo, sans croître avec le nombre de Cités", growth, most < 700))
    pace = " ; ".join(f"{_french(m.wall / m.pages)} s pour {m.pages} pages" for m in runs)
    many = [m.wall / m.pages for m in runs if m.pages > 80]
    said.append(("durée proportionnelle au nombre de pages", pace, not many or max(many) <= 1.2 * min(many)))
    for what, limit in (("rien n’a changé", 0.5), ("citesresearch --help", 0.3)):
        one = next((m for m in found if m.what == what and m.pages in (0, 88)), None)
        if one:
            said.append((f"{what} : {_french(limit)} s de processeur", f"{_french(one.cpu)} s", one.cpu <= limit))
    return said


def main() -> None:
    """Measure, print the table, and write docs/performances.md when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 84, 500, 2000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--shell", type=int, default=10, help="monographs of the shell loop (0: none)")
    parser.add_argument("--write", action="store_true", help="write docs/performances.md")
    asked = parser.parse_args()
    text = report(bench(asked.sizes, asked.workers, asked.shell), asked.workers)
    if asked.write:
        (ROOT / "docs" / "performances.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
