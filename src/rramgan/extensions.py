"""A user's own Python files that register noise sources, rules, schemes and other kinds before anything is checked."""

import sys
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from rramgan.errors import InputError


def load_extensions(paths: Iterable[str]) -> None:
    """Import each file once per process; InputError if it is missing or fails.

    Paths are relative to the working directory.
    """
    for index, path in enumerate(paths):
        place, file = f"configuration: extensions[{index}]", Path(path)
        if not file.is_file():
            raise InputError(f"{place} is {path!r}, and there is no such file; expected a Python file")
        name = "_".join(["rramgan_extension", *file.resolve().with_suffix("").parts[1:]])
        if name in sys.modules:
            continue
        specification = spec_from_file_location(name, file)
        if specification is None or specification.loader is None:
            raise InputError(f"{place} is {path!r}; expected a Python file (.py)")
        sys.modules[name] = module = module_from_spec(specification)
        try:
            specification.loader.exec_module(module)
        except Exception as error:
            del sys.modules[name]
            raise InputError(f"{place}: {path} cannot be imported ({type(error).__name__}: {error})") from None
