"""Which runs are planned, and what is said of a Cité that does not exist."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from citesresearch.batch.inventory import Inventory
from citesresearch.batch.plan import NETWORK, plan_runs
from citesresearch.engine.run import Kind, Run
from citesresearch.errors import CitesError

MONOGRAPHIE, SYNTHESE = Path("monographie.ipynb"), Path("synthese.ipynb")
NETWORK_NOTEBOOKS: dict[Kind, Path] = {kind: Path(name) for kind, name in NETWORK.items()}


@pytest.fixture
def publication() -> Inventory:
    return inventory(False)


def inventory(has_returns: bool) -> Inventory:
    names = {
        "cde-001": "Asnières-sur-Seine",
        "cde-003": "Belfort",
        "cde-042": "Saint-Étienne Métropole",
        "cde-043": "Saint-Denis",
    }
    aliases = (("Grand Belfort", "cde-003"), ("Saint", "cde-042"), ("Saint", "cde-043"))
    return Inventory("publique", "0123456789ab", names, aliases, has_returns, {}, {}, {})


def test_every_cite_and_the_synthesis(publication: Inventory) -> None:
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


def test_the_quality_of_the_data_needs_returns(publication: Inventory) -> None:
    assert "qualite" not in [
        run.kind for run in plan_runs(publication, MONOGRAPHIE, SYNTHESE, network=NETWORK_NOTEBOOKS)
    ]
    given = inventory(True)
    last = plan_runs(given, MONOGRAPHIE, SYNTHESE, network=NETWORK_NOTEBOOKS)[-1]
    assert (last.kind, last.id, last.parameters) == ("qualite", "qualite", {"campagne": "publique"})
    some = plan_runs(given, MONOGRAPHIE, SYNTHESE, ["Belfort"], network=NETWORK_NOTEBOOKS)
    assert [run.kind for run in some] == ["monographie"]


def test_every_notebook_of_the_network_is_given_all_that_it_declares(repository: Path) -> None:
    """A parameter that nobody gives stops the batch before its first page."""
    given = {kind: repository / "notebooks" / name for kind, name in NETWORK.items()}
    for run in plan_runs(inventory(True), MONOGRAPHIE, network=given)[-len(given) :]:
        cells = json.loads(run.notebook.read_text(encoding="utf-8"))["cells"]
        (declared,) = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
        names = {line.split("=")[0].strip() for line in "".join(declared["source"]).splitlines() if "=" in line}
        assert names == {*run.parameters}


def test_ids_names_and_aliases_without_accents_each_once(publication: Inventory) -> None:
    asked = ["saint etienne metropole", "cde-003", "Grand  belfort"]
    runs = plan_runs(publication, MONOGRAPHIE, SYNTHESE, asked)
    assert [run.id for run in runs] == ["cde-042", "cde-003"]


def test_the_campagne_may_be_passed_as_a_folder(publication: Inventory) -> None:
    (run,) = plan_runs(publication, MONOGRAPHIE, cites=["Belfort"], campagne="../ailleurs")
    assert (run.campagne, run.parameters["campagne"]) == ("publique", "../ailleurs")


def test_all_unknown_cites_are_named_with_the_nearest(publication: Inventory) -> None:
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
