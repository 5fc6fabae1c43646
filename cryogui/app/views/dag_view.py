"""The forward model as a picture: from x through its steps to ŷ, each a node that opens and can be off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PyQt6.QtCore import QEvent, QPointF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views.dag_faces import NodeFace
from cryogui.app.views.dag_node import DagNode

_WIDEST = 190


class DagView(QWidget):
    """Nodes in a row with arrows between them. Setters are silent; what the user does are signals."""

    nodeOpened = pyqtSignal(str)
    nodeSwitched = pyqtSignal(str, bool)
    parameterChosen = pyqtSignal(str)
    parameterPointed = pyqtSignal(str)  # '' when the pointer leaves

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.nodes: dict[str, DagNode] = {}
        self.setAccessibleName("steps of the forward model")

    def set_nodes(self, faces: Sequence[NodeFace]) -> None:
        """These nodes from left to right, in place of those before."""
        for node in self.nodes.values():
            node.hide()
            node.deleteLater()
        self.nodes = {face.symbol: self._new_node(face) for face in faces}
        for before, after in pairwise(self.nodes.values()):
            QWidget.setTabOrder(before, after)
        self._arrange()

    def _new_node(self, face: NodeFace) -> DagNode:
        node = DagNode(face, self)
        node.opened.connect(partial(self.nodeOpened.emit, face.symbol))
        node.switched.connect(partial(self.nodeSwitched.emit, face.symbol))
        node.stepped.connect(partial(self._step, face.symbol))
        node.parameterChosen.connect(self.parameterChosen)
        node.parameterPointed.connect(self.parameterPointed)
        node.show()
        return node

    def set_open(self, symbol: str) -> None:
        """Mark the node whose picture is shown large."""
        for each, node in self.nodes.items():
            node.set_open(each == symbol)

    def _step(self, symbol: str, step: int) -> None:
        symbols = list(self.nodes)
        place = symbols.index(symbol) + step
        if 0 <= place < len(symbols):
            self.nodes[symbols[place]].setFocus(Qt.FocusReason.TabFocusReason)

    # ---- geometry

    def sizeHint(self) -> QSize:
        """Every node at its least width."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """So narrow that every parameter can still be read."""
        nodes = self.nodes.values()
        width = sum(node.least_width() for node in nodes) + self._arrow() * max(len(self.nodes) - 1, 0)
        return QSize(width, theme.px(112))

    @staticmethod
    def _arrow() -> int:
        return theme.px(13)

    def _arrange(self) -> None:
        """Nodes share the width by what they need, none wider than is of use, all of one height."""
        nodes = list(self.nodes.values())
        if not nodes:
            return
        room = self.height() - theme.px(2)
        widths = self._shared(nodes, self.width() - self._arrow() * (len(nodes) - 1), room)
        height = min(room, max(node.height_for(width) for node, width in zip(nodes, widths, strict=True)))
        x = 0
        for node, width in zip(nodes, widths, strict=True):
            own = height if node.face.has_picture else theme.px(44)
            node.setGeometry(x, theme.px(1) + (height - own) // 2, width, own)
            x += width + self._arrow()
        self.update()

    def _shared(self, nodes: Sequence[DagNode], width: int, height: int) -> list[int]:
        """`width` shared out so that nodes are alike, but for those that need more."""
        least = [node.least_width() for node in nodes]
        alike = [node.face.has_picture for node in nodes]
        while any(alike):
            rest = width - sum(least[i] for i in range(len(nodes)) if not alike[i])
            share = rest // sum(alike)
            wider = [i for i in range(len(nodes)) if alike[i] and least[i] > share]
            if not wider:
                return [
                    min(share, self._useful_width(node, height, needed)) if grows else needed
                    for node, needed, grows in zip(nodes, least, alike, strict=True)
                ]
            alike = [grows and i not in wider for i, grows in enumerate(alike)]
        return least

    @staticmethod
    def _useful_width(node: DagNode, height: int, least: int) -> int:
        """A node wider than its picture is high would only be empty."""
        words = node.height_for(0) + 2 * theme.px(6)
        return max(least, min(height - words + 4 * theme.px(6), theme.px(_WIDEST)))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the new width."""
        self._arrange()

    def changeEvent(self, event: QEvent | None) -> None:
        """Sizes follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
            self._arrange()

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """An arrow between each two nodes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for before, after in pairwise(self.nodes.values()):
            start = QPointF(before.geometry().right() + theme.px(3), before.geometry().center().y())
            tip = QPointF(after.x() - theme.px(2), start.y())
            painter.setPen(QPen(theme.colour("muted"), theme.px(1.5)))
            painter.drawLine(start, tip)
            head = theme.px(3)
            painter.setBrush(theme.colour("muted"))
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-head, -head), tip + QPointF(-head, head)]))
