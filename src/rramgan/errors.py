"""The one exception a user's input can cause."""

import re
from contextlib import contextmanager


class InputError(ValueError):
    """Bad input, described in one sentence that names the file, the place, the value and what was expected."""


@contextmanager
def about(place: str, spoken: str):
    """Let an InputError of the block that begins with `spoken` name the `place` in the configuration instead."""
    try:
        yield
    except InputError as error:
        raise InputError(re.sub(f"^{re.escape(spoken)}:", f"{place}:", str(error))) from None
