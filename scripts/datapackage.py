"""Write the Data Package descriptor of the public tables from the codebook (`make datapackage`)."""

from __future__ import annotations

import json
from pathlib import Path

from citesresearch.codebook import load_codebook

FOLDER = Path(__file__).parents[1] / "data" / "raw" / "publique"


def descriptor() -> str:
    """The descriptor of the tables that stand in the folder, as it is committed."""
    names = tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))
    package = load_codebook().datapackage(
        "cites-emploi-faits-publics", "Cités de l’emploi : faits publics documentés", names
    )
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (FOLDER / "datapackage.json").write_text(descriptor(), encoding="utf-8")
