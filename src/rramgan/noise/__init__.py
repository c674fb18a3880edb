"""Random inputs of the generator: software sources and currents of simulated devices."""
