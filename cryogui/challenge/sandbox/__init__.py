"""Runs a stranger's program where it can reach nothing but its input, and brings back one file.

`run.run_once` starts the supervisor, a process of its own that watches and ends whatever the program starts;
the supervisor starts bubblewrap (or a container engine, or nothing but the launcher where the run need not be
isolated); in there the launcher sets the limits and starts the program. The launcher also copies the output
out: no folder of this machine is ever writable inside.
"""
