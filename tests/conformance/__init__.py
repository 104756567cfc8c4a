"""One set of scenarios against Docker Engine and against Sockerless with each of its back ends; see `run`."""
