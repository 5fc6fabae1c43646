"""The style sheet of the window: `@name` stands for a colour of the palette, `@px7` for a scaled length."""

from __future__ import annotations

QSS = """
QMainWindow, QDialog { background: @ground; }
QWidget { color: @text; }
QFrame[card="true"] { background: @card; border: 1px solid @border; border-radius: @px5; }
QFrame[card="true"][accent="xy"] { border: @px2 solid @xy; }
QFrame[card="true"][accent="xz"] { border: @px2 solid @xz; }
QFrame[card="true"][accent="yz"] { border: @px2 solid @yz; }
QFrame[card="true"][accent="oblique"] { border: @px2 solid @oblique; }
QWidget[role="top title"], QWidget[role="left title"] { background: @card; border: 1px solid @border; }
QWidget[role="top title"] { border-bottom: none; border-top-left-radius: @px5;
    border-top-right-radius: @px5; }
QFrame[docked="top"] { border-top: none; border-top-left-radius: 0; border-top-right-radius: 0; }
QWidget[role="left title"] { border-right: none; border-top-left-radius: @px5;
    border-bottom-left-radius: @px5; }
QFrame[docked="left"] { border-left: none; border-top-left-radius: 0; border-bottom-left-radius: 0; }
QMainWindow::separator { background: transparent; width: @px7; height: @px7; }
QMainWindow::separator:hover { background: @border; }

QLabel { background: transparent; }
QLabel[role="title"] { font-weight: bold; }
QLabel[role="symbol"] { color: @accent; font-weight: bold; }
QLabel[role="figure"] { font-weight: bold; }
QLabel[role="large figure"] { font-weight: bold; font-size: @large; }
QLabel[role="caption"], QLabel[role="muted"] { color: @muted; }
QLabel[role="faint"], QLabel:disabled { color: @faint; }
QLabel[side="A"] { color: @curve_2; font-weight: bold; }
QLabel[side="B"] { color: @curve_3; font-weight: bold; }
QLabel[tone="good"] { color: @good; }
QLabel[tone="warn"] { color: @warn; }
QLabel[tone="bad"] { color: @bad; }
QLabel[tone="accent"] { color: @accent; }
QLabel[tone="plain"] { color: @text; }
QLabel[tone="stale"] { color: @faint; }

QMenuBar { background: @bar; padding: @px2; }
QMenuBar::item { background: transparent; padding: @px4 @px10; border-radius: @px4; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @card; border: 1px solid @border; padding: @px4; }
QMenu::item { padding: @px5 @px24 @px5 @px20; border-radius: @px4; }
QMenu::item:selected { background: @accent_fill; color: @on_accent; }
QMenu::item:disabled { color: @faint; background: transparent; }
QMenu::separator { height: 1px; background: @border; margin: @px4 @px8; }
QStatusBar { background: @bar; color: @muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @muted; }
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: @px5; }

QPushButton, QToolButton[boxed="true"] { background: @raised; border: 1px solid @border;
    border-radius: @px4; padding: @px5 @px12; }
QPushButton:hover, QToolButton[boxed="true"]:hover { border-color: @faint; }
QPushButton:pressed { background: @border; }
QPushButton:disabled { color: @faint; background: @card; }
QPushButton[primary="true"] { background: @accent_fill; border-color: @accent_fill; color: @on_accent;
    font-weight: bold; }
QPushButton[primary="true"]:hover { border-color: @accent; }
QPushButton[primary="true"]:disabled { background: @card; border-color: @border; color: @faint; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QAbstractSpinBox:focus, QLineEdit:focus,
QTreeView:focus, QListView:focus, QTableView:focus, QPlainTextEdit:focus { border: 1px solid @accent; }
QCheckBox:focus, QRadioButton:focus { color: @accent; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: @px4; padding: @px3; }
QToolButton:hover { background: @raised; border-color: @border; }
QToolButton[role="inline"] { color: @muted; padding: 0 @px2; }
QToolButton[role="inline"]:hover { color: @text; }
QToolButton:checked { background: @raised; }
QToolButton[boxed="compact"] { background: @raised; border-color: @border; padding: @px3 @px6; }
QToolButton[boxed="compact"]:hover { border-color: @faint; }
QToolButton[boxed="compact"]:disabled { color: @faint; background: @card; }
QToolButton[boxed="compact"]:checked { border-color: @accent; font-weight: bold; }
QToolButton::menu-indicator { image: none; width: 0; }

QAbstractSpinBox, QLineEdit, QComboBox, QPlainTextEdit { background: @field; border: 1px solid @border;
    border-radius: @px4; padding: @px2 @px6; selection-background-color: @accent_fill;
    selection-color: @on_accent; }
QTextBrowser { background: transparent; border: 1px solid transparent; border-radius: @px4;
    selection-background-color: @accent_fill; selection-color: @on_accent; }
QTextBrowser:focus { border-color: @accent; }
QAbstractSpinBox:disabled, QLineEdit:disabled, QComboBox:disabled { color: @faint; }
QComboBox { padding-right: @px22; }
QComboBox::drop-down { border: none; width: 0; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @border;
    selection-background-color: @accent_fill; selection-color: @on_accent; outline: none; }

QCheckBox { spacing: @px6; }
QCheckBox::indicator, QTableView::indicator { width: @px12; height: @px12; background: @field;
    border: 1px solid @faint; border-radius: @px3; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: @accent; border-color: @accent; }
QCheckBox:disabled { color: @faint; }

QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; border: 1px solid @border; border-radius: @px5;
    padding: @px5 @px7; margin-right: @px4; margin-bottom: @px4; }
QTabBar[tight="true"] { font-size: @tight; }
QTabBar[tight="true"]::tab { padding: @px5 @px3; margin-right: @px2; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { background: @raised; color: @text; font-weight: bold; }
QTabBar::tab:focus { border-color: @accent; }

QTreeView, QListView, QTableView { background: transparent; border: 1px solid transparent; outline: none;
    show-decoration-selected: 1; selection-background-color: transparent; }
QTreeView::item { padding: @px3 @px2; border-radius: @px4; }
QTreeView::item:hover { background: @raised; }
QTreeView::item:selected { background: transparent; color: @accent; }
QListView[role="rows"]::item:selected { background: @raised; border-radius: @px4; }
QTreeView::branch { background: transparent; }
QTableView { gridline-color: @border; }
QTableView::item { padding: 0 @px4; }
QTableView::item:hover { background: @raised; }
QTableView::item:selected { background: @raised; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: @px3 @px4; }
QHeaderView::section:hover { color: @text; }
QScrollArea > QWidget > QWidget[role="page"] { background: transparent; border: none; }
QScrollArea { background: transparent; border: 1px solid transparent; border-radius: @px4; }
QScrollArea[role="plain"] { border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea:focus { border-color: @accent; }
QScrollBar:vertical { background: transparent; width: @px10; margin: 0; }
QScrollBar:horizontal { background: transparent; height: @px10; margin: 0; }
QScrollBar::handle { background: @border; border-radius: @px3; margin: @px2; }
QScrollBar::handle:vertical { min-height: @px24; }
QScrollBar::handle:horizontal { min-width: @px24; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @border; }
QFrame[role="rule"] { background: @border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="overlay"] { background: @card; border: 1px solid @faint; border-radius: @px8; }
QFrame[message="error"] { background: @card; border: 1px solid @bad; border-radius: @px5; }
QFrame[message="note"] { background: @card; border: 1px solid @accent; border-radius: @px5; }
"""
