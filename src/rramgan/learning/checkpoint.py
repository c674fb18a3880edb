"""Everything that a training remembers, as named arrays: what it resumes from, to the bit.

Objects are walked from where they are held: attributes, items of dictionaries, lists and tuples, what functions close
over. Arrays, numbers and the states of generators are remembered. Frozen dataclasses are designs, which are built anew
from the configuration, and so is what the class of an object names in `forgets`; an object with a method `resumed` is
told when its numbers are back.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from rramgan.tables import read_arrays, write_arrays


class Place(NamedTuple):
    """Where a value is held."""

    name: str
    holder: Any
    key: Any
    value: Any

    def put(self, value) -> None:
        """Hold another value; raises TypeError where none can be put."""
        if isinstance(self.holder, dict | list):
            self.holder[self.key] = value
        elif isinstance(self.holder, tuple):
            raise TypeError(f"{self.name} is held by a tuple; expected an array of the same shape")
        else:
            setattr(self.holder, self.key, value)


@dataclass(frozen=True)
class Checkpoint:
    """Where a training keeps what it remembers, and how often."""

    path: Path
    """File, written whole or not at all; one of another training is left alone until it is overwritten."""

    every: int
    """Steps from one to the next; 0 for never."""

    made_by: dict
    """Provenance of the training: it resumes only from what was made alike."""

    def is_due(self, step: int) -> bool:
        """Whether it is time after so many steps."""
        return self.every > 0 and step % self.every == 0

    def save(self, memory: dict[str, Any]) -> None:
        """Keep what the objects of `memory` remember."""
        write_arrays(self.path, remember(memory), self.made_by)

    def resume(self, memory: dict[str, Any]) -> None:
        """Put back, in place, what this training kept, if it did."""
        if self.path.is_file():
            remembered = read_arrays(self.path, ["made_by"])
            if json.loads(str(remembered.pop("made_by"))) == json.loads(json.dumps(self.made_by)):
                recall(memory, remembered)


def remember(memory: dict[str, Any]) -> dict[str, np.ndarray]:
    """All numbers that the objects of `memory` hold, by their place."""
    return {place.name: _as_array(place.value) for place in _places(memory)}


def recall(memory: dict[str, Any], remembered: dict[str, np.ndarray]) -> None:
    """Put back, in place, what `remember` found in objects that were built alike.

    Raises ValueError if they hold other things than those remembered.
    """
    places = list(_places(memory))
    names = {place.name for place in places}
    if names != remembered.keys():
        raise ValueError(f"checkpoint: {min(names ^ remembered.keys())} is not in both; expected the same training")
    for place in places:
        _restore(place, remembered[place.name])
    for thing in _objects(memory):
        if hasattr(thing, "resumed"):
            thing.resumed()


def _restore(place: Place, saved: np.ndarray) -> None:
    """Put one value back, into the same memory where it fits."""
    if isinstance(place.value, np.random.Generator):
        place.value.bit_generator.state = json.loads(str(saved))
    elif isinstance(place.value, np.ndarray) and place.value.shape == saved.shape:
        place.value[...] = saved
    elif saved.ndim or isinstance(place.value, np.ndarray):
        place.put(saved)
    else:
        place.put(saved.item())


def _as_array(value) -> np.ndarray:
    """A value as an archive can hold it; integers of any size as text, in the state of a generator."""
    if isinstance(value, np.random.Generator):
        return np.array(json.dumps(value.bit_generator.state))
    return np.asarray(value)


def _places(memory: dict[str, Any]) -> Iterator[Place]:
    """Places of all arrays, numbers and generators."""
    numbers = (np.ndarray, np.generic, np.random.Generator, bool, int, float)
    return (place for place in _walk(memory) if isinstance(place.value, numbers))


def _objects(memory: dict[str, Any]) -> list:
    """All other things, once each."""
    return list({id(place.value): place.value for place in _walk(memory)}.values())


def _walk(memory: dict[str, Any]) -> Iterator[Place]:
    """Every place below `memory`, in a fixed order; things held twice are walked where they are found first."""
    known: set[int] = set()
    open_ = [Place(name, memory, name, value) for name, value in reversed(memory.items())]
    while open_:
        place = open_.pop()
        yield place
        if id(place.value) not in known:
            known.add(id(place.value))
            held = [Place(f"{place.name}.{key}", place.value, key, value) for key, value in _held(place.value)]
            open_ += reversed(held)


def _held(thing) -> list[tuple[Any, Any]]:
    """What a thing holds, by key."""
    if isinstance(thing, dict):
        return list(thing.items())
    if isinstance(thing, list | tuple):
        return list(enumerate(thing))
    if isinstance(thing, FunctionType):
        cells = zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True)
        return [(name, cell.cell_contents) for name, cell in cells]
    if isinstance(thing, np.ndarray | type) or _is_frozen(thing):
        return []
    forgets = getattr(type(thing), "forgets", ())
    return [(name, value) for name, value in getattr(thing, "__dict__", {}).items() if name not in forgets]


def _is_frozen(thing) -> bool:
    """Whether a thing is a frozen dataclass."""
    return getattr(getattr(thing, "__dataclass_params__", None), "frozen", False)
