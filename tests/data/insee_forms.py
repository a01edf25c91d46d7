"""Small files of the shapes of Insee's bases by neighbourhood: as published, and as people save them again."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

NARROW = "\u202f"  # between thousands, as Insee writes

IPRO_HEADER = (
    "CODGEO LIBGEO TX_TOT_EMPL TX_F_EMPL TX_ET_EMPL TX_TOT_EDLIM CA NOTE_ASP EVOL_CA_N_E~ ABCDE ABC ABC_F ABC_H A A_F A_H "
    "ABC_25 ABC_2649 ABC_50 ABC_DUR1 ABC_DUR2 ABC_DUR3 ABC_DUR4 NOTE_PE EVOL_ABC_T4 NOTE_PE_T"
)
# All is published; both sexes withheld; everything but ABCDE withheld; the whole block missing; a foreign neighbour.
IPRO_ROWS = (
    "QP001001|Reyssouze|43,3|38,0|37,8|28,2|9|0|-18,2|1~149|1~000|480|520|602|302|300|165|585|250|350|179|216|255|0|4,7|0",
    "QP001002|Croix Blanche|64,4|31,4|34,7|25,2||0||147|140|||107|||22|82|36|61|25|38|16|0|-3,0|0",
    "QP001003|Les Pins|52,3|54,8|70,2|36,9|7|0||125||||||||||||||0||0",
    "QP02A001|Cannes|45,1|48,1|50,6|13,0||3||||||||||||||||3||3",
    "QP093001|Saint-Denis Nord|||||12|0|5,0|320|300|150|150|200|100|100|50|150|100|100|80|70|50|0|1,0|0",
)
ENSEMBLE = "Ensemble|Ensemble des QPV|47,4|42,2|41,1|21,4|62~400|||851~200|768~500|348~600|419~900|552~700|248~400|304~300|121~600|473~800|173~200|301~000|131~400|139~500|196~600||-1,1|"

DEMO_HEADER = "CODGEO LIBGEO POP_MUN POP_COM_QP POP_COM LIB_COM TX_F TX_TOT_0A24 NOTE_RP A AM A_ETUD NOTE_CNAF"
DEMO_ROWS = (
    "QP001001|Reyssouze|6~490|8~416|41~248|Bourg-en-Bresse|54,2|36,5|0|1~991|335||0",
    "QP001002|Croix Blanche|1~926|8~416|41~248|Bourg-en-Bresse|47,6||0|726|93|8|0",
    "QP001003|Les Pins|1~620|1~620|13~243|Saint-Denis|51,0|33,1|0|272|48||0",
    "QP02A001|Cannes|1~173|1~173|9~895|Ajaccio|55,3|40,9|0||||3",
    "QP013054|Nord|2~000|9~000|90~000|Marseille 14e Arrondissement|50,0|40,0|0|500|100|9|0",
    "QP013001|Sud|2~000|9~000|90~000|Marseille 9e Arrondissement|50,0|40,0|0|500|100|9|0",
    "QP093001|Saint-Denis Nord|5~000|9~000|99~000|Saint-Denis, Aubervilliers|50,0|40,0|0|900|100|9|0",
    "QP974049|Domenjod|848|34~278|150~535|Saint-Denis|||6|324|98||0",
)

REVN_HEADER = "CODGEO LIBGEO PMIMP DECUC_Q2 DECUC_D1 DECUC_D1D9 TP60 DISP_Q2 NOTE_FILO C NOTE_CNAM A APPA NOTE_CNAF"
REVN_ROWS = (
    "QP001001|Reyssouze|24,3|10~580|1~620|14,3|38,9|13~790|0|5~838|0|1~991|714|0",
    "QP001002|Croix Blanche||8~990|0||48,4|12~850|1|1~777|0|726|227|0",
    "QP972001|Quartiers Ouest|20,7|8~860|0||48,4|12~586|0|||||",
)

Cells = list[list[str]]


def cells_of(header: str, rows: tuple[str, ...], between: str = NARROW) -> Cells:
    """The cells of a file; `~` stands for the space between thousands (in the header, for a trailing space)."""
    return [
        [name.replace("~", " ") for name in header.split(" ")],
        *([cell.replace("~", between) for cell in row.split("|")] for row in rows),
    ]


def ipro(between: str = NARROW, total: bool = False) -> Cells:
    return cells_of(IPRO_HEADER, (*((ENSEMBLE,) if total else ()), *IPRO_ROWS), between)


def demo() -> Cells:
    return cells_of(DEMO_HEADER, DEMO_ROWS)


def revn() -> Cells:
    return cells_of(REVN_HEADER, REVN_ROWS)


def grown(cells: Cells, times: float = 1.1) -> Cells:
    """The same file a year later: every count (a number of three digits or more) so much larger."""

    def later(cell: str) -> str:
        digits = cell.replace(NARROW, "")
        return str(round(int(digits) * times)) if digits.isdigit() and int(digits) >= 100 else cell

    return [cells[0], *([row[0], *map(later, row[1:])] for row in cells[1:])]


def as_published(cells: Cells, empty: int = 40) -> bytes:
    """Mark, semicolons, and many columns without name nor value."""
    lines = [";".join([*row, *[""] * empty]) for row in cells]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()


def with_points(cells: Cells) -> Cells:
    """Decimal points in place of commas, in the numbers alone."""
    return [
        cells[0],
        *([v.replace(",", ".") if v[:1] in "-0123456789" else v for v in row] for row in cells[1:]),
    ]


def write_xlsx(path: Path, cells: Cells, above: int = 5) -> None:
    """A workbook as Insee's: a sheet of words, then the data under some lines of titles; numbers are numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    words = book.create_sheet("Documentation")
    words.append(["Insertion professionnelle", "voir CODGEO plus loin"])
    sheet = book.create_sheet("QP")
    for i in range(above):
        sheet.append([f"Titre {i}"])
    for row in cells:
        sheet.append([_typed(cell) for cell in row])
    book.save(path)


def _typed(cell: str) -> object:
    if not cell:
        return None
    try:
        return float(cell.replace(NARROW, "").replace(",", "."))
    except ValueError:
        return cell


def write_ods(path: Path, cells: Cells) -> None:
    """The least OpenDocument sheet that a reader accepts."""
    rows = []
    for row in cells:
        line = ""
        for cell in row:
            value = _typed(cell)
            if value is None:
                line += "<table:table-cell/>"
            elif isinstance(value, float):
                line += f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>x</text:p></table:table-cell>'
            else:
                line += (
                    f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
                )
        rows.append(f"<table:table-row>{line}</table:table-row>")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="QP">{"".join(rows)}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
