"""What the microscope does: numpy, scipy and numba only; knows no file and no window."""

import os

from platformdirs import user_cache_path

# compiled kernels outlive the process, and installations in read-only places have them too
os.environ.setdefault("NUMBA_CACHE_DIR", str(user_cache_path("cryogui") / "kernels"))
