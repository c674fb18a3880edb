"""The report of the tiny study: one page that holds its numbers and figures and needs nothing beside it."""

import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def report(finished, tmp_path_factory):
    """The page of the tiny study, as the workflow writes it."""
    project = finished.copy(tmp_path_factory.mktemp("report") / "project")
    run = project.snakemake("page")
    assert run.returncode == 0, run.stderr[-3000:]
    return project.folder / "results/tiny/report.html"


@pytest.fixture(scope="module")
def page(report):
    return Page(report.read_text(encoding="utf-8"))


def test_it_tells_the_story_with_the_numbers_of_this_run(report, page):
    titles = ("Question", "Answer", "Evidence", "Method")
    places = [page.text.index(title, page.text.index("seeds of every condition")) for title in titles]
    assert places == sorted(places)
    summary = pd.read_csv(report.parent / "summary.csv")
    physical = summary[summary["protocol"] == "physical"].groupby(["noise", "variation"])
    for energy_J in physical["total_J"].mean():
        assert f"{1e3 * energy_J:#.4g}" in page.text
    for distance in physical["frechet_distance"].mean():
        assert f"{distance:.1f}" in page.text
    assert summary["config_sha256"].iloc[0] in page.text


def test_it_says_how_the_study_was_made(page):
    for told in ("train_physical", "instantiate_crossbar", "Most memory (MB)", "numpy", "Commit", "trace_rows"):
        assert told in page.text


def test_every_figure_is_in_the_page_and_nothing_is_fetched(report, page):
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == len(list((report.parent / "figures").glob("*.png"))) + 1  # The rules of the workflow.
    assert all(
        image["src"].startswith(("data:image/png;base64,", "data:image/svg+xml;base64,")) and image["alt"]
        for image in images
    )
    linked = [a.get("src") or a.get("href") for _, a in page.tags if a.get("src") or a.get("href")]
    assert all(link.startswith(("data:", "#")) for link in linked)
    assert not {"script", "link", "iframe"} & {tag for tag, a in page.tags if a.get("rel") != "icon"}


@pytest.mark.parametrize("width_px", [1280, 390])
def test_a_browser_shows_it_whole(report, width_px):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        view = chromium.new_page(viewport={"width": width_px, "height": 900})
        errors = []
        view.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        view.on("pageerror", lambda error: errors.append(str(error)))
        view.goto(Path(report).as_uri())
        assert view.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
        assert view.evaluate("document.documentElement.scrollWidth") <= width_px
        assert errors == []
        chromium.close()
