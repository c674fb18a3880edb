import pytest

from rramgan.errors import InputError
from rramgan.extensions import load_extensions


def test_a_file_is_imported_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from pathlib import Path\nwith Path('log').open('a') as log:\n    log.write('x')\n"
    )
    load_extensions(["mine.py"])
    load_extensions(["mine.py"])
    assert (tmp_path / "log").read_text() == "x"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("none.py", None, "extensions[1] is 'none.py', and there is no such file; expected a Python file"),
        ("notes.txt", "x", "extensions[1] is 'notes.txt'; expected a Python file (.py)"),
        ("broken.py", "import nowhere", "extensions[1]: broken.py cannot be imported (ModuleNotFoundError: No module"),
        ("faulty.py", "def", "extensions[1]: faulty.py cannot be imported (SyntaxError: invalid syntax"),
    ],
)
def test_what_cannot_be_imported_is_told_in_one_sentence(tmp_path, monkeypatch, name, text, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fine.py").write_text("")
    if text is not None:
        (tmp_path / name).write_text(text)
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            load_extensions(["fine.py", name])
        assert str(caught.value).startswith("configuration: ") and sentence in str(caught.value)
        assert "\n" not in str(caught.value)
