"""The data dictionary and the picture of the lineage: all that is declared is there, and leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Annotated, NamedTuple
from xml.etree import ElementTree

import pytest
from pyspark.sql import DataFrame

from lakehouse.compile.dictionary import duration, files, markdown, page, words, write
from lakehouse.compile.lineage import svg
from lakehouse.declare import (
    Between,
    Bronze,
    Column,
    Gold,
    Holds,
    Kind,
    Matches,
    NotNull,
    Pii,
    Silver,
    Source,
    Supersession,
    Table,
    Unit,
    Volume,
)
from lakehouse.registry import tables

PROJECT = Path(__file__).parents[2]
VOID = {"meta", "input", "br", "wbr", "link", "img", "hr"}


class DrawnSlips(Bronze):
    """Each row tells of one landing slip."""

    owner = "border-records"
    grain = "one row per slip"
    fresh_within = timedelta(hours=36)
    authority = "a drawn source"
    source = Source("drawn_slips", "Office <of> Slips", Supersession.LATEST)
    part = "*.csv"
    format = None
    volume = Volume(1, 10)

    passport = Column(Kind.STRING, "Passport number.", pii=Pii.DIRECT)
    filler = Column(Kind.STRING, "Filler.")


class DrawnVisits(Silver):
    """Each row tells of one visit; a < b & c.

    The rule has a name, ``drawn_rule``.
    """

    owner = "border-records"
    grain = "one row per visit"
    key = ("visit_id",)
    fresh_within = timedelta(days=1)
    authority = "Statute 1 & 2"
    pii_purpose = "to match visitors by their passports"
    slice = "visit_id"
    ignored = {"filler": "empty <always>"}
    rules = (Holds("used_days < 9", "a visit is shorter than <nine> days"),)

    visit_id = Column(Kind.STRING, "Identifier | with a bar.", (NotNull(), Matches("<[a-z]+>|x")))
    passport = DrawnSlips.passport
    used_days = Column(Kind.INT, "Days used.", (Between(0, 9),), Unit.DAYS, lenient=True, leaks="the outcome itself")
    names = Column("array<struct<name:string,script:string>>", "Names.", pii=Pii.PSEUDONYM)

    @staticmethod
    def build(slips: Annotated[DataFrame, DrawnSlips]) -> DataFrame:
        return slips


class DrawnVisitRate(Gold):
    """Each row tells how many visits there were."""

    owner = "tourism-desk"
    grain = "one row"
    key = ("visits_count",)
    fresh_within = timedelta(days=1)
    authority = "a drawn rule"

    visits_count = Column(Kind.LONG, "Visits.", (NotNull(),), Unit.COUNT)

    @staticmethod
    def build(visits: Annotated[DataFrame, DrawnVisits]) -> DataFrame:
        return visits


DRAWN: dict[str, type[Table]] = {t.full_name(): t for t in (DrawnSlips, DrawnVisits, DrawnVisitRate)}


class Page(HTMLParser):
    """Identifiers, links, loaded addresses and text of a page; unbalanced tags are kept as faults."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text = ""
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.faults += [f"<{tag}> is left open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag == "a":
            self.links.append(said["href"] or "")
        elif tag == "link" or said.get("src"):
            self.loaded.append(said.get("src") or said.get("href") or "")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.text += data


class Rectangle(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rectangle) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not beside and not (self.bottom <= other.top or other.bottom <= self.top)


class Picture:
    """Boxes of the tables by name, and the edges, of a drawn lineage."""

    def __init__(self, text: str) -> None:
        root = ElementTree.fromstring(text)
        self.boxes = {}
        for node in root.iterfind(".//{*}a[@data-table]"):
            rect = node.find("{*}rect[@class='box']")
            assert rect is not None
            x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            self.boxes[node.attrib["data-table"]] = Rectangle(x, y, x + width, y + height)
        paths = [p.attrib for p in root.iterfind(".//{*}path[@data-from]")]
        self.reads = {(p["data-from"], reader) for p in paths for reader in p["data-to"].split()}
        self.lanes = [
            Rectangle(float(m[1]), float(m[2]), float(m[3]), float(m[2]))
            for p in paths
            if (m := re.fullmatch(r"M([\d.]+),([\d.]+)H([\d.]+)", p["d"]))
        ]
        self.curves = [[float(n) for n in re.findall(r"[\d.]+", p["d"])] for p in paths if "C" in p["d"]]


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return files()


def test_the_page_tells_of_every_table_and_column(written: dict[str, str]) -> None:
    ids = set(Page(written["dictionary.html"]).ids)
    expected = {f"{name}.{column}" for name, table in tables().items() for column in table.columns()}
    assert expected | set(tables()) <= ids


def test_the_markdown_tells_of_every_table_and_column(written: dict[str, str]) -> None:
    sections = re.split(r"^### ", written["dictionary.md"], flags=re.MULTILINE)[1:]
    told = {s.splitlines()[0]: {m[1] for m in re.finditer(r"^\| `(\w+)` \|", s, flags=re.MULTILINE)} for s in sections}
    assert told == {name: set(table.columns()) for name, table in tables().items()}


def test_the_page_is_well_formed_and_no_identifier_stands_twice(written: dict[str, str]) -> None:
    read = Page(written["dictionary.html"])
    assert read.faults == []
    assert [name for name, times in Counter(read.ids).items() if times > 1] == []


def test_every_link_leads_somewhere(written: dict[str, str]) -> None:
    read = Page(written["dictionary.html"])
    inside = {link.rpartition("#")[2] for link in read.links if "#" in link}
    outside = {link for link in read.links if "#" not in link}
    assert inside <= set(read.ids)
    assert [link for link in outside if not (PROJECT / "docs" / link).resolve().is_file()] == []


def test_every_link_of_the_markdown_leads_to_a_heading(written: dict[str, str]) -> None:
    text = written["dictionary.md"]
    headings = {h.lower().replace(".", "") for h in re.findall(r"^### (.+)$", text, flags=re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


@pytest.mark.parametrize("name", ["dictionary.html", "lineage.svg"])
def test_nothing_is_loaded_from_elsewhere(name: str, written: dict[str, str]) -> None:
    text = written[name].replace("http://www.w3.org/2000/svg", "")
    assert Page(text).loaded == []
    assert not re.search(r"@import|url\(|fetch\(|https?://[^\s<]*\.(js|css|png|woff)", text)


def test_the_files_change_only_with_the_declarations(written: dict[str, str]) -> None:
    code = "import hashlib; from lakehouse.compile.dictionary import files; import sys;"
    code += "sys.stdout.buffer.write('\\0'.join(files().values()).encode())"
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=PROJECT)
    assert again.stdout.decode() == "\0".join(written.values())


def test_everything_is_written_below_the_folder(tmp_path: Path, written: dict[str, str]) -> None:
    assert write(tmp_path / "docs") == tmp_path / "docs" / "dictionary.html"
    assert {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "docs").iterdir()} == written


def test_what_is_declared_is_escaped() -> None:
    text = page(DRAWN)
    assert Page(text).faults == []
    for raw in ("a < b & c", "empty <always>", "<nine>", "<of>", "<[a-z]+>"):
        assert raw not in text
        assert raw in Page(text).text


@pytest.mark.parametrize(
    "fact",
    [
        "Each row tells of one visit; a < b & c.",
        "The rule has a name, drawn_rule.",
        "Statute 1 & 2",
        "one row per visit",
        "to match visitors by their passports",
        "drawn_slips/*.csv, Office <of> Slips; readers see the newest delivery only",
        "36 hours",
        "the outcome itself",
        "blanked",
        "pseudonym",
        "lies between 0 and 9",
        "a visit is shorter than <nine> days",
        "Columns of its inputs that are not used: 1",
        "array<struct<name:string,script:string>>",
    ],
)
def test_the_page_tells(fact: str) -> None:
    assert fact in " ".join(Page(page(DRAWN)).text.split())


def test_the_page_links_a_table_with_those_it_reads_and_those_that_read_it() -> None:
    visits = page(DRAWN).split('<article id="silver.drawn_visits"')[1].split("</article>")[0]
    assert "#bronze.drawn_slips" in visits.split("Reads")[1].split("Read by")[0]
    assert "#gold.drawn_visit_rate" in visits.split("Read by")[1]


def test_every_row_of_a_markdown_table_has_five_cells() -> None:
    rows = [line for line in markdown(DRAWN).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_markdown_acts_on_no_sign_that_is_declared() -> None:
    text = markdown(DRAWN)
    assert r"a \< b & c" in text
    assert r"`drawn_rule`" in text
    assert r"has the form \<\[a-z\]+\>\|x" in text
    assert r"`array<struct<name:string,script:string>>`" in text


def test_a_promise_beside_its_column_does_not_name_it_again() -> None:
    assert words(NotNull(), "visit_id") == "is present"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=2), "2 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=30), "0.5 hours"),
    ],
)
def test_freshness_is_said_in_days_or_hours(span: timedelta, said: str) -> None:
    assert duration(span) == said


def test_the_picture_draws_every_table_once_and_no_box_over_another() -> None:
    boxes = Picture(svg(tables())).boxes
    assert set(boxes) == set(tables())
    assert [(a, b) for a, b in combinations(boxes, 2) if boxes[a].meets(boxes[b])] == []


def test_the_picture_draws_every_reading_and_no_other() -> None:
    expected = {(s.full_name(), name) for name, table in tables().items() for s in table.inputs().values()}
    assert Picture(svg(tables())).reads == expected


def test_edges_run_from_left_to_right_and_behind_no_box() -> None:
    picture = Picture(svg(tables()))
    assert picture.curves
    assert picture.lanes
    assert [curve for curve in picture.curves if curve[0] >= curve[-2]] == []
    assert [(lane, n) for lane in picture.lanes for n, box in picture.boxes.items() if lane.meets(box)] == []


def test_names_fit_their_boxes() -> None:
    boxes = Picture(svg(tables())).boxes
    # Six tenths of 12 pixels a letter, and room for the mark at the end.
    assert [n for n, box in boxes.items() if len(n.split(".")[1]) * 7.2 + 24 > box.right - box.left] == []


def test_the_picture_says_which_tables_are_near_to_persons() -> None:
    text = svg(DRAWN)
    marked = {
        m[1]: re.findall(r'circle class="(\w+)"', m[0])
        for m in re.finditer(r'<a [^>]*data-table="([^"]+)".*?</a>', text, flags=re.DOTALL)
    }
    assert marked == {
        "bronze.drawn_slips": ["direct"],
        "silver.drawn_visits": ["direct"],
        "gold.drawn_visit_rate": [],
    }


def test_a_lakehouse_without_tables_has_an_empty_picture() -> None:
    assert Picture(svg({})).boxes == {}
