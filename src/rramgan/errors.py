"""The one exception a user's input can cause."""


class InputError(ValueError):
    """Bad input, described in one sentence that names the file, the place, the value and what was expected."""
