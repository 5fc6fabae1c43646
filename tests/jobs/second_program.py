"""A program that adds runs to the history in the folder given, then waits for its input to end."""

import sys
from pathlib import Path

from cryogui.jobs import History, Order
from cryogui.spec import Spec

if __name__ == "__main__":
    history = History(Path(sys.argv[1]))
    for number in range(20):
        order = Order("", 0, "sample_00", "cryo_et", "", "count", f"run {number}", Spec())
        print(history.add(order), flush=True)
    sys.stdin.read()
    history.close()
