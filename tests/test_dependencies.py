from pathlib import Path

from rramgan.dependencies import PACKAGE, content_of, modules_of
from rramgan.figures.drawings import DRAWINGS


def names(paths):
    return {str(path.relative_to(PACKAGE)) for path in paths if path.is_relative_to(PACKAGE)}


def script(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(text)
    return path


def test_imports_of_imports_count_and_so_do_names_that_are_modules(tmp_path):
    direct = names(modules_of(script(tmp_path, "from rramgan.figures import energy\n")))
    assert {"figures/__init__.py", "figures/energy.py", "figures/style.py", "tables.py", "errors.py"} <= direct
    assert "figures/tradeoff.py" not in direct and "device/parametric.py" not in direct


def test_imports_inside_functions_count(tmp_path):
    assert "units.py" in names(modules_of(script(tmp_path, "def f():\n    from rramgan.units import MICRO\n")))


def test_other_packages_do_not_count(tmp_path):
    path = script(tmp_path, "import numpy\nfrom pathlib import Path\n")
    assert modules_of(path) == [path]


def test_every_drawing_lies_in_a_module_that_is_there():
    assert all(Path(drawing.file).is_file() for drawing in DRAWINGS.values())


def test_content_is_told_whatever_the_place_and_the_time(tmp_path):
    (tmp_path / "other").mkdir()
    one, same = script(tmp_path, "a = 1\n"), script(tmp_path / "other", "a = 1\n")
    changed = tmp_path / "changed.py"
    changed.write_text("a = 2\n")
    assert content_of([one]) == content_of([same]) != content_of([changed])
