"""What a script depends on beyond what Snakemake sees: the modules of the package that it imports, directly or not."""

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of the package."""


def modules_of(*sources: Path, methods: Iterable[Callable] = ()) -> list[Path]:
    """Files of the package that the Python files `sources` import, directly or through others, and themselves; sorted.

    Of the modules of the package only imports at their top count. What a method imports in its body, so that a stage
    depends on no other, counts for the `methods` that a script calls.
    """
    trees = [ast.parse(Path(path).read_text(encoding="utf-8")) for path in sources]
    trees += [ast.parse(textwrap.dedent(inspect.getsource(method))) for method in methods]
    found = {Path(path) for path in sources}
    waiting = {path for tree in trees for path in _imported(ast.walk(tree))} - found
    while waiting:
        found |= waiting
        waiting = {imported for path in waiting for imported in _imports_at_top(path)} - found
    return sorted(found)


def content_of(files: Iterable[Path]) -> str:
    """SHA-256 of what stands in files, wherever these are."""
    return hashlib.sha256("".join(sorted(map(_sha256, files))).encode()).hexdigest()


@cache
def _sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _imports_at_top(module: Path) -> frozenset[Path]:
    """Files of the package that a module of it imports at its top."""
    return frozenset(_imported(ast.parse(module.read_text(encoding="utf-8")).body))


def _imported(nodes: Iterable[ast.AST]) -> Iterator[Path]:
    """Files of the package that `from ... import` statements among syntax nodes name, as module or as name in one."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE.name:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                module = PACKAGE.parent.joinpath(*name.split("."))
                yield from filter(Path.is_file, (module.with_suffix(".py"), module / "__init__.py"))
