"""A list of units as a table: what it would change (`planning`), and the change (`applying`)."""
