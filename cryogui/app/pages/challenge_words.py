"""The challenge card as rich text: tables and formulas that can be selected and copied."""

from __future__ import annotations

from html import escape

from cryogui.app import theme
from cryogui.challenge.card import Card, MismatchRow
from cryogui.resources import TIERS, Primitive, credits_rule, primitives, scoring_rules, variant_name

PICTURE = "dag"
"""By which name the document knows the picture of the steps."""

_ATTRIBUTES = (
    ("variant", "{variant}"),
    ("tier", "{tier}"),
    ("submission_type", "reconstruction"),
    ("algorithm", "what the method is called"),
    ("calibration", "how the specs were found: a strategy, 'by hand' or 'none'; may be left out"),
)


def rules_html(card: Card, picture_size: tuple[int, int], is_wide: bool) -> str:
    """The whole card, in two columns where it is wide. picture_size: of the picture `PICTURE`, in pixels."""
    steps = _steps(card, picture_size)
    left = steps + _mismatch(card) + _scoring() + _credits()
    right = _primitives(card) + _submission(card)
    if not is_wide:
        return steps + _mismatch(card) + _primitives(card) + _scoring() + _submission(card) + _credits()
    return (
        f"<table width='100%' cellspacing='0' cellpadding='0'><tr><td width='49%'>{left}</td>"
        f"<td width='{theme.px(28)}'></td><td width='51%'>{right}</td></tr></table>"
    )


def steps_words(card: Card) -> str:
    """'x → Π → D → y'."""
    return " → ".join(("x", *(step.symbol for step in card.dag), "y"))


def _steps(card: Card, size: tuple[int, int]) -> str:
    where = (
        f"{escape(card.file)} is of the <b>{card.tier}</b> tier."
        if card.tier
        else "No file of this challenge is open."
    )
    names = ", then ".join(f"{step.symbol} ({step.name.lower()})" for step in card.dag)
    return (
        f"<p style='margin:0; font-size:{_large()}pt'><b>{escape(variant_name(card.variant))}</b></p>"
        f"<p style='margin-top:2px; margin-bottom:{theme.px(10)}px'>{_muted(where)}</p>"
        f"<p style='margin:0'><img src='{PICTURE}' width='{size[0]}' height='{size[1]}' "
        f"alt='{steps_words(card)}'></p>"
        f"<p style='margin-top:{theme.px(6)}px'>The published forward model is <b>{steps_words(card)}</b>: "
        f"{names}. The tab Forward model opens it into the steps that are computed here.</p>"
    )


def _mismatch(card: Card) -> str:
    titles = ("", "parameter", "nominal", "perturbed", *TIERS)
    head = "".join(
        _cell(_muted(_of_tier(title, card)), card, title, at > 1) for at, title in enumerate(titles)
    )
    rows = "".join(_mismatch_row(row, card) for row in card.mismatch)
    note = "Ranges that specs are drawn from and searched in."
    if card.tier:
        note += f" Marked: the {card.tier} tier, of which the open file is."
    return _section("Mismatch", f"{_table(f'<tr>{head}</tr>{rows}')}<p>{_muted(note)}</p>")


def _of_tier(title: str, card: Card) -> str:
    return f"{title} ◂" if title and title == card.tier else title


def _mismatch_row(row: MismatchRow, card: Card) -> str:
    about = row.about
    cells = [
        _cell(_symbol(about.symbol), card),
        _cell(
            f"{escape(about.label)}, {escape(about.unit)}<br>{_code(row.name)}".replace(" ", "&nbsp;", 1),
            card,
        ),
        _cell(_number(row.nominal), card, "", True),
        _cell(_number(row.perturbed), card, "", True),
    ]
    for tier, (low, high) in row.ranges.items():
        text = f"{_number(low)}&nbsp;…&nbsp;{_number(high)}"
        cells.append(_cell(f"<b>{text}</b>" if tier == card.tier else text, card, tier, True))
    return f"<tr>{''.join(cells)}</tr>"


def _primitives(card: Card) -> str:
    used = {step.symbol for step in card.dag}
    rows = "".join(_primitive_row(primitive, primitive.symbol in used) for primitive in primitives())
    note = (
        f"In colour: the {len(used)} of {len(primitives())} that this forward model uses. Symbols and names "
        "are published; the formulas are ours, in the field's usual notation."
    )
    return _section("Primitives", f"{_table(rows)}<p>{_muted(note)}</p>")


def _primitive_row(primitive: Primitive, is_used: bool) -> str:
    name, formula = escape(primitive.name), escape(primitive.formula).replace(" ", "&nbsp;")
    symbol = _symbol(primitive.symbol) if is_used else f"<b>{primitive.symbol}</b>"
    name = f"<b>{name}</b>" if is_used else name
    words = f"{name}<br>{_muted(escape(primitive.meaning))}"
    pad = f"padding:{theme.px(3)}px {theme.px(6)}px; border-bottom:1px solid {theme.palette().border}"
    ground = f" bgcolor='{theme.palette().raised}'" if is_used else ""
    return (
        f"<tr><td{ground} style='{pad}' align='center'>{symbol}</td><td{ground} style='{pad}'>{words}</td>"
        f"<td{ground} style='{pad}'>{formula}</td></tr>"
    )


def _scoring() -> str:
    rules = scoring_rules()
    lines = (
        ("Standard board", rules.standard), ("Blind board", rules.blind), ("PSNR_norm", rules.psnr_norm),
        ("Overall", rules.overall),
    )  # fmt: skip
    rows = "".join(
        f"<tr><td style='padding-right:{theme.px(12)}px'>{_muted(name)}</td><td>{_formula(rule)}</td></tr>"
        for name, rule in lines
    )
    why = f"Why this PSNR_norm: {rules.psnr_norm_reason[0].lower()}{rules.psnr_norm_reason[1:]}"
    peak = (
        "PSNR and SSIM are taken in 3-D against the truth, peak and data range being its max − min. The last "
        "term is the consistency: x is the volume submitted and H the forward model under the spec submitted "
        "with it, over all images. A tier's score is the plain mean over its scenes."
    )
    return _section("Scoring", f"{_table(rows)}<p>{_formula(why)}</p><p>{_muted(peak)}</p>")


def _submission(card: Card) -> str:
    shapes = {scene.shape for scene in card.scenes}
    scenes = ", ".join(_code(scene.name) for scene in card.scenes)
    same = shapes.pop() if len(shapes) == 1 else None
    shape = " × ".join(map(str, same)) if same else "as large as the scene's object"
    parameters = ", ".join(_code(row.name) for row in card.mismatch)
    root = "".join(
        f"<tr><td style='padding-right:{theme.px(12)}px'>{_code(name)}</td><td>{escape(value)}</td></tr>"
        for name, value in (
            (name, text.format(variant=card.variant, tier=card.tier or "public, dev or hidden"))
            for name, text in _ATTRIBUTES
        )
    )
    return _section(
        "What to submit",
        f"<p>One HDF5 file with a group for each scene: {scenes}. In each of them:</p>"
        f"<ul style='margin-left:-{theme.px(18)}px'>"
        f"<li>the dataset {_code('x_hat')}: float32 [z, y, x], {shape}, finite</li>"
        f"<li>the attribute {_code('corrected_spec')}: JSON with {parameters}, in the units of the table</li>"
        f"<li>if known, the attribute {_code('seconds')}</li></ul>"
        f"<p>Attributes of the file:</p>{_table(root)}",
    )


def _credits() -> str:
    rule = credits_rule()
    rows = "".join(
        f"<tr><td style='padding-right:{theme.px(12)}px'>{_muted(name)}</td><td><b>{value}</b></td></tr>"
        for name, value in (
            ("platform profit pool", f"{rule.platform_profit_pool:.0%}".replace("%", " %")),
            ("winner share", f"{rule.winner_share:.0%}".replace("%", " %")),
            ("minimum withdrawal", f"{rule.minimum_withdrawal_usd:g} $"),
        )
    )
    note = "As the platform publishes it. Scores measured here earn nothing: they are not sent anywhere."
    return _section("Credits", f"{_table(rows)}<p>{_muted(note)}</p>")


# ---- pieces


def _section(title: str, body: str) -> str:
    return (
        f"<p style='margin-top:{theme.px(14)}px; margin-bottom:{theme.px(4)}px; font-size:{_medium()}pt'>"
        f"<b>{title}</b></p>{body}"
    )


def _table(rows: str) -> str:
    return f"<table cellspacing='0' cellpadding='{theme.px(2)}'>{rows}</table>"


def _cell(text: str, card: Card, tier: str = "", is_number: bool = False) -> str:
    ground = f" bgcolor='{theme.palette().raised}'" if tier and tier == card.tier else ""
    side = " align='right'" if is_number else ""
    pad = f"padding:{theme.px(3)}px {theme.px(5)}px; border-bottom:1px solid {theme.palette().border}"
    return f"<td{ground}{side} style='{pad}'>{text}</td>"


def _muted(text: str) -> str:
    return f"<span style='color:{theme.palette().muted}'>{text}</span>"


def _symbol(text: str) -> str:
    return f"<b style='color:{theme.palette().accent}'>{escape(text)}</b>"


def _code(text: str) -> str:
    size = round(theme.small_font().pointSizeF(), 1)
    look = f"font-family:monospace; font-size:{size}pt; color:{theme.palette().muted}; white-space:nowrap"
    return f"<span style='{look}'>{escape(text)}</span>"


def _formula(rule: str) -> str:
    """A rule as printed, in proper signs."""
    for plain, sign in {"||": "‖", "*": "·", "-": "−", ",0,": ", 0, ", "max(0,": "max(0, "}.items():
        rule = rule.replace(plain, sign)
    return escape(rule)


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _large() -> float:
    return round(1.35 * theme.small_font().pointSizeF() / 0.83, 1)


def _medium() -> float:
    return round(1.15 * theme.small_font().pointSizeF() / 0.83, 1)
