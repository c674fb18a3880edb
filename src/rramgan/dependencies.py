"""What a script depends on beyond what Snakemake sees: the modules of the package that it imports, directly or not."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of the package."""


def modules_of(*sources: Path) -> list[Path]:
    """Files of the package that the Python files `sources` import, directly or through others, and themselves; sorted.

    Imports count wherever they stand in a file. A change in one of these files must rerun the rule of the script.
    """
    found, waiting = {Path(path) for path in sources}, list(sources)
    while waiting:
        new = set(_imported(waiting.pop())) - found
        found |= new
        waiting += new
    return sorted(found)


def _imported(path: Path) -> Iterator[Path]:
    """Files of the package named in the `from ... import` statements of a file, as module or as name in a package."""
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == PACKAGE.name:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                place = PACKAGE.parent.joinpath(*name.split("."))
                yield from filter(Path.is_file, (place.with_suffix(".py"), place / "__init__.py"))
