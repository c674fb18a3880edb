"""How a device is found: measurements in the files laboratories have, fits of each kind, and what they have determined."""
