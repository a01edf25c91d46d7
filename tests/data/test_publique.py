"""The committed public facts: complete, sourced, in our own words, without anybody's name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "raw" / "publique"
FILES = sorted(FOLDER.glob("*.csv"))
TABLES = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in FILES}
SOURCED = sorted(set(TABLES) - {"sources"})

NUMBER_WORDS = {"1": "un", "2": "deux", "3": "trois", "4": "quatre", "5": "cinq", "6": "six", "7": "sept"}

# Every published value, copied by hand from the documents: source, Cité or "-", values.
PUBLISHED = """
S0 - 14 815 5400 88000 4400 30000 3 445 78 61 57 44 50 8 319 229 1 80 87 45 0.8 62 63 67 56 300
S0 cde-066 2
S1 - 14 803 2588 31915 1493 24 60 10 171
S1 cde-024 52795 50 3 22.3 51.2 31 30
S1 cde-026 4 10 23100 12 6 1
S1 cde-082 150000 6 14000 25000 15702 13 6.4 72 20
S1 cde-025 15 7 41020 6743
S2 - 3 100000 3 60 66.7 2
S3 - 84 2 6
S4 - 20
S4 cde-003 100000 2 2 600 4 3 1 3 3 5 17000 2
CAP_METIERS_2023 - 81
GAZETTE_2024 - 27 50000 67
"""
RANGES = [("S4", "60", "70"), ("S4", "16", "25"), ("S4", "18", "30")]

# Surnames that stand in the documents, as the start of the SHA-256 of their lower-case form: the names
# themselves must not be written here either.
SURNAMES = {
    *("342aa1321e61efae", "14e95f46d5601b31", "d47b1c8beae3060b", "d148c118e7de0117", "e6c2050b72577562"),
    *("eb97aa441e1f47f6", "81c815e100f0a3f9", "d39193246388944d", "b670e5e84ebca421", "d1087f53559641ed"),
    *("67af8bb501ef6962", "83e4e82cfe202f18", "abffd7fafb64d1ed", "57b379df03af9918"),
}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
PHONE = re.compile(r"(?:\+33|\b0[1-9])(?:[\s.\u00a0\u202f-]?\d{2}){4}\b")


def rows(table: pd.DataFrame) -> list[dict[str, str]]:
    return [dict(zip(table.columns, line, strict=True)) for line in table.to_numpy().tolist()]


def cells() -> list[tuple[str, int, str, str]]:
    """Every filled cell: table, row as a spreadsheet shows it, column, text."""
    return [
        (name, row, column, text)
        for name, table in TABLES.items()
        for column in table.columns
        for row, text in enumerate(table[column], start=2)
        if text
    ]


def words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"\w+", plain)


def tight(text: str) -> str:
    """Lower case, without any space (ordinary, non-breaking or narrow)."""
    return re.sub(r"\s", "", text).lower()


def stands_in(value: str, lue: str, text: str) -> bool:
    """True if a number stands in a sentence: in French figures, in letters, or worded as in the source."""
    if re.search("[a-z]", lue) and tight(lue) in tight(text):
        return True
    figures = value.replace(".", ",")
    found = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", text)
    if re.search(rf"(?<![\d,]){re.escape(figures)}(?!\d|,\d)", found):
        return True
    return value in NUMBER_WORDS and NUMBER_WORDS[value] in words(text)


def test_eighty_four_cites_in_two_waves() -> None:
    cites = TABLES["cites"]
    assert list(cites["id_cde"]) == [f"cde-{n:03d}" for n in range(1, 85)]
    assert cites["annee_label"].value_counts().to_dict() == {"2021": 60, "2020": 24}
    documented = cites[cites["annee_label_origine"] == "documentee"]
    assert set(documented["id_cde"]) == {"cde-003", "cde-024", "cde-025", "cde-026", "cde-082"}
    assert set(documented["annee_label_source"]) == {"S1", "S4"}
    assert cites.loc[cites["echelle"] != "", "echelle_origine"].ne("").all()
    assert set(cites.loc[cites["echelle"] == "departementale", "nom"]) == {"Haute-Saône", "Saône-et-Loire"}


def test_five_cites_span_two_departements_and_every_cite_has_one() -> None:
    counts = TABLES["cite_departements"].groupby("id_cde").size()
    assert set(counts.index) == set(TABLES["cites"]["id_cde"])
    assert set(counts[counts == 2].index) == {"cde-015", "cde-031", "cde-057", "cde-059", "cde-071"}
    assert counts.max() == 2


def test_communes_keep_their_leading_zero_and_may_serve_several_cites() -> None:
    communes = TABLES["cite_communes"]
    assert communes["code_commune"].str.fullmatch(r"\d{5}").all()
    assert {"02691", "08409"} <= set(communes["code_commune"])
    assert set(communes["id_cde"]) == set(TABLES["cites"]["id_cde"])
    per_commune = communes.groupby("code_commune")["id_cde"].nunique()
    assert (per_commune > 1).sum() == 21
    # A commune belongs to one of the départements of its Cité.
    departements = TABLES["cite_departements"].groupby("id_cde")["code_departement"].agg(set)
    for row in rows(communes):
        codes = departements[row["id_cde"]]
        assert row["code_commune"][:2] in codes or row["code_commune"][:3] in codes, row


def test_an_alias_never_designates_two_cites() -> None:
    aliases = TABLES["alias_cites"]
    assert aliases.groupby("alias")["id_cde"].nunique().max() == 1
    found = dict(zip(aliases["alias"], aliases["id_cde"], strict=True))
    expected = {
        "Vaux-en-Velin": "cde-024",
        "GAM": "cde-026",
        "Marseille": "cde-009",
        "Saint-Louis": "cde-017",
        "Bordeaux rive droite": "cde-042",
        "Guéret": "cde-027",
        "Est-Ensemble": "cde-066",
    }
    assert {alias: found.get(alias) for alias in expected} == expected


@pytest.mark.parametrize("name", SOURCED)
def test_every_row_has_a_known_source_and_a_date_or_a_period(name: str) -> None:
    table = TABLES[name]
    assert set(table["source"]) <= set(TABLES["sources"]["id_source"])
    dates = [c for c in ("date_reference", "date_debut", "periode", "date_texte") if c in table.columns]
    assert (table[dates] != "").any(axis=1).all()
    if "datation" in table.columns:
        vague = table["datation"].isin(["non_datee", "periode"])
        assert table.loc[vague, "periode"].ne("").all()
        assert table.loc[~vague, "date_reference"].ne("").all()
        assert table.loc[table["datation"] == "non_datee", "date_reference"].eq("").all()


@pytest.mark.parametrize("name", [n for n in SOURCED if "id_cde" in TABLES[n].columns])
def test_every_cite_named_exists(name: str) -> None:
    assert set(TABLES[name]["id_cde"]) - {""} <= set(TABLES["cites"]["id_cde"])


def test_the_published_figures_are_all_there() -> None:
    table = TABLES["chiffres_publies"]
    found = Counter(zip(table["source"], table["id_cde"], table["valeur"], strict=True))
    expected: Counter[tuple[str, str, str]] = Counter()
    for line in PUBLISHED.strip().splitlines():
        source, cite, *values = line.split()
        expected.update((source, "" if cite == "-" else cite, value) for value in values)
    found -= Counter({key: n for key, n in found.items() if not key[2]})
    assert found == expected
    ranges = set(zip(table["source"], table["valeur_basse"], table["valeur_haute"], strict=True))
    assert ranges == {*RANGES, *((source, "", "") for source, _, _ in found)}
    external = set(table.loc[table["externe"] == "oui", "source"])
    assert external == {"CAP_METIERS_2023", "GAZETTE_2024"}


@pytest.mark.parametrize(
    ("indicateur", "first", "second"),
    [
        ("referents", ("S1", "803"), ("S0", "815")),
        ("actions_axe_2", ("S1", "2588"), ("S0", "5400")),
        ("beneficiaires_axe_2", ("S1", "31915"), ("S0", "88000")),
        ("actions_axe_3", ("S1", "1493"), ("S0", "4400")),
        ("partenaires_moyenne", ("S1", "14"), ("S0", "14")),
        ("cites_vague_2020", ("S4", "20"), ("S1", "24")),
        ("enveloppe_cite", ("S2", "100000"), ("GAZETTE_2024", "50000")),
    ],
)
def test_two_editions_of_an_indicator_stay_two_rows(
    indicateur: str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    table = TABLES["chiffres_publies"]
    rows = table[(table["indicateur"] == indicateur) & (table["perimetre_type"] == "national")]
    assert set(zip(rows["source"], rows["valeur"], strict=True)) == {first, second}
    assert rows["edition"].nunique() == 2


def test_the_illegible_figure_carries_no_value() -> None:
    table = TABLES["chiffres_publies"]
    rows = table[table["statut"] == "illisible"]
    assert list(rows["indicateur"]) == ["cofinancement"]
    assert (rows[["valeur", "valeur_basse", "valeur_haute"]] == "").all(axis=None)
    readable = table[table["statut"] == "publie"]
    assert ((readable["valeur"] != "") ^ (readable["valeur_basse"] != "")).all()
    assert ((readable["valeur_basse"] != "") == (readable["valeur_haute"] != "")).all()


def test_a_value_is_the_number_that_was_read() -> None:
    table = TABLES["chiffres_publies"]
    for row in rows(table[table["statut"] == "publie"]):
        if row["unite"] == "etp":  # « 80 % d'un ETP » is kept as 0.8
            continue
        lue = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", row["valeur_lue"]).replace(",", ".")
        numbers = re.findall(r"\d+(?:\.\d+)?", lue)
        values = [v for v in (row["valeur"], row["valeur_basse"], row["valeur_haute"]) if v]
        assert not numbers or numbers[: len(values)] == values, (row["id_chiffre"], row["valeur_lue"])


def test_counts_say_what_they_count() -> None:
    table = TABLES["chiffres_publies"].set_index("id_chiffre")
    assert set(table.loc[table["indicateur"].str.startswith("beneficiaires"), "unite"]) == {"participations"}
    etp = table.loc["etp_coordination_moyen_s0"]
    assert (etp["valeur"], etp["unite"], etp["qualificatif"]) == ("0.8", "etp", "moyenne")
    assert table.loc["repondants_besoins_s1", "base"] == "171 répondants"
    shares = table[(table["unite"] == "pourcentage") & (table["valeur"] != "")]
    assert shares["valeur"].astype(float).between(0, 100).all()
    assert table.groupby("indicateur")["unite"].nunique().max() == 1


def test_the_identity_cards_quote_figures_that_exist_and_show_them() -> None:
    figures = {row["id_chiffre"]: row for row in rows(TABLES["chiffres_publies"])}
    for row in rows(TABLES["fiches"]):
        for ident in row["indicateurs"].split():
            assert ident in figures, (row["id_cde"], row["rubrique"], row["ordre"], ident)
            figure = figures[ident]
            if figure["perimetre_type"] == "cite":
                assert figure["id_cde"] == row["id_cde"], ident
            assert figure["source"] == row["source"], ident
            values = [figure[c] for c in ("valeur", "valeur_basse", "valeur_haute") if figure[c]]
            lue = figure["valeur_lue"]
            assert all(stands_in(value, lue, row["texte"]) for value in values), (ident, values, row["texte"])


def test_every_documented_figure_of_a_cite_stands_on_its_card() -> None:
    figures = TABLES["chiffres_publies"]
    own = set(figures.loc[figures["perimetre_type"] == "cite", "id_chiffre"])
    shown = {ident for idents in TABLES["fiches"]["indicateurs"] for ident in idents.split()}
    assert own - shown == set()


@pytest.mark.parametrize("cite", ["cde-003", "cde-024", "cde-025", "cde-026", "cde-082"])
def test_the_five_documented_cites_have_a_whole_card(cite: str) -> None:
    fiches, copilotes, evenements = TABLES["fiches"], TABLES["copilotes"], TABLES["evenements"]
    rubriques = set(fiches.loc[fiches["id_cde"] == cite, "rubrique"])
    absent = {"cde-026": {"contexte", "public_cible"}}.get(cite, set())
    assert rubriques == {"ou", "quand", "qui", "comment", "contexte", "public_cible"} - absent
    assert cite in set(copilotes["id_cde"])
    assert cite in set(evenements["id_cde"])


def test_ordering_of_a_card_is_continuous() -> None:
    for key, rows in TABLES["fiches"].groupby(["id_cde", "rubrique"]):
        assert sorted(map(int, rows["ordre"])) == list(range(1, len(rows) + 1)), key


def test_a_heading_without_content_is_never_filled_in() -> None:
    for name in ("besoins_publies", "enseignements_publies"):
        table = TABLES[name]
        assert ((table["statut"] == "non_extrait") == (table["texte"] == "")).all(), name
    besoins = TABLES["besoins_publies"]
    kept = set(besoins.loc[besoins["statut"] == "non_extrait", "acteur"])
    assert kept == {"habitants", "etat", "collectivites", "acteurs_emploi"}
    assert set(besoins.loc[besoins["type"] == "besoin_habitants", "base"]) == {"171 répondants"}
    enseignements = TABLES["enseignements_publies"]
    headings = enseignements[(enseignements["source"] == "S1") & (enseignements["type"] == "difficulte")]
    assert set(headings["categorie"]) == {"operationnelle", "experimentale", "impact", "conceptuelle"}


def test_events_end_after_they_begin_and_vague_dates_keep_their_words() -> None:
    events = TABLES["evenements"]
    ended = events[events["date_fin"] != ""]
    assert (ended["date_debut"] <= ended["date_fin"]).all()
    vague = events["precision"].isin(["saison", "periode"])
    assert events.loc[vague, "date_texte"].ne("").all()
    civ = events.loc[events["date_debut"] == "2021-01-29"]
    assert list(civ["source"]) == ["S2"]
    assert ((events["perimetre_type"] == "cite") == (events["id_cde"] != "")).all()


def test_no_person_can_be_reached_or_named() -> None:
    for name, row, column, text in cells():
        assert not EMAIL.search(text), (name, row, column)
        assert not PHONE.search(text), (name, row, column)
        for word in re.findall(r"[^\W\d_]+", text.lower()):
            assert hashlib.sha256(word.encode()).hexdigest()[:16] not in SURNAMES, (name, row, column)


def test_prose_follows_french_typography() -> None:
    as_written_elsewhere = {"alias", "region", "commune", "departement"}  # official or quoted spellings
    for name, row, column, text in cells():
        if column not in as_written_elsewhere:
            assert "'" not in text, (name, row, "apostrophe droite")
            assert not re.search(r" [:;!?%€»]|« ", text), (name, row, "espace sécable")


def test_the_words_are_ours(shared: Path) -> None:
    length = 8
    texts = [words(path.read_text(encoding="utf-8")) for path in sorted((shared / "sources").glob("*.txt"))]
    runs = {tuple(text[i : i + length]) for text in texts for i in range(len(text) - length + 1)}
    assert runs, "no source text to compare with"
    for name, row, column, text in cells():
        if (name, column) == ("sources", "titre"):  # a title is quoted as it is
            continue
        ours = words(text)
        ends = range(length, len(ours) + 1)
        copied = [" ".join(ours[end - length : end]) for end in ends if tuple(ours[end - length : end]) in runs]
        assert not copied, (name, row, column, copied)
