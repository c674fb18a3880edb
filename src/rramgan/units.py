"""The few unit conversions the project makes; everything inside the code is SI."""

MICRO = 1e-6
"""Factor from a micro-unit to its SI unit."""

PICO = 1e-12
"""Factor from a pico-unit to its SI unit."""


def kelvin(temperature_C: float) -> float:
    """Absolute temperature (K) of a temperature in degrees Celsius; raises ValueError below absolute zero."""
    temperature_K = temperature_C + 273.15
    if temperature_K < 0:
        raise ValueError(f"temperature {temperature_C} degC is below absolute zero")
    return temperature_K
