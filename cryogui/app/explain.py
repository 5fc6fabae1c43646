"""What the user is told when a computation fails."""

from __future__ import annotations

import logging

from cryogui.app.faults.account import account, defect_sentence
from cryogui.app.scheduler import Cancelled
from cryogui.errors import UserError

log = logging.getLogger(__name__)


def explain(error: BaseException) -> tuple[str, str]:
    """One sentence for the user, and the detail for the log."""
    if isinstance(error, UserError):
        return str(error), error.detail
    if isinstance(error, Cancelled):
        return "Cancelled.", ""
    detail = account(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this: close other files or programs and try again.", detail
    log.error("a computation failed\n%s", detail)
    return defect_sentence(error), detail
