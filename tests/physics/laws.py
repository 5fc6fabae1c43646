"""The laws every forward model must keep; one helper each, used by the tests of all of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryogui.physics.fourier import Real32
from cryogui.physics.operators import Operator


def noise(shape: tuple[int, ...], seed: int) -> Real32:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def smooth_object(operator: Operator, seed: int = 3) -> Real32:
    """A few blobs well inside the support, as densities are smooth and the interpolation expects."""
    rng = np.random.default_rng(seed)
    axes = np.meshgrid(*(np.arange(n) - n // 2 for n in operator.x_shape), indexing="ij")
    x = np.zeros(operator.x_shape)
    for _ in range(12):
        centre = [rng.uniform(-0.2, 0.2) * n if n > 1 else 0.0 for n in operator.x_shape]
        x += np.exp(-sum((a - c) ** 2 for a, c in zip(axes, centre, strict=True)) / (2 * 2.5**2))
    return x.astype(np.float32)


def relative(actual: Real32, expected: Real32) -> float:
    return float(np.linalg.norm(actual - expected) / np.linalg.norm(expected))


def assert_linear(operator: Operator, theta: Mapping[str, float]) -> None:
    a, b = noise(operator.x_shape, 1), noise(operator.x_shape, 2)
    both = operator.apply(2.0 * a - 3.0 * b, theta)
    apart = 2.0 * operator.apply(a, theta) - 3.0 * operator.apply(b, theta)
    assert relative(both, apart) < 1e-5


def assert_adjoint(operator: Operator, theta: Mapping[str, float]) -> None:
    x, y = noise(operator.x_shape, 1), noise(operator.y_shape, 2)
    projected, back = operator.apply(x, theta), operator.adjoint(y, theta)
    left = np.vdot(projected.astype(np.float64), y)
    right = np.vdot(x.astype(np.float64), back)
    assert abs(left - right) < 1e-5 * np.linalg.norm(projected) * np.linalg.norm(y)


def assert_normal(operator: Operator, theta: Mapping[str, float], tolerance: float) -> None:
    x = noise(operator.x_shape, 4)
    weights = np.random.default_rng(5).uniform(0.5, 1.5, operator.y_shape[0])
    images = operator.apply(x, theta) * weights.astype(np.float32)[:, None, None]
    assert relative(operator.normal(theta, weights)(x), operator.adjoint(images, theta)) < tolerance


def assert_parseval(operator: Operator, theta: Mapping[str, float]) -> None:
    x, y = noise(operator.x_shape, 1), noise(operator.y_shape, 2)
    residual = (operator.apply(x, theta) - y).astype(np.float64)
    squares = operator.squared_residual(operator.load(x), operator.measure(y), theta)
    np.testing.assert_allclose(squares, (residual**2).sum(axis=(1, 2)), rtol=1e-5)


def assert_derivative(operator: Operator, theta: Mapping[str, float], name: str, step: float) -> None:
    """∂H/∂θ against central differences, refined once (Richardson) so that the step can stay large."""
    loaded = operator.load(smooth_object(operator))

    def difference(h: float) -> Real32:
        ahead = operator.images(loaded, {**theta, name: theta[name] + h}).astype(np.float64)
        return (ahead - operator.images(loaded, {**theta, name: theta[name] - h})) / (2 * h)

    expected = (4.0 * difference(step) - difference(2 * step)) / 3.0
    assert relative(operator.tangent(loaded, theta, name), expected) < 1e-3


def assert_gradient(operator: Operator, theta: Mapping[str, float]) -> None:
    x, y = smooth_object(operator), noise(operator.y_shape, 2)
    weights = np.random.default_rng(6).uniform(0.0, 1.0, operator.y_shape[0])
    loaded, measured = operator.load(x), operator.measure(y)
    squares, gradient = operator.squared_gradient(loaded, measured, theta, weights)
    np.testing.assert_allclose(squares, operator.squared_residual(loaded, measured, theta), rtol=1e-5)
    residual = (operator.images(loaded, theta) - y).astype(np.float64) * weights[:, None, None]
    assert set(gradient) == set(operator.parameters)
    for name, value in gradient.items():
        tangent = operator.tangent(loaded, theta, name)
        scale = np.linalg.norm(residual) * np.linalg.norm(tangent)
        assert abs(value - np.vdot(residual, tangent)) < 1e-5 * scale + 1e-12, name
