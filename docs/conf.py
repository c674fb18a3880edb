"""How the documentation site is built: `make docs`. The source folder is the root of the repository, so that links
between pages are the same here and where the repository is browsed."""

import re
import sys
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import TypeVar

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx import addnodes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import rramgan  # noqa: E402

project, author, release = "rramgan", "the authors of rramgan", rramgan.RELEASE
project_copyright = author
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "config/README.md",
    "results/README.md",
    "data/raw/*/README.md",
]
exclude_patterns = ["docs/_build", "docs/_templates", ".*", "src", "tests", "bench", "workflow"]
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.viewcode", "numpydoc", "myst_parser"]
templates_path = [str(ROOT / "docs" / "_templates")]
default_role = "literal"
nitpicky = True
nitpick_ignore_regex = [(r"py:.*", r"(?!rramgan).*|.*\.[A-Z]\w*T")]

myst_enable_extensions = ["dollarmath", "amsmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 3

MARKUP = re.compile(r"[*|]|(?<=\w)_(?!\w)")

autosummary_ignore_module_all = False
autodoc_default_options = {"members": True}
add_module_names = False
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

html_theme = "furo"
html_title = "rramgan"
html_static_path = ["_static", str(resources.files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf")]
html_css_files = ["site.css"]
html_additional_pages = {"index": "redirect.html"}
html_show_sphinx = False
html_math_renderer = "mathml"


def source_links(app, doctree):
    """Links to files of the package lead to the reference: to the object that the link names, or to the module."""
    for link in list(doctree.findall(addnodes.download_reference)):
        path = PurePosixPath(app.env.relfn2path(link["reftarget"], app.env.docname)[0])
        if path.suffix == ".py" and path.parts[:2] == ("src", "rramgan"):
            module = ".".join(path.with_suffix("").parts[1:])
            name = f"{module}.{link.astext()}" if not link.astext().endswith(".py") else module
            attributes = {"refdomain": "py", "reftype": "obj", "reftarget": name, "refdoc": app.env.docname}
            link.replace_self(addnodes.pending_xref("", *link.children, refexplicit=True, refwarn=True, **attributes))


def mathml(translator, node):
    """Formulas are MathML, which browsers draw without scripts."""
    translator.body.append(tex2mathml(node.astext(), as_block=isinstance(node, nodes.math_block)))
    raise nodes.SkipNode


def plain_docstrings(app, kind, name, thing, options, lines):
    """Docstrings are plain text with names in backticks: stars and bars in their formulas are no mark-up."""
    lines[:] = [MARKUP.sub(r"\\\g<0>", line) for line in lines]


def setup(app):
    """Connect all of these."""
    app.connect("doctree-read", source_links, priority=400)
    app.connect("autodoc-process-docstring", plain_docstrings, priority=400)
    app.connect("autodoc-skip-member", lambda app, kind, name, thing, skip, options: skip or isinstance(thing, TypeVar))
    app.add_html_math_renderer("mathml", (mathml, None), (mathml, None))
