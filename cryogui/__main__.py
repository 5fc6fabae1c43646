"""`python -m cryogui` is the `cryogui` command."""

import sys

from cryogui.cli import main

if __name__ == "__main__":
    sys.exit(main())
