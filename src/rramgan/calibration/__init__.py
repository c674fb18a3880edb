"""How a device is found: measurements, fits of each kind, and what they have determined."""
