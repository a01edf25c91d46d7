"""The gate: what is withheld leaves no trace in a publication."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import mypy.api
import pandas as pd
import pytest

from citesresearch.data.dataset import read_dataset
from citesresearch.errors import CitesError
from citesresearch.indicators import INDICATORS, estimates
from citesresearch.publication import CitePublication, Publication, gate
from citesresearch.publication.gate import publish
from citesresearch.publication.secret.withholding import withhold_below
from tests.campagnes import campagne_at, write_campagne

SEUILS = {"personnes": 5, "fiscal": 11, "organismes": 3}


@pytest.fixture
def persons(monkeypatch: pytest.MonkeyPatch) -> str:
    """An indicator made from answers of persons, for the time of a test."""
    measure = replace(INDICATORS["cites_labellisees"], id="essai_personnes", secret="personnes")
    monkeypatch.setitem(INDICATORS, measure.id, measure)
    return measure.id


def rows(indicateur: str, bases: list[float | None], values: list[float] | None = None) -> pd.DataFrame:
    table = pd.DataFrame({column: pd.Series("", index=range(len(bases))) for column in estimates.COLUMNS})
    for column in estimates.NUMBERS:
        table[column] = float("nan")
    table["indicateur"], table["statut"] = indicateur, "ok"
    table["base"] = pd.Series(bases, dtype="float64")
    table["valeur"] = values or [731.0 + i for i in range(len(bases))]
    table["n"] = table["valeur"]
    return table


@pytest.mark.parametrize(("base", "withheld"), [(4, True), (5, False), (0, True), (None, True), (171, False)])
def test_the_threshold_is_the_smallest_base_that_may_be_shown(persons: str, base: float | None, withheld: bool) -> None:
    out = withhold_below(rows(persons, [base]), SEUILS).iloc[0]
    assert (out["statut"] == "s") is withheld
    assert all(pd.isna(out[column]) for column in estimates.NUMBERS) is withheld
    assert bool(out["motif"]) is withheld


def test_public_facts_and_official_returns_are_exempt() -> None:
    out = withhold_below(rows("cites_labellisees", [1]), SEUILS).iloc[0]
    assert (out["statut"], out["valeur"]) == ("ok", 731.0)


@pytest.mark.parametrize(("seuil", "shown"), [(3, 3), (5, 2), (11, 1)])
def test_the_campagne_sets_the_threshold(persons: str, seuil: int, shown: int) -> None:
    out = withhold_below(rows(persons, [3, 5, 11]), SEUILS | {"personnes": seuil})
    assert (out["statut"] == "ok").sum() == shown


def test_the_reason_stays_with_the_evaluator_and_the_value_with_nobody(persons: str, tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    publication = publish(dataset, rows(persons, [2], [987654.0]))
    assert publication.estimates.iloc[0]["statut"] == "s"
    assert publication.estimates.iloc[0]["motif"] == ""
    publication.save(tmp_path / "p")
    written = b"".join(path.read_bytes() for path in (tmp_path / "p").iterdir())
    assert b"987654" not in written
    assert not (Publication.load(tmp_path / "p").estimates == 987654.0).any().any()


def test_a_table_of_persons_is_never_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    secret = replace(dataset.codebook["copilotes"], source_secret="personnes")
    monkeypatch.setitem(dataset.codebook.tables, "copilotes", secret)
    publication = publish(dataset, estimates.build_estimates(dataset))
    assert "copilotes" not in publication.tables
    with pytest.raises(KeyError, match="never published"):
        publication.table("copilotes")


def test_what_is_saved_reads_back_the_same(tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    before = publish(dataset, estimates.build_estimates(dataset))
    before.save(tmp_path / "p")
    after = Publication.load(tmp_path / "p")
    said = [f.name for f in fields(Publication) if f.name not in ("tables", "published")]
    assert [getattr(after, name) for name in said] == [getattr(before, name) for name in said]
    assert set(after.tables) == set(before.tables)
    for there, here in [
        (after.estimates, before.estimates),
        *((after.tables[n], before.tables[n]) for n in after.tables),
    ]:
        # Texts come back as Python's own, whoever held them; all else is of the same type.
        assert [str(kind) for kind in there.dtypes] == [str(kind) for kind in here.dtypes]
        pd.testing.assert_frame_equal(there, here, check_dtype=False, check_column_type=False)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("", "Aucune Cité n’est indiquée"),
        ("cde-01", "« cde-001 » (Alpha)"),
        ("beta", "« cde-002 » (Bêta)"),
        ("zzzzzz", "n’existe pas"),
    ],
)
def test_an_unknown_cite_is_refused_in_french(tmp_path: Path, wanted: str, said: str) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    publication = publish(dataset, estimates.build_estimates(dataset))
    with pytest.raises(CitesError) as caught:
        publication.cite(wanted)
    assert said in str(caught.value)


def test_a_cite_sees_its_own_rows_only(tmp_path: Path) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    site = publish(dataset, estimates.build_estimates(dataset)).cite("cde-001")
    assert set(site.rows("copilotes")["id_cde"]) == {"cde-001"}
    assert set(site.estimates()["perimetre_id"]) == {"cde-001"}
    assert site.value("echelle") == "communale"
    assert CitePublication(site.publication, "cde-002", "Bêta").value("echelle") is None


@pytest.mark.parametrize(
    ("read", "refused"),
    [
        ("publication.estimates.to_csv()", False),
        ('publication.dataset["repondants"].to_csv()', True),
        ("publication.withheld.to_csv()", True),
        ("publication.cite('x').repondants", True),
    ],
)
def test_a_type_checker_refuses_a_page_that_reads_anything_else(
    repository: Path, tmp_path: Path, read: str, refused: bool
) -> None:
    page = tmp_path / "page.py"
    page.write_text(
        f"from citesresearch.publication import Publication\n\n\ndef page(publication: Publication) -> object:\n    return {read}\n",
        "utf-8",
    )
    said, _, code = mypy.api.run(["--config-file", str(repository / "pyproject.toml"), str(page)])
    assert (code != 0) is refused, said
    assert ("attr-defined" in said) is refused


def entretiens(**met: int) -> pd.DataFrame:
    rows = [("cde-001", role, number, "2022-10", "D1") for role, number in met.items()]
    return pd.DataFrame(rows, columns=["id_cde", "classe_role", "personnes", "date_entretien", "source"])


@pytest.mark.parametrize(
    ("met", "shown"),
    [
        ({"etat": 6, "economie": 1}, ["etat"]),  # without credit, the other could only be that one person
        ({"etat": 6, "economie": 3, "emploi": 2}, ["etat", ""]),
        ({"etat": 3, "economie": 3}, ["", ""]),
        ({"etat": 2, "economie": 2}, []),
    ],
)
def test_words_are_credited_to_a_class_or_to_no_one_in_particular(
    tmp_path: Path, met: dict[str, int], shown: list[str]
) -> None:
    dataset = read_dataset(campagne_at(write_campagne(tmp_path)))
    words = pd.DataFrame(
        [
            ("v1", "cde-001", "etat", "genese", "Nous deux.", True, "2022-10", "D1"),
            ("v2", "cde-001", "economie", "genese", "Demandez à Mme Durand.", True, "2022-10", "D1"),
            ("v3", "cde-001", "etat", "genese", "Sans accord.", False, "2022-10", "D1"),
        ],
        columns=["id_verbatim", "id_cde", "classe_role", "rubrique", "texte", "consentement", "date_recueil", "source"],
    )
    told = replace(dataset, tables={**dataset.tables, "verbatims": words, "entretiens": entretiens(**met)})
    out = gate.publish_words(told)
    assert out["classe_role"].tolist() == shown
    assert "Durand" not in " ".join(out["texte"])
    assert "Sans accord." not in set(out["texte"])
