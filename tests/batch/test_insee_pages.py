"""With Insee's files in place every way of making pages gives the same ones, and they say what the files say.

Small files of Insee's shape always; the real ones, where they are, in `make torture`.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pandas as pd
import papermill
import pytest
from tests.campagnes import write_campagne
from tests.data.insee_forms import as_published
from tests.indicators.test_territoire import COMMUNES, DEMO, DEPARTEMENTS, FORMER, LATER

from citesresearch.batch import run_batch
from citesresearch.batch.inventory import read_inventory
from citesresearch.batch.plan import NETWORK, plan_runs
from citesresearch.data.campagne import find_campagne
from citesresearch.engine.processes import FORK, KERNEL
from citesresearch.engine.run import Run
from citesresearch.engine.worker import stabilize
from citesresearch.preparation import load_publication
from citesresearch.publish.checks import static_faults
from citesresearch.publish.page import export_page
from citesresearch.publish.site import publish_site

Pages = dict[str, bytes]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("territoires")
    write_campagne(root, cite_communes=COMMUNES, cite_departements=DEPARTEMENTS)
    insee = root / "data" / "raw" / "insee"
    insee.mkdir()
    for name, cells in (("IPRO_2018", FORMER), ("IPRO_2019", LATER), ("DEMO_2021", DEMO)):
        (insee / f"{name}.csv").write_bytes(as_published(cells))
    return root


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, repository: Path, shared: Path) -> Path:
    folder = shared / "data" / "insee_qpv"
    if not folder.is_dir():
        pytest.skip(f"Insee's files are not there: {folder}")
    root = tmp_path_factory.mktemp("vrais")
    shutil.copytree(repository / "data" / "raw" / "publique", root / "data" / "raw" / "publique")
    (root / "data" / "raw" / "insee").symlink_to(folder)
    return root


def runs_of(campagne: str, notebooks: Path) -> tuple[Run, ...]:
    network = {kind: notebooks / name for kind, name in NETWORK.items()}
    return plan_runs(
        read_inventory(find_campagne(campagne)),
        notebooks / "monographie.ipynb",
        notebooks / "synthese_nationale.ipynb",
        network=network,
    )


def made(runs: tuple[Run, ...], build: Path, project: Path, **how: str) -> Pages:
    """The pages as a batch makes them."""
    empreinte = read_inventory(find_campagne(runs[0].parameters["campagne"])).empreinte
    report = run_batch(runs, build, cwd=project, empreinte=empreinte, **how)  # type: ignore[arg-type]
    assert report.exit_code == 0, report.summary()
    return {run.id: run.outputs(build).page.read_bytes() for run in runs}


def by_hand(run: Run, folder: Path) -> bytes:
    """A page as who runs papermill and lays the notebook out has it."""
    ids = {cell["id"] for cell in papermill.iorw.load_notebook_node(str(run.notebook)).cells}
    executed = papermill.execute_notebook(
        run.notebook, folder / f"{run.id}.ipynb", dict(run.parameters), kernel_name="python3", progress_bar=False
    )
    return export_page(stabilize(executed, ids)).encode()


def says(pages: Pages, cite: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", pages[cite].decode())


@pytest.fixture(scope="module")
def forked(small: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Pages]:
    build = tmp_path_factory.mktemp("build")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(small)
        return build, made(runs_of("essai", repository / "notebooks"), build, small, engine=FORK)


def test_a_batch_says_what_the_files_say(forked: tuple[Path, Pages]) -> None:
    _, pages = forked
    assert "n’ont de demandeurs d’emploi pour aucun" not in says(pages, "cde-001")
    assert "270 demandeurs d’emploi (catégories A, B et C) le 31 décembre 2018" in says(pages, "cde-002")
    assert "Aucun quartier rattaché à cette Cité" in says(pages, "cde-003")
    assert len(pages) == 4


def test_a_notebook_run_by_hand_gives_the_page_of_the_batch(
    forked: tuple[Path, Pages], small: Path, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    run = next(run for run in runs_of("essai", repository / "notebooks") if run.id == "cde-001")
    assert by_hand(run, tmp_path) == forked[1]["cde-001"]


def test_the_checks_call_true_pages_true_and_false_ones_false(
    forked: tuple[Path, Pages], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    publication, build = load_publication("essai"), forked[0]
    publish_site([publication], build)
    assert static_faults(build / "site", [publication]) == []
    page = build / "site" / "essai" / "cde-002.html"
    text = page.read_text("utf-8")
    page.write_text(text.replace(">270<", ">271<"), "utf-8")
    found = [words for name, words in static_faults(build / "site", [publication]) if name == "essai/cde-002.html"]
    page.write_text(text, "utf-8")
    assert len(found) == 1
    assert found[0].startswith("la rubrique « territoire » ne dit pas ce que disent les données : « 270")


@pytest.mark.promesse(
    "Façon de faire",
    "Les mêmes pages, à l’octet près",
    "Lot, noyaux, papermill à la main, Dask ; fichiers de l’Insee en place",
)
@pytest.mark.torture
@pytest.mark.parametrize("files", ["small", "real"])
def test_every_way_gives_the_same_bytes(
    files: str,
    request: pytest.FixtureRequest,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project: Path = request.getfixturevalue(files)
    monkeypatch.chdir(project)
    campagne = {"small": "essai", "real": "publique"}[files]
    runs = runs_of(campagne, repository / "notebooks")
    pages = made(runs, tmp_path / "fourche", project, engine=FORK)
    assert made(runs, tmp_path / "noyau", project, engine=KERNEL) == pages
    for run in (runs[0], runs[-1]):
        assert by_hand(run, tmp_path) == pages[run.id]
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("the extra « dask » is not there: the other ways agree")
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert made(runs, tmp_path / "dask", project, dask=cluster.scheduler_address) == pages


# Columns of Insee behind each cut, written here anew: nothing of the package reads the files for this test.
CUTS = {
    ("abc", ""): "ABC",
    ("a", ""): "A",
    ("abc", "femmes"): "ABC_F",
    ("abc", "hommes"): "ABC_H",
    ("a", "femmes"): "A_F",
    ("a", "hommes"): "A_H",
    ("abc", "moins_26"): "ABC_25",
    ("abc", "26_49"): "ABC_2649",
    ("abc", "50_plus"): "ABC_50",
    ("abc", "moins_6_mois"): "ABC_DUR1",
    ("abc", "6_12_mois"): "ABC_DUR2",
    ("abc", "1_2_ans"): "ABC_DUR3",
    ("abc", "2_ans_plus"): "ABC_DUR4",
    ("abc", "inf_cap_bep"): "ABC_INFCAPBEP",
    ("abc", "cap_bep"): "ABC_CAPBEP",
    ("abc", "bac"): "ABC_BAC",
    ("abc", "sup_bac"): "ABC_SUPBAC",
}
RATES = {"taux_emploi": "TX_TOT_EMPL", "taux_emploi_femmes": "TX_F_EMPL", "taux_emploi_etrangers": "TX_ET_EMPL"}


def raw_numbers(path: Path) -> pd.DataFrame:
    """A file of Insee as numbers by QPV, read by pandas alone."""
    raw = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig", index_col=0).rename(columns=str.strip)
    plain = raw.apply(lambda column: column.str.replace(r"\s", "", regex=True).str.replace(",", "."))
    return pd.DataFrame({name: pd.to_numeric(column, errors="coerce") for name, column in plain.items()})


def test_every_number_is_that_of_the_real_files(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Job-seekers of each Cité in every edition and cut, and every rate of every QPV, from the raw files by pandas alone."""
    monkeypatch.chdir(real)
    publication = load_publication("publique")
    attached = publication.table("rattachement_qpv").groupby("id_cde")["code_qpv"].agg(list).to_dict()
    seekers = publication.estimate("demandeurs_emploi", perimetre_type="cite")
    rates = publication.estimate("taux_qpv")
    compared = 0
    for year in range(2017, 2023):
        numbers = raw_numbers(real / "data" / "raw" / "insee" / f"IPRO_{year}.csv")
        numbers = numbers[~numbers.index.duplicated()]
        rows = seekers[(seekers["edition"] == f"IPRO {year}") & (seekers["statut"] == "ok")]
        for row in rows.to_dict("records"):
            column = CUTS[str(row["modalite"]), str(row["croisement_modalite"])]
            own = numbers[column].reindex(attached[row["perimetre_id"]])
            assert (row["valeur"], row["n"]) == (own.sum(), own.notna().sum()), row
            compared += 1
        rows = rates[
            (rates["edition"] == f"IPRO {year}") & (rates["statut"] == "ok") & rates["modalite"].isin(list(RATES))
        ]
        for row in rows.to_dict("records"):
            assert row["valeur"] == numbers[RATES[str(row["modalite"])]][row["perimetre_id"]], row
            compared += 1
    assert compared > 15_000
    latest = publication.cite("cde-003").estimates("demandeurs_emploi")
    assert latest[latest["modalite"].eq("abc") & latest["croisement"].eq("")]["valeur"].tolist()[-1] == 2240
