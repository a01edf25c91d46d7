"""The demonstration meets what was published, follows its declared model, and cannot pass for real data.

Counts are taken from the raw files with the csv module alone.
"""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from citesresearch.codebook import Codebook, Field, load_codebook
from citesresearch.data.campagne import find_campagne
from citesresearch.data.checking.validation import read_and_validate
from citesresearch.demonstration import LINKS, draw_latents, generate
from citesresearch.demonstration.draws import graded, integers_with_sum, split_total
from citesresearch.demonstration.latent import draw_governance, draw_outcomes
from citesresearch.demonstration.retours import draw_hosts, draw_returns
from citesresearch.demonstration.territoires import draw_territoires
from citesresearch.errors import CitesError

SEED = 84
Rows = list[dict[str, str]]


def rows_of(folder: Path, table: str) -> Rows:
    """The rows as typed, whatever the office that typed them."""
    raw = (folder / f"{table}.csv").read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    lines = text.splitlines()
    return list(csv.DictReader(lines, delimiter=";" if lines[0].count(";") else ","))


def figure(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(",", "."))


def rounded(share: float) -> int:
    """The nearest whole percentage, halves upwards, as printed figures do."""
    return math.floor(100 * share + 0.5)


@pytest.fixture(scope="module")
def folder(demonstration_files: Path) -> Path:
    return demonstration_files


@pytest.fixture(scope="module")
def returns(folder: Path) -> Rows:
    return rows_of(folder, "retours")


# --- published counts -------------------------------------------------------------------------------


def test_the_network_is_the_published_one(folder: Path) -> None:
    cites = rows_of(folder, "cites")
    assert Counter(c["annee_label"] for c in cites) == {"2020": 24, "2021": 60}
    new = Counter(c["echelle"] for c in cites if c["annee_label"] == "2021")
    assert (new["intercommunale"], new["departementale"]) == (40, 2)
    quarters = rows_of(folder, "cite_qpv")
    assert len({q["code_qpv"] for q in quarters}) == 445
    assert len(quarters) > 445, "some quarters belong to two Cités, as real ones do"
    assert {q["id_cde"] for q in quarters} == {c["id_cde"] for c in cites}


def test_counts_of_the_returns(returns: Rows) -> None:
    assert len(returns) == len({r["id_cde"] for r in returns}) == 81
    partners = [int(r["nombre_partenaires"]) for r in returns]
    assert (sum(partners) / 81, max(partners)) == (14, 27)
    assert sum(int(r["nombre_referents"]) for r in returns) == 815
    fte = [figure(r["coordonnateur_etp"]) for r in returns if r["coordonnateur_etp"]]
    assert sum(fte) / len(fte) == pytest.approx(0.80, abs=1e-12)
    assert len(fte) == 79


def test_actions_and_beneficiaries(folder: Path) -> None:
    totals: Counter[tuple[str, str]] = Counter()
    for row in rows_of(folder, "actions"):
        totals[row["axe"], "nombre"] += int(row["nombre"])
        totals[row["axe"], "beneficiaires"] += int(row["beneficiaires"] or 0)
    assert totals["aller_vers", "nombre"] == 5_400
    assert totals["aller_vers", "beneficiaires"] == 88_000
    assert totals["innover", "nombre"] == 4_400
    assert totals["innover", "beneficiaires"] == 30_000
    assert totals["recenser_federer", "beneficiaires"] == 0
    axes: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(folder, "actions"):
        axes[row["id_cde"]].add(row["axe"])
    assert len(axes) == 81
    assert all(len(found) == 3 for found in axes.values())


def test_respondents(folder: Path) -> None:
    people = rows_of(folder, "repondants")
    assert len(people) == 171
    assert len({p["id_cde"] for p in people}) == 81
    needs = {b["id_repondant"] for b in rows_of(folder, "besoins") if b["type"] == "besoin_habitants"}
    assert len(needs) == 171, "the exhibit of needs has all respondents as its base"


def test_national_animation(folder: Path) -> None:
    rows = rows_of(folder, "animation_nationale")
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["type"]] += int(row["nombre"])
    assert totals["cafe_cites"] == 44
    assert totals["groupe_travail"] == 8
    assert totals["article"] == 319
    assert totals["action_recensee"] == 229
    people = [int(r["participants"]) for r in rows if r["type"] == "cafe_cites"]
    assert sum(people) / len(people) == 50
    meetings = {r["date_debut"]: int(r["nombre"]) for r in rows if r["type"] == "rendez_vous"}
    assert set(meetings.values()) == {84}, "one meeting a year with each Cité"


# Question, answers counted as favourable, answers out of the base, published share, declared base.
PUBLISHED = [
    ("public_cible_identifie", {"oui"}, set(), 78, 81),
    ("feuille_de_route_actualisee", {"oui"}, set(), 61, 80),
    ("cohorte_installee", {"oui"}, set(), 57, 81),
    ("legitimite_collectivite", {"tout_a_fait_d_accord", "d_accord"}, {"ne_sait_pas"}, 80, 75),
    ("legitimite_prefecture", {"tout_a_fait_d_accord", "d_accord"}, {"ne_sait_pas"}, 87, 77),
    ("liens_deets_prefecture", {"renforces"}, {"ne_sait_pas", "non_concerne"}, 45, 80),
    ("coordonnateur_en_poste", {"oui"}, set(), 62, 79),
    ("coordonnateur_financement", {"totalite"}, set(), 63, 79),
    ("liens_entreprises", {"renforces"}, {"ne_sait_pas", "non_concerne"}, 67, 78),
    ("liens_collectivite", {"renforces"}, {"ne_sait_pas", "non_concerne"}, 56, 80),
]


@pytest.mark.parametrize(("seed", "strength"), [(SEED, 1.0), (3, 0.0), (11, 2.5)])
def test_published_shares_on_their_declared_bases(seed: int, strength: float, tmp_path: Path) -> None:
    generate(tmp_path / "demo", seed, strength)
    answers = rows_of(tmp_path / "demo", "retours")
    for question, favourable, outside, share, base in PUBLISHED:
        said = [r[question] for r in answers if r[question] and r[question] not in outside]
        assert len(said) == base, question
        assert rounded(sum(s in favourable for s in said) / base) == share, question


# --- what real files contain ------------------------------------------------------------------------


def test_it_is_read_and_validated_like_any_other(folder: Path) -> None:
    campagne = find_campagne(folder)
    assert campagne.synthetique
    frames, problems = read_and_validate(folder, load_codebook())
    assert not problems, problems.report()
    assert frames["budget"]["depense"].max() > 10_000  # thousands with no-break spaces were understood
    assert frames["retours"]["coordonnateur_etp"].max() <= 1
    assert set(frames["cites"]["date_reference"]) == {"2023-12-31"}


def test_offices_do_not_write_alike(folder: Path) -> None:
    assert (folder / "retours.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    budget = (folder / "budget.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        budget.decode("utf-8")
    assert re.search(r";\d{1,2}\u00a0\d{3},\d\d\r\n", budget.decode("cp1252"))
    assert "31/12/2023" in (folder / "retours.csv").read_text("utf-8-sig")
    assert (folder / "reponses.csv").read_text("utf-8").startswith("id_repondant,question,modalite\n")


def test_it_contains_what_real_files_contain(folder: Path, returns: Rows) -> None:
    every = {c["id_cde"]: c for c in rows_of(folder, "cites")}
    returned = {r["id_cde"]: r for r in returns}
    asked = {p["id_cde"] for p in rows_of(folder, "repondants")}
    assert len(every.keys() - returned.keys()) == 3
    assert len(every.keys() - returned.keys() - asked) == 1, "one Cité has neither return nor respondent"
    assert [r["coordonnateur"] for r in returns].count("non") == 1
    assert [r["cotech"] for r in returns].count("non") == 1
    lonely = next(r for r in returns if r["coordonnateur"] == "non")
    assert not lonely["structure_porteuse"] + lonely["coordonnateur_etp"] + lonely["coordonnateur_en_poste"]
    missions = {m["id_cde"] for m in rows_of(folder, "missions_coordonnateur")}
    team = {(m["id_cde"], m["membre"]) for m in rows_of(folder, "equipe_projet")}
    assert lonely["id_cde"] not in missions
    assert (lonely["id_cde"], "coordonnateur") not in team
    bodies = {(i["id_cde"], i["instance"]) for i in rows_of(folder, "instances")}
    without = next(r for r in returns if r["cotech"] == "non")
    assert (without["id_cde"], "copil") in bodies
    assert (without["id_cde"], "cotech") not in bodies
    assert without["satisfaction_cotech"] == "non_concerne"
    assert any(every[cite]["echelle"] == "departementale" for cite in returned)
    assert "ne_sait_pas" in {r["legitimite_prefecture"] for r in returns}
    blanks = [sum(not v for v in r.values()) for r in returns]
    assert min(blanks) == 0, "a complete return"
    assert max(blanks) > 50, "a nearly empty one"
    assert 1 <= np.median(blanks) < 12
    money = [c["montant"] for c in rows_of(folder, "cofinancements")]
    assert {"", "0,00"} < set(money), "unknown is not nothing"


def test_conditions_of_the_codebook_hold(folder: Path) -> None:
    """A question asked only if… has no answer otherwise."""
    codebook = load_codebook()
    parents = {r["id_cde"]: r for r in rows_of(folder, "retours")}
    checked = 0
    for table in codebook.tables.values():
        for column in table.fields:
            condition = column.extra.get("si")
            if not condition:
                continue
            for row in rows_of(folder, table.name):
                source = parents[row["id_cde"]] if condition.get("table") else row
                if row[column.name]:
                    assert source[condition["champ"]] in condition["valeurs"], (table.name, row)
                    checked += 1
    assert checked > 500


def test_answers_belong_to_the_scale_of_their_question(folder: Path) -> None:
    codebook = load_codebook()
    questions = codebook.vocabulary("question_acteurs@1")
    for row in rows_of(folder, "reponses"):
        scale = codebook.vocabulary(questions[row["question"]].attributes["echelle"])
        assert row["modalite"] in scale.codes
    for table, key, value in (
        ("besoins", "type", "besoin"),
        ("enseignements", "type", "enseignement"),
        ("actions", "axe", "type_action"),
    ):
        vocabulary = codebook[table][value].vocabulary
        assert vocabulary is not None
        assert all(vocabulary[row[value]].attributes[key] == row[key] for row in rows_of(folder, table))


# --- nothing that could pass for real ---------------------------------------------------------------


def test_nothing_can_be_taken_for_a_real_place(folder: Path, repository: Path) -> None:
    real = repository / "data" / "raw" / "publique"
    for table, column in (
        ("cites", "nom"),
        ("cites", "region"),
        ("cites", "code_region"),
        ("cite_communes", "commune"),
    ):
        ours = {r[column] for r in rows_of(folder, table)}
        assert not ours & {r[column] for r in rows_of(real, table)}, column
    assert all(c["code_commune"].startswith("00") for c in rows_of(folder, "cite_communes"))
    assert all(re.fullmatch(r"demo-qp-\d{3}", q["code_qpv"]) for q in rows_of(folder, "cite_qpv"))
    assert "synthetique = true" in (folder / "campagne.toml").read_text("utf-8")
    assert all("synthétiques" in s["description"] for s in rows_of(folder, "sources"))


def test_words_said_are_said_to_be_fictional(folder: Path) -> None:
    words = rows_of(folder, "verbatims")
    assert all(w["texte"].startswith("[Parole fictive] ") for w in words)
    assert {w["consentement"] for w in words} == {"oui", "non"}
    assert not re.search(r"@|\b0[1-9](?:[ .]?\d{2}){4}\b", " ".join(w["texte"] for w in words))


# --- the model --------------------------------------------------------------------------------------

GRADES = {
    "maturite": ("approfondissement", "premieres_actions", "diagnostic"),
    "accord": ("tout_a_fait_d_accord", "d_accord", "plutot_pas_d_accord", "pas_du_tout_d_accord"),
    "liens": ("renforces", "inchanges", "affaiblis"),
}
# Question, scale, latent variable that drives it.
DRIVEN = [
    ("maturite", "maturite", "equilibre"),
    ("droit_commun_mieux_mobilise", "accord", "equilibre"),
    ("liens_deets_prefecture", "liens", "double_engagement"),
    ("liens_collectivite", "liens", "collectivite"),
]


def answers(seed: int, strength: float) -> list[dict[str, object]]:
    """The returns alone, without the files."""
    territoires, latents = draw_territoires(seed), draw_latents(seed, strength)
    hosts = draw_hosts(seed, territoires, latents.governance)
    return draw_returns(seed, load_codebook(), latents, territoires, hosts)["retours"]


def association(rows: list[dict[str, object]], latent: np.ndarray, question: str, scale: str) -> float:
    said = [r for r in rows if r.get(question) in GRADES[scale]]
    ranks = [-GRADES[scale].index(str(r[question])) for r in said]
    return float(spearmanr(ranks, [latent[int(str(r["id_cde"])[-3:]) - 1] for r in said]).statistic)


def test_links_are_as_strong_as_declared() -> None:
    """Over six seeds: no association at strength 0, a clear one at 1, a stronger one at 2."""
    found: dict[tuple[str, float], list[float]] = defaultdict(list)
    for seed in range(6):
        governance = draw_latents(seed).governance
        for strength in (0.0, 1.0, 2.0):
            rows = answers(seed, strength)
            for question, scale, driver in DRIVEN:
                rho = association(rows, governance[driver], question, scale)
                found[question, strength].append(rho)
    for question, _, _ in DRIVEN:
        none, declared, double = (float(np.mean(found[question, s])) for s in (0.0, 1.0, 2.0))
        # A mean of six coefficients at n = 80 has a standard error of 0.05.
        assert abs(none) < 0.16, question
        assert declared > 0.25, question
        assert double > declared, question


def test_outcomes_are_what_is_declared() -> None:
    """At a large size, the regression of each outcome on governance gives back the declared coefficients."""
    size, strength = 20_000, 1.0
    governance = draw_governance(5, size)
    governance["porteur_collectivite"] = np.random.default_rng(1).standard_normal(size)
    names = list(governance)
    design = np.column_stack([governance[n] for n in names])
    outcomes = draw_outcomes(5, governance, np.zeros(size), strength)
    nothing = draw_outcomes(5, governance, np.zeros(size), 0.0)
    assert set(outcomes) == set(LINKS)
    for outcome, links in LINKS.items():
        found, *_ = np.linalg.lstsq(design, outcomes[outcome], rcond=None)
        # Standard errors are near 0.01, more for the variables that `equilibre` is made of.
        assert found == pytest.approx([links.get(n, 0.0) for n in names], abs=0.05), outcome
        absent, *_ = np.linalg.lstsq(design, nothing[outcome], rcond=None)
        assert absent == pytest.approx(np.zeros(len(names)), abs=0.05), outcome


def test_governance_does_not_depend_on_the_strength(tmp_path: Path) -> None:
    generate(tmp_path / "without", SEED, 0.0)
    generate(tmp_path / "with", SEED, 2.0)
    for table in ("instances", "copilotes", "articulations_contrat_ville", "cites"):
        assert (tmp_path / "without" / f"{table}.csv").read_bytes() == (tmp_path / "with" / f"{table}.csv").read_bytes()
    before, after = (rows_of(tmp_path / place, "retours") for place in ("without", "with"))
    for column in ("legitimite_prefecture", "structure_porteuse", "coordonnateur_etp", "copil_presidence"):
        assert [r[column] for r in before] == [r[column] for r in after], column
    assert [r["maturite"] for r in before] != [r["maturite"] for r in after]


def test_a_question_added_to_the_codebook_is_drawn_and_moves_no_other() -> None:
    codebook = load_codebook()
    new = Field("satisfaction_caf", "string", "CAF", vocabulary=codebook.vocabulary("satisfaction@1"), extra={})
    retours = codebook["retours"]
    wider = dataclasses.replace(retours, fields=(*retours.fields[:20], new, *retours.fields[20:]))
    territoires = draw_territoires(SEED)
    latents = draw_latents()
    hosts = draw_hosts(SEED, territoires, latents.governance)

    def draw(book: Codebook) -> dict[str, list[dict[str, object]]]:
        return draw_returns(SEED, book, latents, territoires, hosts)

    before, after = draw(codebook), draw(Codebook({**codebook.tables, "retours": wider}, codebook.vocabularies))
    answers = Counter(row.pop("satisfaction_caf", None) for row in after["retours"])
    assert set(answers) - {None} == {m.code for m in codebook.vocabulary("satisfaction@1").modalites}
    assert before == after


# --- files ------------------------------------------------------------------------------------------


def test_same_seed_same_bytes_another_seed_another_campagne(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again")
    generate(tmp_path / "other", seed=SEED + 1)
    names = sorted(p.name for p in folder.iterdir())
    assert names == sorted(p.name for p in (tmp_path / "again").iterdir())
    assert all((folder / n).read_bytes() == (tmp_path / "again" / n).read_bytes() for n in names)
    assert (folder / "retours.csv").read_bytes() != (tmp_path / "other" / "retours.csv").read_bytes()


def test_a_former_demonstration_is_replaced_and_nothing_is_left_beside(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    generate(place)
    (place / "retours.csv").write_text("abîmé", encoding="utf-8")
    (place / "problemes.csv").write_text("ancien", encoding="utf-8")
    generate(place)
    assert len(rows_of(place, "retours")) == 81
    assert not (place / "problemes.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]


@pytest.mark.parametrize("name", ["campagne.toml", "photo.jpg", "retours.csv"])
def test_what_is_not_a_demonstration_is_never_replaced(name: str, tmp_path: Path) -> None:
    place = tmp_path / "reelle"
    place.mkdir()
    (place / name).write_text('titre = "Réelle"\n', encoding="utf-8")
    with pytest.raises(CitesError, match="rien n’a été écrit"):
        generate(place)
    assert [(p.name, p.read_text("utf-8")) for p in place.iterdir()] == [(name, 'titre = "Réelle"\n')]


@pytest.mark.parametrize(
    ("seed", "strength", "said"),
    [(-1, 1.0, "graine"), (1, -0.5, "force"), (1, math.nan, "force"), (1, math.inf, "force")],
)
def test_a_seed_or_a_strength_that_cannot_be_used(seed: int, strength: float, said: str, tmp_path: Path) -> None:
    with pytest.raises(CitesError, match=said):
        generate(tmp_path / "demo", seed, strength)
    assert not (tmp_path / "demo").exists()


# --- constrained draws ------------------------------------------------------------------------------


def test_constrained_draws_meet_their_constraints() -> None:
    latent = np.array([0.3, -1.0, 2.0, 0.9])
    assert graded(latent, (1, 2, 1)).tolist() == [1, 2, 0, 1]
    assert split_total(np.array([1.0, 1.0, 2.0]), 9, minimum=1).tolist() == [3, 2, 4]
    values = integers_with_sum(latent, 3.0, 20, 2, 8)
    assert values.sum() == 20
    assert values.min() >= 2
    assert values.max() <= 8
    assert np.argsort(values, kind="stable").tolist() == np.argsort(latent).tolist()
    with pytest.raises(ValueError, match="cannot be graded"):
        graded(latent, (1, 1))
    with pytest.raises(ValueError, match="cannot be split"):
        split_total(np.array([1.0, 1.0]), 3, minimum=2)
    with pytest.raises(ValueError, match="cannot add up"):
        integers_with_sum(latent, 1.0, 40, 2, 8)


# --- what the documentation declares ----------------------------------------------------------------


def cells(repository: Path, heading: str) -> list[list[str]]:
    """The rows of the table under a heading of docs/demonstration.md."""
    text = (repository / "docs" / "demonstration.md").read_text("utf-8").partition(f"## {heading}\n")[2]
    lines = [line for line in text.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_declared_links_are_those_of_the_model(repository: Path) -> None:
    declared: dict[str, dict[str, float]] = defaultdict(dict)
    for outcome, driver, coefficient, *_ in cells(repository, "Liens déclarés"):
        declared[outcome.strip("`")][driver.strip("`")] = float(coefficient.replace(",", "."))
    assert declared == {outcome: dict(links) for outcome, links in LINKS.items()}


def test_every_exhibit_is_in_the_documentation(repository: Path) -> None:
    titles = [row[0] for row in cells(repository, "Des planches aux champs")]
    assert titles == [m.libelle for m in load_codebook().vocabulary("planche@1").modalites]


def test_declared_bases_are_those_of_the_files(repository: Path) -> None:
    declared = {row[0].strip("`"): (int(row[2].rstrip(" %")), row[3]) for row in cells(repository, "Parts publiées")}
    assert {q: (share, base) for q, (share, base) in declared.items()} == {
        q: (share, f"{round(share * base / 100)} sur {base}") for q, _, _, share, base in PUBLISHED
    }
