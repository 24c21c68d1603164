"""Working without a signal: what a device keeps, what it sends later, and what becomes of that."""
