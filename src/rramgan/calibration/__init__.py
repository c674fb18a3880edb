"""How a device is found: from files as laboratories write them to a device model."""
