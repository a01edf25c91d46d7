"""The gate: what may be published, and nothing else.

Pages, downloads and the site's notebooks read a `Publication`; they never see a table of persons nor a withheld value.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import __version__
from .codebook import Codebook, codebook_of, load_codebook
from .data.dataset import Dataset
from .errors import CitesError
from .french import listing, plain
from .governance.published import publish_choices, publish_governance
from .indicators import Indicator, indicators_of
from .indicators.comparaison import COLUMNS as COMPARED
from .indicators.comparaison import compare
from .masking import mask, without_marks
from .precision import settle_table
from .published_estimates import TEXT, PublishedEstimates
from .withholding import EXEMPT, withhold, without_reasons

__all__ = ["CitePublication", "Publication", "publish", "read_tables", "withhold"]

DICTIONARY = (
    "id",
    "theme",
    "planche",
    "forme",
    "libelle",
    "definition",
    "formule",
    "base",
    "unite",
    "source",
    "secret",
)
_META = "publication.json"
_ESTIMATES = "estimates.arrow"


@dataclass(frozen=True)
class Publication:
    """What may be shown of a campagne, after disclosure control.

    `edition` and `date_edition` are the only dates a page shows of itself; `empreinte` identifies the raw files;
    `synthetique` comes from the data's own provenance and stamps every page.
    """

    campagne: str
    titre: str
    edition: str
    date_edition: str
    synthetique: bool
    version: str
    empreinte: str
    seuils: Mapping[str, int]
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    published: PublishedEstimates = field(repr=False)
    declared: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def codebook(self) -> Codebook:
        return codebook_of(self.declared)

    @property
    def cites(self) -> pd.DataFrame:
        """The Cités, one row each, in the order of their names."""
        return self._by_name.copy(deep=False)

    @cached_property
    def _by_name(self) -> pd.DataFrame:
        cites = self.table("cites")
        return cites.sort_values("nom", key=lambda names: names.map(plain), ignore_index=True)

    def table(self, name: str) -> pd.DataFrame:
        """A published table; empty where the campagne has none. Raises KeyError for a table that is never published."""
        if name not in self._known:
            described = self.codebook[name]
            if described.source_secret not in EXEMPT:
                raise KeyError(f"the table {name!r} is never published")
            self._known[name] = pd.DataFrame({column: pd.Series(dtype="str") for column in described.columns})
        return self._known[name].copy(deep=False)

    @cached_property
    def _known(self) -> dict[str, pd.DataFrame]:
        """The tables of the campagne, and the empty ones that pages have asked for."""
        return dict(self.tables)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Every published estimate, in the order of the indicators."""
        return self.published.frame

    def estimate(self, indicateur: str, **key: str) -> pd.DataFrame:
        """The rows of one indicator, further chosen by columns of the key (`perimetre_type="national"`).

        Empty where the campagne has no such row. A cut is made once, then given as a copy that may be changed: a page asks
        for hundreds of them. Raises KeyError for what is no indicator or no column.
        """
        asked = (indicateur, *sorted(key.items()))
        if asked not in self._cuts:
            known = (self.published.indicators, indicators_of(self.codebook), indicators_of(load_codebook()))
            if not any(indicateur in names for names in known):  # another programme does not have them all
                raise KeyError(f"no indicator {indicateur!r}")
            self._cuts[asked] = self.published.rows(indicateur=indicateur, **key)
        return self._cuts[asked].copy(deep=False)

    @cached_property
    def _cuts(self) -> dict[tuple[Any, ...], pd.DataFrame]:
        return {}

    def rows_about(self, name: str, id_cde: str) -> pd.DataFrame:
        """The rows of a published table that are about one Cité."""
        table = self.table(name)
        if name not in self._places:
            self._places[name] = table.groupby("id_cde", sort=False).indices
        rows: pd.DataFrame = table.iloc[self._places[name].get(id_cde, [])]
        return rows.reset_index(drop=True)

    @cached_property
    def _places(self) -> dict[str, Mapping[Any, Any]]:
        return {}

    def cite(self, id_cde: str) -> CitePublication:
        """What may be shown of one Cité. Raises CitesError, with the nearest names, when there is no such Cité."""
        cites = self.table("cites")
        if not id_cde.strip():
            raise CitesError(
                f"Aucune Cité n’est indiquée : donnez au paramètre « cite » un identifiant de la campagne « {self.campagne} », "
                f"par exemple « {cites['id_cde'].iloc[0]} »."
            )
        row = cites[cites["id_cde"] == id_cde.strip()]
        if row.empty:
            raise CitesError(
                f"La Cité « {id_cde} » n’existe pas dans la campagne « {self.campagne} ».{self._nearest(id_cde)}"
            )
        return CitePublication(self, row["id_cde"].iloc[0], row["nom"].iloc[0])

    def _nearest(self, wanted: str) -> str:
        """« Vouliez-vous dire … ? », from identifiers, names and aliases; empty when nothing is near."""
        cites, aliases = self.table("cites"), self.table("alias_cites")
        names = dict(zip(cites["id_cde"], cites["nom"], strict=True))
        spelled: dict[str, str] = {plain(ident): ident for ident in names}
        spelled |= {
            plain(alias): ident
            for alias, ident in zip(aliases.get("alias", ()), aliases.get("id_cde", ()), strict=True)
        }
        spelled |= {plain(name): ident for ident, name in names.items()}
        near = difflib.get_close_matches(plain(wanted), spelled, n=3, cutoff=0.6)
        near += [key for key in spelled if plain(wanted) and plain(wanted) in key.split()][:3]
        idents = list(dict.fromkeys(spelled[key] for key in near))[:3]
        if not idents:
            return " La commande « citesresearch status » donne la liste."
        return f" Vouliez-vous dire {listing((f'« {ident} » ({names[ident]})' for ident in idents), 'ou')} ?"

    # -- on disk -----------------------------------------------------------------------------------------------------
    def save(self, folder: Path) -> None:
        """Write the publication: one Parquet file a table, the estimates in one of Arrow, and what identifies it."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.to_parquet(folder / f"{name}.parquet")
        self.published.save(folder / _ESTIMATES)
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("tables", "published")}
        (folder / _META).write_text(
            json.dumps({**said, "tables": sorted(self.tables)}, ensure_ascii=False, default=dict),
            encoding="utf-8",
        )

    @classmethod
    def load(cls, folder: Path, tables: Mapping[str, pd.DataFrame] | None = None) -> Publication:
        """Read back what `save` wrote; `tables` are those that `read_tables` has read already."""
        said: dict[str, Any] = json.loads((folder / _META).read_text(encoding="utf-8"))
        del said["tables"]
        read = read_tables(folder) if tables is None else tables
        return cls(**said, tables=read, published=PublishedEstimates.open(folder / _ESTIMATES))


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The published tables that `Publication.save` wrote. Arrow starts threads to read them."""
    said = json.loads((folder / _META).read_text(encoding="utf-8"))
    return {name: _read(folder / f"{name}.parquet") for name in said["tables"]}


def _read(path: Path) -> pd.DataFrame:
    """A table of Parquet. Equal texts of a column are one object: tables say the same few words on many rows."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    index = [name for name in (schema.pandas_metadata or {}).get("index_columns", []) if isinstance(name, str)]
    columns = [name for name in schema.names if name not in index]
    texts = [name for name in columns if str(schema.field(name).type) in ("string", "large_string")]
    table = pq.read_table(path, read_dictionary=texts).unify_dictionaries()
    others = table.drop_columns(texts).to_pandas()
    made: dict[str, Any] = {}
    for name in columns:
        if name not in texts:
            made[name] = others[name]
            continue
        column = table.column(name).combine_chunks()
        words = np.array([*column.dictionary.to_pylist(), None], dtype=object)  # a blank cell takes the last
        cells = words[column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)]
        made[name] = pd.Series(cells, index=others.index, dtype=TEXT)
    frame = pd.DataFrame(made, index=others.index)
    frame.columns = pd.Index(columns, dtype=TEXT)
    return frame


@dataclass(frozen=True)
class CitePublication:
    """One Cité seen through the publication: what a monograph notebook holds."""

    publication: Publication
    id: str
    nom: str

    def rows(self, table: str) -> pd.DataFrame:
        """The rows of a published table that are about this Cité."""
        return self.publication.rows_about(table, self.id)

    def value(self, column: str) -> Any:
        """Its cell in the table of Cités; None where nothing is known."""
        value = self.rows("cites")[column].iloc[0]
        return None if pd.isna(value) else value

    def estimates(self, indicateur: str | None = None) -> pd.DataFrame:
        """Its published estimates, of one indicator or of all."""
        rows = self._own if indicateur is None else self._own.iloc[self._places.get(indicateur, [])]
        return rows.reset_index(drop=True)

    @cached_property
    def _own(self) -> pd.DataFrame:
        return self.publication.published.rows(perimetre_type="cite", perimetre_id=self.id)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The rows of each indicator among its own estimates."""
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self._own["indicateur"].tolist()):
            found.setdefault(name, []).append(place)
        return found


def publish_words(dataset: Dataset) -> pd.DataFrame:
    """The words of actors that may be published: with consent, and credited to a class of roles or to no one.

    A class is named where at least the threshold of persons of that class were met in that Cité, since a role and a
    Cité identify one person. The words of the other classes stay without a class, and only where those classes
    together reach the threshold: otherwise the missing credit would name them. What identifies a person in the text
    itself is masked (see `masking`). One row a verbatim:
    `id_cde, rubrique, texte, classe_role, date_reference, source`.
    """
    floor = dataset.campagne.seuils["personnes"]
    words = dataset["verbatims"]
    words = words[words["consentement"].isin(["oui", True])]
    met = dataset["entretiens"]
    by_class = met.groupby(["id_cde", "classe_role"])["personnes"].sum()
    small = by_class[by_class < floor].groupby("id_cde").sum()
    pairs = list(zip(words["id_cde"], words["classe_role"], strict=True))
    named = pd.Series([by_class.get(pair, 0) >= floor for pair in pairs], index=words.index, dtype=bool)
    hidden = pd.Series([small.get(cite, 0) >= floor for cite, _ in pairs], index=words.index, dtype=bool)
    words = words[named | hidden]
    return pd.DataFrame(
        {
            "id_cde": words["id_cde"],
            "rubrique": words["rubrique"],
            "texte": words["texte"].map(lambda text: without_marks(mask(str(text)).text)),
            "classe_role": words["classe_role"].where(named[words.index], ""),
            "date_reference": words["date_recueil"],
            "source": words["source"],
        }
    ).reset_index(drop=True)


def publish_fieldwork(dataset: Dataset) -> pd.DataFrame:
    """How many persons were met in each Cité, when, of which classes of roles: without counts by class.

    Cités where fewer persons than the threshold were met have no row. One row a Cité:
    `id_cde, personnes, entretiens, debut, fin, classes, source` (`classes` holds codes, separated by spaces).
    """
    met = dataset["entretiens"]
    columns = ["id_cde", "personnes", "entretiens", "debut", "fin", "classes", "source"]
    rows = [
        (
            cite,
            int(told["personnes"].sum()),
            len(told),
            told["date_entretien"].min(),
            told["date_entretien"].max(),
            " ".join(sorted(set(told["classe_role"]))),
            told["source"].iloc[0],
        )
        for cite, told in met.groupby("id_cde")
        if told["personnes"].sum() >= dataset.campagne.seuils["personnes"]
    ]
    return pd.DataFrame(rows, columns=columns)


def describe_indicators(codebook: Codebook, estimates: pd.DataFrame) -> pd.DataFrame:
    """The dictionary of the indicators, one row each: what pages and downloads say of a figure.

    `liste` is the list or scale of their modalities and `liste_croisement` that of the crossing, by name and version;
    empty where there is none; `champs` the questions it is made from (`table.column`, separated by spaces).
    """
    seen = {
        column: estimates[estimates[column] != ""].groupby("indicateur")[column].agg(set).to_dict()
        for column in ("modalite", "croisement_modalite")
    }
    rows = [
        {
            **{name: getattr(measure, name) for name in DICTIONARY},
            "champs": " ".join(measure.champs),
            "liste": _list_of(measure, codebook, seen["modalite"].get(measure.id, set())),
            "liste_croisement": _list_of(measure, codebook, seen["croisement_modalite"].get(measure.id, set())),
        }
        for measure in indicators_of(codebook).values()
    ]
    return pd.DataFrame(rows).astype("str")


# Modalities that an indicator makes itself: they stand in no list.
_MADE = {
    "favorable",
    "solde",
    "oui",
    "non",
    "total",
    "moyenne",
    "mediane",
    "minimum",
    "maximum",
    "quartile_1",
    "quartile_3",
}


def _list_of(measure: Indicator, codebook: Codebook, codes: set[str]) -> str:
    """The list that holds these codes: one of the indicator's own questions, else the first that fits."""
    wanted = codes - _MADE
    if not wanted or all(code.isdigit() for code in wanted):
        return ""
    fields = [codebook[table][name] for table, _, name in (champ.partition(".") for champ in measure.champs)]
    own = [field.vocabulary for field in fields if field.vocabulary is not None]
    for vocabulary in (*own, *codebook.vocabularies.values()):
        if wanted <= set(vocabulary.codes):
            return vocabulary.id
    return ""


def publish(
    dataset: Dataset,
    estimates: pd.DataFrame,
    reference: pd.DataFrame | None = None,
    held: pd.DataFrame | None = None,
) -> Publication:
    """Pass the dataset and its estimates through the gate.

    `held` is what `withhold` makes of these estimates, where it is known already.

    `reference` holds published figures (`chiffres_publies`) to stand beside those that the returns of this campagne give
    again; without it, or without returns, there is no comparison.
    """
    from .crosssite.configurations import publish_configurations
    from .crosssite.tables import publish_findings  # a page reads findings, it never makes them

    # Why a cell is withheld is the evaluator's to know: it stays in the campagne's own table of estimates.
    held = without_reasons(withhold(estimates, dataset) if held is None else held, dataset.codebook)
    campagne = dataset.campagne
    tables = {
        name: table
        for name, table in dataset.tables.items()
        if dataset.codebook[name].source_secret in EXEMPT and dataset.codebook[name].published
    }
    made = {
        "paroles": publish_words(dataset),
        "terrain": publish_fieldwork(dataset),
        "gouvernance": publish_governance(dataset, EXEMPT),
        "choix_copilotage": publish_choices(dataset),
        "comparaison": compare(held, reference, indicators_of(dataset.codebook).values())
        if reference is not None and len(dataset["retours"])
        else pd.DataFrame(columns=list(COMPARED)),
        "indicateurs": describe_indicators(dataset.codebook, estimates),
        **publish_findings(dataset),
        **publish_configurations(dataset),
    }
    tables |= {name: settle_table(table) for name, table in made.items()}
    return Publication(
        campagne.nom,
        campagne.titre,
        campagne.edition,
        campagne.date_edition,
        campagne.synthetique,
        __version__,
        dataset.empreinte,
        dict(campagne.seuils),
        tables,
        PublishedEstimates.of(held),
        dataset.codebook.declared,
    )
