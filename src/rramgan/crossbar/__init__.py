"""Arrays of devices: tiles, differential pairs, reads, programming and wires."""
