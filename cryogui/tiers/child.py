"""How this package starts a fresh Python process of its own."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def child_environment(threads: int | None = None) -> dict[str, str]:
    """The environment for a child: it finds this very package, starts one thread per library and loads no
    HDF5 plug-ins from wherever a variable may point. threads: of compiled kernels and Fourier transforms;
    None for as many as there are processors."""
    search = [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
    kernels = {} if threads is None else {"NUMBA_NUM_THREADS": str(threads)}
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, search)),
        "HDF5_PLUGIN_PRELOAD": "::",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        **kernels,
    }
