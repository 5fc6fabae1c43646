"""One module per command of `cryogui`, imported when the command is used.

A command module has `add_arguments(parser)` and `run(args)`. What `run` returns is printed: as one JSON
object with `--json`, else by the module's `describe(result)`, or as `name: value` lines without one.
A module without `--json` may return None and print for itself.
"""
