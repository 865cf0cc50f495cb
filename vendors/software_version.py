"""Which version of the software this is: packs of the catalog say from which on they can be read."""

#: As pyproject.toml has it.
VERSION = "0.1.0"
