"""The one exception a user's input can cause."""

from contextlib import contextmanager


class InputError(ValueError):
    """Bad input, described in one sentence that names the file, the place, the value and what was expected."""


@contextmanager
def about(place: str, spoken: str):
    """Let an InputError of the block that speaks of `spoken` name the `place` in the configuration instead."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error).replace(f"{spoken}:", f"{place}:", 1)) from None
