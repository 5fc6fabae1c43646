"""What inspection finds in a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from cryogui.errors import UserError

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True)
class Issue:
    """One finding: how bad, where inside the file, what is the matter, how to mend it.

    `severity` is 'error' (the file is refused), 'warning' (opened, but odd) or 'note'; `what` and `mend`
    are clauses without a full stop.
    """

    severity: str
    where: str
    what: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """The four fields by name, as the command line prints them."""
        return asdict(self)

    def sentence(self, name: str) -> str:
        """The finding as one sentence about the file called `name`."""
        place = f"{name}: {self.where}" if self.where else name
        remedy = f"; {self.mend}" if self.mend else ""
        return f"{place} {self.what}{remedy}."


def refuse_errors(issues: Iterable[Issue], name: str) -> None:
    """Raise UserError for the first error among `issues`; the others go to its detail."""
    errors = [issue for issue in issues if issue.severity == ERROR]
    if errors:
        detail = "\n".join(issue.sentence(name) for issue in errors)
        raise UserError(errors[0].sentence(name), detail)
