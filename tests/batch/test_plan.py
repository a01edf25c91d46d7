"""Which runs are planned, and what is said of a Cité that does not exist."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from citesresearch.batch.plan import Run, plan_runs
from citesresearch.errors import CitesError

MONOGRAPHIE, SYNTHESE, QUALITE = Path("monographie.ipynb"), Path("synthese.ipynb"), Path("qualite.ipynb")


@pytest.fixture
def publication() -> Any:
    tables = {
        "cites": pd.DataFrame(
            {
                "id_cde": ["cde-001", "cde-003", "cde-042", "cde-043"],
                "nom": ["Asnières-sur-Seine", "Belfort", "Saint-Étienne Métropole", "Saint-Denis"],
            }
        ),
        "alias_cites": pd.DataFrame(
            {"alias": ["Grand Belfort", "Saint", "Saint"], "id_cde": ["cde-003", "cde-042", "cde-043"]}
        ),
        "retours": pd.DataFrame({"id_cde": []}),
    }
    return SimpleNamespace(campagne="publique", table=tables.__getitem__)


def test_every_cite_and_the_synthesis(publication: Any) -> None:
    runs = plan_runs(publication, MONOGRAPHIE, SYNTHESE)
    assert [(run.kind, run.id) for run in runs] == [
        ("monographie", "cde-001"),
        ("monographie", "cde-003"),
        ("monographie", "cde-042"),
        ("monographie", "cde-043"),
        ("synthese", "synthese"),
    ]
    assert runs[1].parameters == {"cite": "cde-003", "campagne": "publique"}
    assert runs[-1].parameters == {"campagne": "publique"}


def test_the_quality_of_the_data_needs_returns(publication: Any) -> None:
    assert "qualite" not in [run.kind for run in plan_runs(publication, MONOGRAPHIE, SYNTHESE, qualite=QUALITE)]
    returns = pd.DataFrame({"id_cde": ["cde-001"]})
    tables = {"retours": returns, **{name: publication.table(name) for name in ("cites", "alias_cites")}}
    given = SimpleNamespace(campagne="publique", table=tables.__getitem__)
    last = plan_runs(given, MONOGRAPHIE, SYNTHESE, qualite=QUALITE)[-1]  # type: ignore[arg-type]
    assert (last.kind, last.id, last.parameters) == ("qualite", "qualite", {"campagne": "publique"})
    some = plan_runs(given, MONOGRAPHIE, SYNTHESE, ["Belfort"], qualite=QUALITE)  # type: ignore[arg-type]
    assert [run.kind for run in some] == ["monographie"]


def test_ids_names_and_aliases_without_accents_each_once(publication: Any) -> None:
    asked = ["saint etienne metropole", "cde-003", "Grand  belfort"]
    runs = plan_runs(publication, MONOGRAPHIE, SYNTHESE, asked)
    assert [run.id for run in runs] == ["cde-042", "cde-003"]


def test_the_campagne_may_be_passed_as_a_folder(publication: Any) -> None:
    (run,) = plan_runs(publication, MONOGRAPHIE, cites=["Belfort"], campagne="../ailleurs")
    assert (run.campagne, run.parameters["campagne"]) == ("publique", "../ailleurs")


def test_all_unknown_cites_are_named_with_the_nearest(publication: Any) -> None:
    with pytest.raises(CitesError) as raised:
        plan_runs(publication, MONOGRAPHIE, cites=["cde-003", "Belfor", "Asniere sur Seine", "zzz", "Saint"])
    lines = str(raised.value).splitlines()
    assert len(lines) == 5
    assert "« Belfor » n’existe pas ; vouliez-vous dire « cde-003 » (Belfort) ?" in lines[1]
    assert "« cde-001 » (Asnières-sur-Seine)" in lines[2]
    assert lines[3].endswith("« zzz » n’existe pas.")
    assert "désigne plusieurs Cités" in lines[4]
    assert "« cde-042 » (Saint-Étienne Métropole) ou « cde-043 » (Saint-Denis)" in lines[4]


@pytest.mark.parametrize("ident", ["../ailleurs", "", "a/b", ".cache"])
def test_an_id_never_leaves_its_folder(ident: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        Run("publique", "monographie", ident, MONOGRAPHIE, {})
