"""Which mismatch parameter moves an image's defocus, and the value it needs to put a zero at a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryogui.physics.ctf import Ctf
from cryogui.physics.ctf_zeros import Zero, defocus_of_zero
from cryogui.spec import Parameter, Spec

LEAST_CHANGE_A = 1.0
"""A parameter that moves the defocus by less over its whole range does not move it."""


@dataclass(frozen=True)
class Focus:
    """A parameter and how much defocus, in Å, one unit of it adds."""

    parameter: Parameter
    slope: float

    def value_for(self, ctf: Ctf, zero: Zero, spec: Spec) -> float:
        """The parameter's value, within its range, that gives `ctf` (that of `spec`) this zero."""
        wanted = defocus_of_zero(ctf, zero) - ctf.defocus_A
        return self.parameter.clip(spec[self.parameter.name] + wanted / self.slope)


def focuses(
    ctf_under: Callable[[Spec], Ctf], spec: Spec, parameters: Iterable[Parameter]
) -> tuple[Focus, ...]:
    """The parameters that move the defocus of the image with this CTF, the farthest reaching first.

    Every model is linear in the parameters that enter its defocus, so two values tell the slope.
    """
    found = []
    for parameter in parameters:
        low, high = (
            ctf_under(spec.replace(**{parameter.name: value})).defocus_A
            for value in (parameter.minimum, parameter.maximum)
        )
        if abs(high - low) >= LEAST_CHANGE_A:
            found.append((abs(high - low), Focus(parameter, (high - low) / parameter.width)))
    return tuple(focus for _, focus in sorted(found, key=lambda each: -each[0]))
