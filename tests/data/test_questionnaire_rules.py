"""Contradictions between answers are found where they were typed, once, and say what to do.

The files are those of a few Cités of the demonstration, damaged by hand.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citesresearch.codebook import Codebook, Field, ForeignKey, Modality, Table, Vocabulary, load_codebook
from citesresearch.data.checking.problems import Problem, Problems
from citesresearch.data.checking.validation import read_and_validate
from citesresearch.errors import CitesError

Row = dict[str, str]
BOOK = load_codebook()
KEPT = {f"demo-{i:03d}" for i in (1, 2, 3, 4, 5, 33, 58)}
TABLES = (
    *("sources", "cites", "retours", "actions", "publics_cibles", "droit_commun_actions", "missions_coordonnateur"),
    *("repondants", "reponses", "besoins", "enseignements"),
)


def words(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


class Files:
    """The files of a campagne, as rows of text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, table: str) -> list[Row]:
        raw = (self.folder / f"{table}.csv").read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text[:40] else ","))

    def write(self, table: str, rows: list[Row], columns: tuple[str, ...] | None = None) -> None:
        with (self.folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns or BOOK[table].columns, delimiter=";")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, table: str, which: Callable[[Row], bool], **cells: str) -> int:
        """Write these cells into the first row that `which` chooses; returns its row in a spreadsheet."""
        rows = self.rows(table)
        at = next(i for i, row in enumerate(rows) if which(row))
        rows[at].update(cells)
        self.write(table, rows)
        return at + 2

    def add(self, table: str, **cells: str) -> int:
        """Append a row; returns its number in a spreadsheet."""
        rows = self.rows(table)
        self.write(table, [*rows, cells])
        return len(rows) + 2

    def without(self, table: str, which: Callable[[Row], bool]) -> None:
        self.write(table, [row for row in self.rows(table) if not which(row)])

    def problems(self) -> Problems:
        return read_and_validate(self.folder, BOOK)[1]

    def problem(self) -> Problem:
        """The only problem of these files."""
        problems = self.problems()
        assert len(problems) == 1, problems.report()
        return problems[0]


def place(problem: Problem) -> tuple[str, str, str, int | None, str | None, str | None]:
    return problem.code, problem.gravite, problem.fichier, problem.ligne, problem.colonne, problem.lu


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, demonstration_files: Path) -> Path:
    """A few Cités of the demonstration, without problems."""
    folder = Path(shutil.copytree(demonstration_files, tmp_path_factory.mktemp("campagnes") / "demonstration"))
    files = Files(folder)
    people = {row["id_repondant"] for row in files.rows("repondants") if row["id_cde"] in KEPT}
    for name in BOOK.tables:
        if name not in TABLES:
            (folder / f"{name}.csv").unlink(missing_ok=True)
            continue
        rows = files.rows(name)
        if "id_cde" in BOOK[name].columns:
            rows = [row for row in rows if row["id_cde"] in KEPT]
        if "id_repondant" in BOOK[name].columns:
            rows = [row for row in rows if row["id_repondant"] in people]
        files.write(name, rows)
    assert files.problems() == ()
    return folder


@pytest.fixture
def files(small: Path, tmp_path: Path) -> Files:
    return Files(Path(shutil.copytree(small, tmp_path / "campagne")))


def cite(row: Row) -> bool:
    return row["id_cde"] == "demo-001"


# --- the scale of a question ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "remede"),
    [
        ("tres_satisfaisante", "choisir une de ces valeurs"),
        ("Tout à fait d’accord", "écrire « tout_a_fait_d_accord »"),
        ("tout_a_fait_daccord", "écrire « tout_a_fait_d_accord »"),
        ("tout_a_fait", "écrire « tout_a_fait_d_accord », la plus proche, si c’est bien elle"),
    ],
)
def test_an_answer_of_another_scale_than_the_question_s(files: Files, answer: str, remede: str) -> None:
    row = files.change("reponses", lambda r: r["question"] == "copilotage_equilibre", modalite=answer)
    problem = files.problem()
    assert place(problem) == ("hors_liste", "bloquant", "reponses.csv", row, "modalite", answer)
    assert words(problem.attendu).startswith("« tout_a_fait_d_accord », « d_accord »")
    assert words(problem.attendu).endswith("(échelle de la question « copilotage_equilibre »)")
    assert words(problem.remede) == remede


def test_an_answer_outside_the_scale_is_still_an_answer(files: Files) -> None:
    files.change("reponses", lambda r: r["question"] == "copilotage_equilibre", modalite="ne_sait_pas")
    assert files.problems() == ()


def test_nothing_is_concluded_from_an_unknown_question(files: Files) -> None:
    row = files.change("reponses", lambda r: r["modalite"] == "d_accord", question="???", modalite="bleu")
    assert place(files.problem()) == ("hors_liste", "bloquant", "reponses.csv", row, "question", "???")


# --- modalities that go with another column ---------------------------------------------------------


def test_a_code_of_another_type(files: Files) -> None:
    row = files.change("enseignements", lambda r: r["enseignement"] == "moyens_dedies", enseignement="conceptuelles")
    problem = files.problem()
    assert place(problem) == (
        *("modalite_discordante", "bloquant", "enseignements.csv", row, "enseignement", "conceptuelles"),
    )
    assert words(problem.attendu).startswith("« coordination », « moyens_dedies »")
    assert words(problem.attendu).endswith("quand « type » vaut « point_fort »")
    assert words(problem.remede).startswith("corriger « type » (la valeur lue va avec « difficulte »), ou ")


def test_an_action_of_another_axis_is_said_once_for_each_row(files: Files) -> None:
    rows = files.rows("actions")
    wrong = [i + 2 for i, row in enumerate(rows) if row["axe"] == "innover"]
    for row in rows:
        if row["axe"] == "innover":
            row["type_action"] = "forum"
    files.write("actions", rows)
    problems = files.problems()
    assert [(p.code, p.ligne, p.lu) for p in problems] == [("modalite_discordante", row, "forum") for row in wrong]
    assert problems.report().count("forum") == 1, "the report says once what is wrong in the same way"


# --- questions that are not asked -------------------------------------------------------------------


def test_an_answer_to_a_question_that_is_not_asked_warns(files: Files) -> None:
    row = files.change("retours", cite, copil="non", copil_presidence="conjointe")
    problem = files.problem()
    assert place(problem) == (
        *("question_non_posee", "avertissement", "retours.csv", row, "copil_presidence", "conjointe"),
    )
    assert words(problem.attendu) == "une cellule vide, sauf si « copil » vaut « oui » (il y a là « non »)"
    assert words(problem.remede) == "vider cette cellule, ou corriger « copil »"


def test_a_filter_left_empty_does_not_ask_the_question(files: Files) -> None:
    files.change("retours", cite, cohorte_installee="", cohorte_personnes="1 234")
    problem = files.problem()
    assert (problem.code, problem.colonne, words(problem.lu or "")) == (
        *("question_non_posee", "cohorte_personnes", "1 234"),
    )
    assert "il y a là une cellule vide" in words(problem.attendu)


def test_no_answer_to_a_question_that_is_asked_is_no_problem(files: Files) -> None:
    files.change("retours", cite, copil="oui", copil_presidence="", cohorte_installee="oui", cohorte_personnes="")
    assert files.problems() == ()


def test_choices_of_a_cite_to_whom_they_are_not_offered(files: Files) -> None:
    files.change("retours", cite, public_cible_identifie="non")
    files.without("publics_cibles", cite)
    assert files.problems() == ()
    row = files.add("publics_cibles", id_cde="demo-001", public="jeunes")
    problem = files.problem()
    assert place(problem) == ("question_non_posee", "avertissement", "publics_cibles.csv", row, "public", "jeunes")
    assert "« public_cible_identifie » de « retours.csv » vaut « oui »" in words(problem.attendu)
    assert words(problem.remede).startswith("supprimer cette ligne")


def test_nothing_is_concluded_from_a_filter_that_cannot_be_read(files: Files) -> None:
    row = files.change("retours", cite, coordonnateur="peut-être")
    assert place(files.problem()) == ("oui_non", "bloquant", "retours.csv", row, "coordonnateur", "peut-être")


def test_a_misspelt_filter_column_is_the_only_problem(files: Files) -> None:
    rows = files.rows("retours")
    columns = tuple("Coordonateur" if c == "coordonnateur" else c for c in BOOK["retours"].columns)
    files.write(
        "retours", [{("Coordonateur" if k == "coordonnateur" else k): v for k, v in r.items()} for r in rows], columns
    )
    assert place(files.problem()) == (
        *("colonne_mal_nommee", "bloquant", "retours.csv", 1, "coordonnateur", "Coordonateur"),
    )


def test_of_two_returns_of_one_cite_none_decides(files: Files) -> None:
    first = next(row for row in files.rows("retours") if cite(row))
    files.add("retours", **{**first, "public_cible_identifie": "non"})
    assert {p.code for p in files.problems()} == {"cle_double"}


# --- choices that exclude others --------------------------------------------------------------------


def test_none_of_these_stands_alone(files: Files) -> None:
    row = files.add("missions_coordonnateur", id_cde="demo-001", mission="aucun")
    others = [i + 2 for i, r in enumerate(files.rows("missions_coordonnateur")) if cite(r)][:-1]
    problem = files.problem()
    assert place(problem) == ("choix_exclusif", "bloquant", "missions_coordonnateur.csv", row, "mission", "aucun")
    assert "autre" in words(problem.attendu)
    assert ("la ligne " if len(others) == 1 else "les lignes ") + str(others[0]) in words(problem.attendu)
    assert problem.remede.startswith("supprimer cette ligne")


def test_none_of_these_within_its_type(files: Files) -> None:
    person = next(r for r in files.rows("besoins") if r["type"] == "besoin_habitants")["id_repondant"]
    files.without("besoins", lambda r: r["id_repondant"] == person)
    files.add("besoins", id_repondant=person, type="besoin_habitants", besoin="aucun_besoin")
    files.add("besoins", id_repondant=person, type="attente_acteurs", besoin="etat_ingenierie")
    assert files.problems() == ()
    files.add("besoins", id_repondant=person, type="besoin_habitants", besoin="emploi")
    problem = files.problem()
    assert (problem.code, problem.lu) == ("choix_exclusif", "aucun_besoin")


def test_none_of_these_twice_is_a_double_and_no_contradiction(files: Files) -> None:
    files.without("missions_coordonnateur", cite)
    files.add("missions_coordonnateur", id_cde="demo-001", mission="aucun")
    files.add("missions_coordonnateur", id_cde="demo-001", mission="aucun")
    assert files.problem().code == "cle_double"


def test_a_choice_that_cannot_be_read_contradicts_nothing(files: Files) -> None:
    files.without("missions_coordonnateur", cite)
    files.add("missions_coordonnateur", id_cde="demo-001", mission="aucun")
    row = files.add("missions_coordonnateur", id_cde="demo-001", mission="aucunes")
    assert place(files.problem())[:4] == ("hors_liste", "bloquant", "missions_coordonnateur.csv", row)


# --- cells that are required except under a condition -------------------------------------------------


def test_progress_is_empty_only_for_no_domain(files: Files) -> None:
    assert any(row["domaine"] != "aucun" for row in files.rows("droit_commun_actions"))
    row = files.change("droit_commun_actions", lambda r: r["domaine"] != "aucun", avancement="")
    problem = files.problem()
    assert place(problem) == ("valeur_absente", "bloquant", "droit_commun_actions.csv", row, "avancement", "")
    assert words(problem.attendu) == "une valeur (Avancement des actions), sauf si « domaine » vaut « aucun »"


def test_progress_of_no_domain_warns(files: Files) -> None:
    files.without("droit_commun_actions", cite)
    row = files.add("droit_commun_actions", id_cde="demo-001", domaine="aucun")
    assert files.problems() == ()
    step = BOOK["droit_commun_actions"]["avancement"].constraints["enum"][0]
    files.change("droit_commun_actions", cite, avancement=step)
    problem = files.problem()
    assert place(problem)[:5] == (
        *("question_non_posee", "avertissement", "droit_commun_actions.csv", row, "avancement"),
    )


def test_progress_never_filled_is_said_once(files: Files) -> None:
    files.write("droit_commun_actions", [{**r, "avancement": ""} for r in files.rows("droit_commun_actions")])
    problem = files.problem()
    assert place(problem) == ("colonne_vide", "bloquant", "droit_commun_actions.csv", None, "avancement", "")


# --- keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["publics_cibles", "besoins", "reponses", "droit_commun_actions"])
def test_a_child_row_twice(files: Files, table: str) -> None:
    rows = files.rows(table)
    files.write(table, [*rows, rows[3]])
    problem = files.problem()
    key = BOOK[table].primary_key
    assert place(problem) == (
        *("cle_double", "bloquant", f"{table}.csv", len(rows) + 2, ", ".join(key)),
        " | ".join(rows[3][part] for part in key),
    )
    assert "la ligne 5 porte" in words(problem.attendu)


def test_a_respondent_who_does_not_exist(files: Files) -> None:
    row = files.change("reponses", lambda r: True, id_repondant="rffffff")
    problem = files.problem()
    assert (problem.code, problem.ligne, problem.lu) == ("cle_orpheline", row, "rffffff")


def test_everything_is_told_at_once(files: Files) -> None:
    files.change("reponses", lambda r: r["question"] == "copilotage_equilibre", modalite="bleu")
    files.change("enseignements", lambda r: r["enseignement"] == "moyens_dedies", enseignement="conceptuelles")
    files.change("retours", cite, copil="non", copil_presidence="conjointe")
    files.add("missions_coordonnateur", id_cde="demo-001", mission="aucun")
    files.change("droit_commun_actions", lambda r: r["domaine"] != "aucun", avancement="")
    assert {p.code for p in files.problems()} == {
        *("hors_liste", "modalite_discordante", "question_non_posee", "choix_exclusif", "valeur_absente"),
    }


# --- another programme's codebook -------------------------------------------------------------------


def table(name: str, *fields: Field, key: tuple[str, ...] = (), links: tuple[ForeignKey, ...] = ()) -> Table:
    return Table(name, name, "", "", "public", fields, key, links, False, {"schema": {"missingValues": [""]}})


def test_conditions_on_numbers_and_required_numbers(tmp_path: Path) -> None:
    described = table(
        "visites",
        Field("vague", "integer", "Vague"),
        Field("visiteurs", "number", "Visiteurs", extra={"si": {"champ": "vague", "valeurs": [1, 2]}}),
        Field("cout", "number", "Coût", extra={"requis_sauf": {"champ": "vague", "valeurs": [3]}}),
    )
    lines = ["vague;visiteurs;cout", "1;10;5", ";;7", "3;2,5;", "2;;douze", "2;;", ""]
    (tmp_path / "visites.csv").write_text("\n".join(lines), encoding="utf-8")
    _, problems = read_and_validate(tmp_path, Codebook({"visites": described}, {}))
    assert [(p.code, p.ligne, p.colonne, p.lu) for p in problems] == [
        ("question_non_posee", 4, "visiteurs", "2,5"),
        ("nombre_illisible", 5, "cout", "douze"),
        ("valeur_absente", 6, "cout", ""),
    ]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"si": {"table": "retours", "champ": "copil", "valeurs": ["oui"]}}, "aucune clé ne mène"),
        ({"echelle_par": "question"}, "ne nomme pas son échelle"),
        ({"echelle_par": "note"}, "pas de liste de questions"),
        ({"modalites_par": "question"}, "pas de liste de modalités"),
    ],
)
def test_a_codebook_that_cannot_be_followed_is_explained(tmp_path: Path, extra: dict[str, object], said: str) -> None:
    questions = Vocabulary("questions", 1, "Questions", (Modality("q1", "Question 1"),))
    answers = table(
        "reponses",
        Field("question", "string", "Question", vocabulary=questions, constraints={"enum": ["q1"]}),
        Field("note", "string", "Note", extra=extra),
    )
    returns = table("retours", Field("copil", "boolean", "Comité"))
    (tmp_path / "reponses.csv").write_text("question;note\nq1;bien\n", encoding="utf-8")
    (tmp_path / "retours.csv").write_text("copil\noui\n", encoding="utf-8")
    with pytest.raises(CitesError, match=said):
        read_and_validate(tmp_path, Codebook({"reponses": answers, "retours": returns}, {}))


# --- the codebook itself ----------------------------------------------------------------------------


def declared(key: str) -> Iterator[tuple[Table, Field]]:
    return ((t, f) for t in BOOK.tables.values() for f in t.fields if f.extra.get(key))


@pytest.mark.parametrize("key", ["si", "requis_sauf"])
def test_conditions_name_columns_and_values_that_exist(key: str) -> None:
    for own, field in declared(key):
        condition = field.extra[key]
        other = BOOK[condition.get("table") or own.name]
        filtering = other[condition["champ"]]
        accepted = ["oui", "non"] if filtering.type == "boolean" else filtering.constraints["enum"]
        assert set(condition["valeurs"]) <= set(accepted), (own.name, field.name)
        assert other is own or any(link.table == other.name for link in own.foreign_keys)


def test_every_modality_goes_with_a_value_of_the_other_column() -> None:
    found = list(declared("modalites_par"))
    assert found
    for own, field in found:
        by = own[field.extra["modalites_par"]]
        assert field.vocabulary is not None
        for code in field.vocabulary.codes:
            home = field.vocabulary[code].attributes.get(by.name)
            assert home in by.constraints["enum"], (own.name, code)


def test_every_question_names_a_scale_that_exists() -> None:
    found = list(declared("echelle_par"))
    assert found
    for own, field in found:
        questions = own[field.extra["echelle_par"]].vocabulary
        assert questions is not None
        for question in questions.codes:
            assert BOOK.vocabulary(questions[question].attributes["echelle"]).codes


def test_multiple_choices_are_part_of_the_key_of_their_table() -> None:
    for own, field in declared("choix_multiple"):
        assert field.name in own.primary_key, own.name
        assert len(own.primary_key) > 1, own.name


def test_every_form_has_an_example_and_order_names_columns() -> None:
    for own in BOOK.tables.values():
        for field in own.fields:
            if pattern := field.constraints.get("pattern"):
                assert re.fullmatch(pattern, field.extra["exemple"], re.ASCII), (own.name, field.name)
            for key in ("apres", "au_moins"):
                assert field.extra.get(key, field.name) in own.columns


# --- any damage -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(small: Path) -> dict[str, pd.DataFrame]:
    return read_and_validate(small, BOOK)[0]


def leads_to(name: str, target: str) -> bool:
    """Whether what is wrong in a table may be told of another one."""
    return any(link.table == target for link in BOOK[name].foreign_keys)


TEXTS = st.sampled_from(["", "aucun", "oui", "non", "demo-002", "12,5", "2023-06", "???", "\u202e", "é" * 200, "=1+1"])


@given(table=st.sampled_from(TABLES), kind=st.integers(0, 5), at=st.integers(0, 10_000), text=TEXTS)
@settings(max_examples=20)
def test_damage_never_raises_and_stays_where_it_is(
    small: Path,
    whole: dict[str, pd.DataFrame],
    tmp_path_factory: pytest.TempPathFactory,
    table: str,
    kind: int,
    at: int,
    text: str,
) -> None:
    folder = Path(shutil.copytree(small, tmp_path_factory.mktemp("abime") / "campagne"))
    path, files = folder / f"{table}.csv", Files(folder)
    rows, columns = files.rows(table), BOOK[table].columns
    row, column = at % len(rows), columns[at % len(columns)]
    match kind:
        case 0:  # one cell
            rows[row][column] = text
            files.write(table, rows)
        case 1:  # one column
            files.write(table, [{**r, column: text} for r in rows])
        case 2:  # a column under another name
            path.write_text(path.read_text("utf-8").replace(column, f"{column}{text}", 1), "utf-8")
        case 3:  # rows lost and doubled
            files.write(table, rows[: row // 2] + rows[row:] + rows[:3])
        case 4:  # a file cut short
            path.write_bytes(path.read_bytes()[: at % path.stat().st_size])
        case _:  # bytes in the middle
            content = path.read_bytes()
            cut = at % len(content)
            path.write_bytes(content[:cut] + text.encode("utf-16") + content[cut:])
    tables, problems = read_and_validate(folder, BOOK)
    assert problems.report()
    for name, frame in whole.items():
        if name != table:
            pd.testing.assert_frame_equal(tables[name], frame)
    touched = {p.fichier.removesuffix(".csv") for p in problems} - {table}
    assert all(leads_to(name, table) for name in touched), touched
    shutil.rmtree(folder)
