"""How a device is found: measurements as laboratories file them, fits of each kind, what they have determined."""
