"""A small campagne into which exports of a few lines are brought."""

from __future__ import annotations

import csv
from pathlib import Path

from citesresearch.data.campagne import find_campagne
from citesresearch.data.collecte import Import, import_answers

from ...campagnes import write_campagne
from .exports import KEY

# Of persons who do not exist: the domain is reserved for examples, the number for fiction.
MAIL, PHONE, NAME = "camille.exemple@example.org", "01 99 00 12 34", "Mme Camille Exemple"

HEAD = "_id,_uuid,_submission_time,id_cde,classe_role,date_reponse"
LINE = "501,u-501,2024-01-05T09:00:00,cde-001,etat,2024-01-05"


class Case:
    """A small campagne, its key, and a folder for exports."""

    def __init__(self, root: Path) -> None:
        self.folder = write_campagne(
            root, copilotes="id_cde,acteur,cote,libelle,role,groupe,date_reference,datation,periode,source\n"
        )
        (self.folder / "copilotes.csv").unlink()
        self.exports = root / "recu"
        self.exports.mkdir()
        self.key = root / "cle"
        self.key.write_text(KEY)
        self.key.chmod(0o600)

    def file(self, text: str, name: str = "export.csv") -> Path:
        path = self.exports / name
        path.write_text(text, encoding="utf-8")
        return path

    def bring(self, *files: Path | str, **options: object) -> Import:
        paths = [self.file(f, f"export{i}.csv") if isinstance(f, str) else f for i, f in enumerate(files)]
        return import_answers(find_campagne(self.folder), paths, **{"key": self.key, **options})  # type: ignore[arg-type]

    def rows(self, table: str) -> list[dict[str, str]]:
        path = self.folder / f"{table}.csv"
        return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []

    def state(self) -> dict[str, bytes]:
        """Every file of the campagne, hidden ones included, byte by byte (the lock, always empty, apart)."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name != ".import.lock"
        }


def problems(result: Import) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.ligne, p.colonne) for p in result.problems if p.blocking]
