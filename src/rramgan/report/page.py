"""The page: tables, figures and captions of a study in one HTML file that needs nothing beside it."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from matplotlib.figure import Figure
from PIL import Image

from rramgan.figures.drawings import Drawing
from rramgan.report import answers, method
from rramgan.report.graph import rule_graph
from rramgan.study import read_made_table
from rramgan.tables import present, read_table, whole_file

SHEETS = ("claims", "energy", "training", "amplitude", "noise", "arrays", "passive arrays", "fit", "device")
"""Order of the evidence: from what was asked to what it rests on; other sheets come last."""

WIDE_IN = 6
"""Figures wider than this scroll inside their box on a phone, where they would be too small to read."""

SCREEN_DPI = 150
"""Pixels of a page to an inch of a figure: its type is as large as that of the text."""


@dataclass(frozen=True)
class Study:
    """A finished study, as its files lie."""

    folder: Path
    """results/{run}."""

    benchmarks: Path
    """benchmarks/{run}."""

    config: Mapping
    """The resolved configuration, with its fingerprint."""

    default: Mapping
    """The resolved configuration of the default study."""

    rules: Mapping[str, Iterable[str]]
    """Rules of the workflow in the order of the flow, and what each takes its files from."""


def write_page(path, study: Study, drawings: Mapping[str, Drawing], captions: Mapping[str, Path]) -> None:
    """Write the report of a study to `path`.

    `captions`: files by the name of the caption; what a figure shows in numbers of this run is added to them.
    """
    folder = study.folder
    summary, anchors = read_made_table(folder / "summary.csv"), read_made_table(folder / "anchors.csv")
    bill = _table_of(folder / "bill.csv")
    claims = _table_of(folder / "claims.csv")
    numbers = answers.figure_numbers(summary, bill)
    figures = [_figure(study, name, drawing, captions, numbers) for name, drawing in drawings.items()]
    content = {
        "config": study.config,
        "sentences": answers.sentences(summary, anchors),
        "overview": answers.overview(summary, anchors),
        "claims": answers.claim_table(claims) if len(claims) else None,
        "claim_sentences": list(claims["sentence"]) if len(claims) else [],
        "conditions": answers.conditions(summary),
        "headline": next((figure for figure in figures if figure["name"] == "accuracy_energy"), None),
        "sheets": _by_sheet(figure for figure in figures if figure["name"] != "accuracy_energy"),
        "provenance": method.provenance(study.config),
        "rules": method.rules_table(study.benchmarks, study.rules),
        "graph": _drawn(rule_graph(study.rules)),
        "differences": method.differences(study.config, study.default),
        "remarks": _remarks(folder / "calibration" / "quality.csv"),
    }
    environment = Environment(
        loader=PackageLoader("rramgan.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    with whole_file(path) as temporary:
        Path(temporary).write_text(environment.get_template("page.html").render(content), encoding="utf-8")


def _table_of(path: Path) -> pd.DataFrame:
    """A table that not every study has; without rows where there is none."""
    return read_table(path) if present(path) else pd.DataFrame()


def _remarks(path: Path) -> list[str]:
    """What the fit of the device says must not be believed."""
    quality = _table_of(path)
    return list(quality["remark"].dropna().unique()) if "remark" in quality else []


def _figure(study: Study, name: str, drawing: Drawing, captions, numbers) -> dict:
    """What the page shows of a figure: the image itself, its size in pixels, its title and its caption."""
    path = study.folder / "figures" / f"{name}.png"
    width, height, dpi, content = small_png(path)
    caption = captions.get(drawing.caption or name)
    return {
        "name": name,
        "title": drawing.title,
        "sheet": drawing.sheet,
        "source": "data:image/png;base64," + base64.b64encode(content).decode(),
        "width": round(width / dpi * SCREEN_DPI),
        "height": round(height / dpi * SCREEN_DPI),
        "wide": width / dpi > WIDE_IN,
        "numbers": numbers.get(name, ""),
        "caption": marked_up(caption.read_text(encoding="utf-8")) if caption else "",
    }


def _drawn(figure: Figure) -> dict:
    """What the page shows of a figure that is no file of the study: the image and its size in pixels."""
    content = BytesIO()
    figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    return {
        "source": "data:image/svg+xml;base64," + base64.b64encode(content.getvalue()).decode(),
        "width": round(figure.get_figwidth() * SCREEN_DPI),
        "height": round(figure.get_figheight() * SCREEN_DPI),
    }


def small_png(path: Path) -> tuple[int, int, float, bytes]:
    """Width, height, dots per inch and bytes of an image in 256 colours: a third of its size, and it looks the same."""
    with Image.open(path) as image:
        dpi = image.info.get("dpi", (SCREEN_DPI,))[0]
        reduced = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    content = BytesIO()
    reduced.save(content, "png", optimize=True)
    return *reduced.size, float(dpi), content.getvalue()


def _by_sheet(figures: Iterable[dict]) -> dict[str, list[dict]]:
    """Figures by sheet, in the order of the evidence."""
    sheets: dict[str, list[dict]] = {name: [] for name in SHEETS}
    for figure in figures:
        sheets.setdefault(figure["sheet"], []).append(figure)
    return {name: shown for name, shown in sheets.items() if shown}


def marked_up(text: str) -> Markup:
    """A caption in reStructuredText as HTML: code and emphasis are all that captions have."""
    safe = str(escape(text.strip()))
    safe = re.sub(r"``(.+?)``", r"<code>\1</code>", safe)
    return Markup(re.sub(r"\*(.+?)\*", r"<em>\1</em>", safe))
