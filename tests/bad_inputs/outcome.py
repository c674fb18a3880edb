"""What became of a bad input: refused in one clean sentence, refused in another way, or accepted."""

from collections import Counter
from collections.abc import Callable

from rramgan.errors import InputError

CLEAN, UNCLEAN, ACCEPTED = "clean", "unclean", "accepted"

RAW = ("Traceback", "<class", "<built-in", "object at 0x", "under any of the given schemas", "is a dependency of")
"""What shows that a sentence was not written for a person."""


def outcome(attempt: Callable[[], object], names: str = "") -> str:
    """CLEAN if `attempt` ends in one sentence of an InputError, on a line, with `names` in it and an expectation."""
    try:
        attempt()
    except InputError as error:
        sentence = str(error)
        told = "\n" not in sentence and names in sentence and len(sentence) < 500
        return CLEAN if told and not any(word in sentence for word in RAW) else UNCLEAN
    except Exception:
        return UNCLEAN
    return ACCEPTED


def counted(outcomes) -> dict[str, int]:
    """How many were tried, and how many of these were unclean or accepted."""
    counts = Counter(outcomes)
    return {
        "bad_inputs_tried": counts.total(),
        "bad_inputs_unclean": counts[UNCLEAN],
        "bad_inputs_accepted": counts[ACCEPTED],
    }
