"""How much memory a piece of work takes."""

import tracemalloc


def peak_B(work) -> int:
    """Most memory allocated at a time while `work` runs."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
