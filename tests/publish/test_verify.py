"""The judge of what is online sees every kind of damage, without the data, and what it cannot see it says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.publish.test_site import make_pages

from citesresearch.cli import main
from citesresearch.errors import CitesError
from citesresearch.publication import Publication
from citesresearch.publish.manifest import MANIFEST, fingerprint_of
from citesresearch.publish.page import NAVIGATION, SITE
from citesresearch.publish.site import publish_site
from citesresearch.publish.verify import verify
from citesresearch.storage.names import Own, why_refused
from citesresearch.storage.store import MARKER


@pytest.fixture(scope="module")
def published(small: Publication, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small site, and the fingerprint that its publication gave."""
    root = tmp_path_factory.mktemp("projet")
    said = f"{SITE}{NAVIGATION}<td>12</td><td>s</td><p>empreinte des données {small.empreinte}</p>"
    pages = dict.fromkeys(("cde-001", "cde-003", "synthese"), "reussi")
    make_pages(root / "b", pages, said, small.empreinte)
    report = publish_site([small], root / "b")
    return report.folder, report.empreinte


@pytest.fixture
def site(published: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it, as a server has it."""
    return Path(shutil.copytree(published[0], tmp_path / "en-ligne"))


def test_a_site_and_its_copy_are_as_they_were_published(
    site: Path, published: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verifie", str(site), "--empreinte", published[1]]) == 0
    out = capsys.readouterr().out
    assert "est tel qu’il a été publié" in out
    assert published[1] in out
    assert str(published[0].parents[1]) not in (site / MANIFEST).read_text("utf-8"), (
        "no path of the machine goes online"
    )


def changed(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def damage(site: Path) -> None:
        content = (site / name).read_bytes()
        assert old in content
        (site / name).write_bytes(content.replace(old, new, 1))

    return damage


def exchanged(site: Path) -> None:
    one, other = site / "essai/cde-001.html", site / "essai/cde-003.html"
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def linked(site: Path) -> None:
    (site / "essai/cde-001.html").rename(site.parent / "ailleurs.html")
    (site / "essai/cde-001.html").symlink_to(site.parent / "ailleurs.html")


def misplaced(site: Path) -> None:
    (site / "editions.html").unlink()
    (site / "editions.html").mkdir()


def manifest(change: Callable[[dict[str, object]], object], signed: bool = False) -> Callable[[Path], None]:
    def damage(site: Path) -> None:
        said = json.loads((site / MANIFEST).read_text("utf-8"))
        change(said)
        if signed:
            said["empreinte"] = fingerprint_of(said)
        (site / MANIFEST).write_text(json.dumps(said), "utf-8")

    return damage


DOWNLOAD = "essai/telechargements/cde-001"
DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "un chiffre": (changed("essai/cde-001.html", b">12<", b">13<"), "essai/cde-001.html", "a été modifié"),
    "une case retenue remplie": (changed("essai/cde-001.html", b"<td>s<", b"<td>4<"), "essai/cde-001.html", "modifié"),
    "un nom": (changed("essai/cde-001.html", b"</p>", b" Mme Untel</p>"), "essai/cde-001.html", "modifié"),
    "une empreinte": (
        changed("essai/synthese.html", b"donn\xc3\xa9es ", b"donn\xc3\xa9es 0"),
        "essai/synthese.html",
        "modifié",
    ),
    "deux pages": (exchanged, "essai/cde-001.html", "échangés"),
    "une page recopiée": (
        lambda site: shutil.copy(site / "essai/cde-001.html", site / "essai/synthese.html"),
        "essai/synthese.html",
        "recopiés",
    ),
    "un téléchargement": (changed(f"{DOWNLOAD}.csv", b",", b";"), f"{DOWNLOAD}.csv", "modifié"),
    "un classeur": (lambda site: (site / f"{DOWNLOAD}.xlsx").write_bytes(b"PK"), f"{DOWNLOAD}.xlsx", "modifié"),
    "un vide": (lambda site: (site / f"{DOWNLOAD}.zip").write_bytes(b""), f"{DOWNLOAD}.zip", "vidé"),
    "un absent": (lambda site: (site / f"{DOWNLOAD}.csv").unlink(), f"{DOWNLOAD}.csv", "disparu"),
    "un dossier absent": (lambda site: shutil.rmtree(site / "essai/telechargements"), f"{DOWNLOAD}.csv", "disparu"),
    "une accueil coupée": (lambda site: (site / "index.html").write_bytes(b"<!DOCTYPE"), "index.html", "modifié"),
    "des fins de ligne": (
        lambda site: (site / "index.html").write_bytes((site / "index.html").read_bytes().replace(b"\n", b"\r\n")),
        "index.html",
        "fins de ligne",
    ),
    "une page ajoutée": (
        lambda site: (site / "essai/cde-009.html").write_text("x"),
        "essai/cde-009.html",
        "n’a pas écrit",
    ),
    "des personnes": (
        lambda site: (site / "essai/repondants.csv").write_text("nom"),
        "essai/repondants.csv",
        "fichier de données",
    ),
    "des réglages": (lambda site: (site / "campagne.toml").write_text("x"), "campagne.toml", "fichier de données"),
    "un classeur ajouté": (lambda site: (site / "tables.xlsx").write_bytes(b"PK"), "tables.xlsx", "fichier de données"),
    "un fichier caché": (lambda site: (site / ".env").write_text("x"), ".env", "n’a pas écrit"),
    "un dossier vide": (lambda site: (site / "essai/brouillons").mkdir(), "essai/brouillons", "dossier"),
    "un lien": (linked, "essai/cde-001.html", "est un lien"),
    "un dossier à la place": (
        misplaced,
        "editions.html",
        "est un dossier",
    ),
    "un manifeste absent": (lambda site: (site / MANIFEST).unlink(), MANIFEST, "manque"),
    "un manifeste vide": (lambda site: (site / MANIFEST).write_bytes(b""), MANIFEST, "illisible"),
    "un manifeste écourté": (manifest(lambda said: said.update(fichiers={})), MANIFEST, "a été modifié"),
    "un manifeste changé": (manifest(lambda said: said.update(version="9")), MANIFEST, "a été modifié"),
    "un autre format": (manifest(lambda said: said.update(format=9), signed=True), MANIFEST, "autre version"),
    "un chemin dehors": (
        manifest(lambda said: said["fichiers"].update({"../x": "0"}), signed=True),  # type: ignore[attr-defined]
        "../x",
        "hors du site",
    ),
}


@pytest.mark.promesse(
    "Site abîmé",
    "« verifie » voit tout écart à ce qui a été publié",
    "Chiffre changé, case secrète remplie, nom ajouté, pages échangées, téléchargement vidé… un à un",
)
@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_seen(site: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, name, words = DAMAGES[damage]
    spoil(site)
    assert any(name == where and words in said for where, said in verify(site).faults)
    assert main(["verifie", str(site)]) == 1
    assert name in capsys.readouterr().out


def test_a_manifest_made_again_with_the_files_is_seen_by_its_fingerprint_alone(
    site: Path, published: tuple[Path, str]
) -> None:
    changed("essai/cde-001.html", b">12<", b">13<")(site)
    from citesresearch.storage.store import checksums

    files = checksums(site, (p for p in site.rglob("*") if p.is_file() and p.name != MANIFEST))
    manifest(lambda said: said.update(fichiers=files), signed=True)(site)
    assert verify(site).faults == ()
    assert verify(site, published[1]).faults != ()


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CitesError, match="n’est pas un dossier"):
        verify(tmp_path / "absent")


def test_every_name_that_a_site_uses_is_refused_to_users(published: tuple[Path, str]) -> None:
    """Derived from what was written: a page or a folder of the program's own under another name fails here."""
    from citesresearch.batch.plan import NETWORK, SYNTHESE

    site = published[0]
    used = {path.name.partition(".")[0] for path in site.rglob("*")} - {"essai", "cde-001", "cde-002", "cde-003"}
    assert {*used, *NETWORK, SYNTHESE, site.name} <= set(Own)
    for name in used:
        assert why_refused(name)
        assert why_refused(f"{name.upper()}.html")


def test_files_of_somebody_else_are_moved_out_of_the_site(
    published: tuple[Path, str], small: Publication, tmp_path: Path
) -> None:
    build = Path(shutil.copytree(published[0].parent, tmp_path / "b"))
    (build / "site" / "CNAME").write_text("exemple.fr", "utf-8")
    report = publish_site([small], build)
    assert report.saved is not None
    assert (report.saved / "CNAME").read_text("utf-8") == "exemple.fr"
    assert verify(report.folder, report.empreinte).faults == ()


def test_a_folder_named_site_that_is_somebody_s_is_left(
    published: tuple[Path, str], small: Publication, tmp_path: Path
) -> None:
    build = Path(shutil.copytree(published[0].parent, tmp_path / "b"))
    shutil.rmtree(build / "site")
    (build / "site").mkdir()
    (build / "site" / "index.html").write_text("mon site", "utf-8")
    with pytest.raises(CitesError, match="n’a pas écrits"):
        publish_site([small], build)
    assert (build / "site" / "index.html").read_text("utf-8") == "mon site"
    assert not (build / "site" / MARKER).exists()
