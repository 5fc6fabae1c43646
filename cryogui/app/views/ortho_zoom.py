"""Zooming one slice of a volume zooms the others: they keep one scale, and their common axes stay in line."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF


def followed(
    before: QRectF,
    after: QRectF,
    axes: tuple[int, int] | None,
    target: QRectF,
    target_axes: tuple[int, int] | None,
    cursor: QPointF,
) -> QRectF:
    """What another slice, which showed `target`, is to show once one has moved from `before` to `after`.

    axes: which axes of the volume lie along (x, y) of the one moved and of the other; None for an oblique
    slice, which shares none. Along an axis that both show both move, else the other is zoomed about `cursor`.
    """
    factor = after.width() / before.width()
    middle = []
    for number, (at, fixed) in enumerate(
        ((target.center().x(), cursor.x()), (target.center().y(), cursor.y()))
    ):
        axis = target_axes[number] if target_axes else None
        if axes is not None and axis in axes:
            is_x = axes.index(axis) == 0
            old, new = before.center(), after.center()
            start, end = (old.x(), new.x()) if is_x else (old.y(), new.y())
            middle.append(end + (at - start) * factor)
        else:
            middle.append(fixed + (at - fixed) * factor)
    width, height = target.width() * factor, target.height() * factor
    return QRectF(middle[0] - width / 2, middle[1] - height / 2, width, height)
