"""Real services for tests: private instances on free ports, in a folder that is thrown away."""
