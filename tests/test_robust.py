"""Random command lines, in process: every one ends with an exit code of ours, and with whole files only.

``ACTVIZ_EXAMPLES=3000 pytest tests/test_robust.py`` tries more than the few hundred of an ordinary run;
``-s`` shows how they ended.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.main import get_command

from actviz.cli.app import COMMANDS, app, run
from actviz.cli.derive import Notation
from actviz.registry.lookup import built_in

EXAMPLES = int(os.environ.get("ACTVIZ_EXAMPLES", "200"))

Word = st.SearchStrategy[str]
Words = st.SearchStrategy[list[str]]


def among(good: str, bad: str = "") -> Word:
    """One of the good words, now and then one of the bad ones; ``_`` stands for none."""
    right, wrong = good.split(), bad.split()
    return st.sampled_from([*right * (1 + 5 * len(wrong) // len(right)), *wrong]).map(lambda w: "" if w == "_" else w)


NUMBERS = st.one_of(
    among("0 1 -1 5 -5 2.5 1/3", "nan inf -inf 1e308 -1e308 5e-324 1e999 _ x"),
    st.floats().map(repr),
    st.integers(-(10**6), 10**20).map(str),
)
RANGES = st.one_of(
    st.sampled_from([["-2", "2"], ["0", "1"], ["-8", "-1"], ["-1e3", "1e3"]]), st.tuples(NUMBERS, NUMBERS).map(list)
)
FORMULAS = st.recursive(
    among("x x x 1 0.5 pi -x 1e300 x*x", "a λ"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(lambda t: f"({''.join(t)})"),
        st.tuples(among("exp log tanh relu sigmoid sqrt abs", "sellu"), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} > 0 else {t[2]})"),
    ),
    max_leaves=4,
)
NAMES = among(
    f"{' '.join(built_in().names)} torch.nn.GELU onnx.LeakyRelu Swish", "torch.nn.Softmax nn.GELU F.gelu(x) selux _"
)
SETTINGS = st.tuples(
    among("alpha beta scale a lambd", "α _ x"),
    st.lists(NUMBERS, min_size=1, max_size=2).map(",".join),
).map("=".join)
SPECS = st.integers(0, 9).flatmap(
    lambda kind: (
        NAMES
        if kind < 6
        else [
            FORMULAS,
            st.text(max_size=12),
            st.tuples(st.one_of(NAMES, FORMULAS), SETTINGS).map(":".join),
            st.tuples(st.one_of(NAMES, FORMULAS), SETTINGS, SETTINGS).map(":".join),
        ][kind - 6]
    )
)
NAMED = "a.png a.svg b.pdf c.pgf a.csv new/a.png folder/a.png link.png -x.png é-λ.png -"
PATHS = among(NAMED, f"folder file file/a.png . a.bmp /proc/a.png {'n' * 300}.png _")


def values(*parts: Word) -> Words:
    """What follows an option."""
    return st.tuples(*parts).map(list)


# What to write after each option, of whichever command.
VALUES: dict[str, Words] = {
    "--axis": values(among("0 1 -1", "9 x")),
    "--backend": values(among("numpy", "torch x")),
    "--batch": values(among("4 8", "0 x")),
    "--below": values(among("1e-3", "0 nan x")),
    "--bias-std": values(among("0 0.2", "-1 nan x")),
    "--correlation": values(among("0 0.9", "2 x")),
    "--data": values(among("spirals", "digits missing")),
    "--depth": values(among("2 5", "0 x")),
    "--device": values(among("cpu", "x")),
    "--epochs": values(among("1", "0 x")),
    "--exact": values(),
    "--init": values(among("lecun he torch critical 1.5", "-1 x")),
    "--input-mean": values(among("0 3", "nan x")),
    "--input-std": values(among("1 0.5", "0 x")),
    "--key": values(among("x", "_")),
    "--lr": values(among("0.1", "0 x")),
    "--map": values(),
    "--networks": values(among("0 1", "-1 x")),
    "--norm": values(among("none layer batch none,input", "x")),
    "--normal": values(among("0 1"), among("1 2", "0 nan x")),
    "--omega": values(among("0 0.1", "nan x")),
    "--properties": values(),
    "--seed": values(among("0 7", "-1 x")),
    "--seeds": values(among("1", "0 x")),
    "--sort": values(among("gain -lipschitz", "q")),
    "--tau": values(among("1 0.9", "0 x")),
    "--variance": values(among("1 2.5", "0 nan x")),
    "--where": values(among("monotone lipschitz<=1", "q <")),
    "--width": values(among("8 20", "0 x")),
    "--against": values(among("gelu", "missing.so:f")),
    "--backward": values(among("nowhere:f", "x")),
    "--continuous": values(),
    "--dtype": values(among("float16 bfloat16 float64", "float3")),
    "--exit-code": values(),
    "--fit": values(among("x*sigmoid(k*x) elu", "q(")),
    "--int8": values(among("0.05,0", "0,0 x")),
    "--knots": values(among("free uniform powers", "x")),
    "--layers": values(),
    "--learned": values(),
    "--lookup": values(among("nearest linear cubic", "x")),
    "--max-abs": values(among("0.1", "-1 x")),
    "--max-rel": values(among("0.1", "-1 x")),
    "--max-ulp": values(among("2", "-1 x")),
    "--pieces": values(among("2 5", "0 x")),
    "--polynomial": values(among("1 3", "-1 x")),
    "--rational": values(among("1,1 2,2", "0 x")),
    "--relative": values(),
    "--specs": values(),
    "--state": values(PATHS),
    "--table": values(among("4 16", "0 x")),
    "--tails": values(among("asymptote extend hold", "x")),
    "--tolerance": values(among("1e-3", "-1 x")),
    "--ulp": values(),
    "--with": values(among("approximate=tanh", "x")),
    "--write-grid": values(PATHS),
    "--as": values(among(" ".join(Notation), "x")),
    "--at": values(st.one_of(among("0 -1,0,1 nan,inf"), st.lists(NUMBERS, max_size=4).map(",".join))),
    "--derivative": values(),
    "--digits": values(among("1 3 17", "0 x")),
    "--dpi": values(among("20 50", "0 x 99999")),
    "--family": values(among("gated polynomial", "q")),
    "--font-scale": values(among("0.5 1.7", "0 nan x")),
    "--force": values(),
    "--format": values(among("rich csv json markdown latex bibtex text", "xml")),
    "--framework": values(among("torch", "q")),
    "--help": values(),
    "--image": values(among("png svg pdf", "gif")),
    "--input": values(among("x.txt x.npy -", "bad.txt bytes.txt file folder missing")),
    "--jobs": values(among("1 2", "0 x")),
    "--no-formula": values(),
    "--no-function": values(),
    "--order": values(among("0 1 2", "-1 99 x")),
    "--output": values(PATHS),
    "--points": values(among("2 3", "1 x 99999999999")),
    "--quiet": values(),
    "--range": RANGES,
    "--registry": values(among("own.toml", "missing folder _")),
    "--search": values(among("gelu 2017", "zzzz _")),
    "--show": values(),
    "--show-completion": values(),
    "--size": values(among("2 3 8", "0 nan"), among("2 3", "x")),
    "--steps": values(),
    "--style": values(among("own.mplstyle", "bad.mplstyle bytes.txt missing folder _")),
    "--terminal": st.sampled_from([[], [], ["image"], ["x"]]),
    "--theme": values(among("light dark print", "pink")),
    "--title": values(st.text(max_size=9)),
    "--transparent": values(),
    "--version": values(),
    "--wrt": values(among("x alpha a", "q _")),
}
NOT_RUN = {
    "--exhaustive": "it walks four thousand million numbers",
    "--open": "it launches the programs of a desktop",
    "--install-completion": "it writes into the start-up files of the shell around the test",
}

_GROUP: Any = get_command(app)


def options(command: Any) -> dict[str, list[str]]:
    """Every option of a command by its long name, with all ways to write it."""
    parameters = command.get_params(command.context_class(command))
    written = [parameter.opts for parameter in parameters if parameter.param_type_name == "option"]
    return {max(names, key=len): names for names in written}


OPTIONS = {"": options(_GROUP)} | {name: options(_GROUP.get_command(None, name)) for name in COMMANDS}


@st.composite
def chosen(draw: st.DrawFn, command: str, most: int) -> list[str]:
    """Some of a command's options with values, ``--name=value`` now and then."""
    known = OPTIONS.get(command, OPTIONS["plot"])
    words: list[str] = []
    for name in draw(st.lists(st.sampled_from([name for name in known if name in VALUES]), max_size=most)):
        written, following = draw(st.sampled_from(known[name])), draw(VALUES[name])
        joined = len(following) == 1 and written.startswith("--") and draw(st.integers(0, 3)) == 0
        words += [f"{written}={following[0]}"] if joined else [written, *following]
    return words


GOOD_REGISTRY = """\
[f]
title = "F"
summary = "F."
family = "other"
value = "sin(x)"
derivative = "cos(x)"
source = "folklore"
"""
LINES = among("theme='dark' dpi=20 range=[0,1] size=[3,2] registry='own.toml' _", "theme=1 nonsense=1 [ \xff")
REGISTRIES = st.sampled_from([*[GOOD_REGISTRY] * 9, "", "[f]", "[f", '[relu]\ntitle = "F"\n', "x = 1"])
VARIABLES = st.fixed_dictionaries(
    {"MPLBACKEND": among("agg", "nonsense")},  # none that could open a window
    optional={
        "ACTVIZ_THEME": among("_ dark print", "nonsense"),
        "ACTVIZ_DPI": among("_ 40", "1 nonsense"),
        "ACTVIZ_RANGE": among("_ -2,2", "2,-2"),
        "ACTVIZ_REGISTRY": among("_ own.toml", "nonsense"),
        "NO_COLOR": among("_ 1"),
        "FORCE_COLOR": among("_ 1"),
        "COLUMNS": among("_ 40 1 nonsense"),
        "TERM": among("_ dumb xterm"),
        "LC_ALL": among("_ C"),
    },
)


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """Words for actviz: mostly a command with options that it takes."""
    first = draw(chosen("", 1)) if draw(st.integers(0, 3)) == 0 else []
    name = draw(among(" ".join(COMMANDS), "plto selu _"))
    if name == "gallery":
        own = draw(st.sampled_from([[], ["new"], ["folder"], ["file"], [""], ["-"]]))
    else:
        count = {"list": 0, "config": 0, "compare": 2}.get(name, 1)
        own = [draw(SPECS) for _ in range(draw(st.sampled_from([count, count, count + 1, 0])))]
    rest = draw(chosen(name, 3))
    if draw(st.integers(0, 5)) == 0:
        rest += draw(st.one_of(chosen(draw(st.sampled_from([*COMMANDS])), 1), st.just(["--bogus"]), st.just(["--"])))
    if name == "gallery":
        rest += ["--family", "polynomial"]  # all would take long
    return [*first, name, *own, *rest]


ended: Counter[tuple[str, int]] = Counter()


def furnish(folder: Path, registry: str, project: str) -> None:
    """What a command finds where it runs."""
    (folder / "folder").mkdir(exist_ok=True)
    (folder / "file").write_bytes(b"old")
    (folder / "x.txt").write_text("1\n-2\n", encoding="utf-8")
    (folder / "bad.txt").write_text("1\ntwo\n", encoding="utf-8")
    (folder / "bytes.txt").write_bytes(b"\xff\xfe")
    (folder / "own.mplstyle").write_text("lines.linewidth: 3\naxes.facecolor: eeeeee\n", encoding="utf-8")
    (folder / "bad.mplstyle").write_text("lines.linewidth: thick\n", encoding="utf-8")
    np.save(folder / "x.npy", np.arange(3.0))
    (folder / "own.toml").write_text(registry, encoding="utf-8")
    (folder / "pyproject.toml").write_text(f"[tool.actviz]\n{project}", encoding="latin-1")
    link = folder / "link.png"
    if not link.is_symlink():
        link.symlink_to("folder/target.png")


def whole(path: Path) -> bool:
    """Whether a file is complete as what its name says."""
    content = path.read_bytes()
    match path.suffix:
        case ".png":
            with Image.open(io.BytesIO(content)) as image:
                image.load()
            return True
        case ".svg":
            return content.rstrip().endswith(b"</svg>")
        case ".pdf":
            return content.rstrip().endswith(b"%%EOF")
        case ".pgf":
            return content.rstrip().endswith(b"\\endgroup")
        case _:
            return True


@pytest.fixture(scope="module", autouse=True)
def counted() -> object:
    """Says at the end how the runs ended."""
    yield
    sys.stderr.write(
        "".join(f"\n{command or '(none)':10} exit {code}: {n}" for (command, code), n in sorted(ended.items()))
    )


def test_every_option_of_every_command_is_tried_or_named_with_a_reason() -> None:
    known = {name for command in OPTIONS.values() for name in command}
    assert known == VALUES.keys() | NOT_RUN.keys()
    assert not VALUES.keys() & NOT_RUN.keys()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    words=command_lines(),
    variables=VARIABLES,
    registry=REGISTRIES,
    project=LINES,
    encoding=among("utf-8", "ascii cp1252"),
)
def test_no_command_line_breaks_the_tool(
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    variables: dict[str, str],
    registry: str,
    project: str,
    encoding: str,
) -> None:
    words = [word.replace("\0", "") for word in words]  # no system hands a NUL over
    out, said = io.TextIOWrapper(io.BytesIO(), encoding=encoding), io.StringIO()
    with tempfile.TemporaryDirectory() as place, monkeypatch.context() as patch:
        folder = Path(place)
        furnish(folder, registry, project)
        patch.chdir(folder)
        patch.setattr(sys, "stdin", io.StringIO("1\n2\n"))
        patch.setenv("HOME", place)
        for name, value in variables.items():
            patch.setenv(name, value)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
            code = run(words)
        files = [path for path in folder.rglob("*") if path.is_file()]
        command = next((word for word in words if word in COMMANDS), "")
        halves = [path.name for path in files if path.name.startswith(".actviz-")]
        if command in ("plot", "compare", "gallery"):
            halves += [path.name for path in files if not whole(path)]
    assert code in (0, 1, 2)
    assert "Traceback" not in said.getvalue()
    assert halves == []
    if code and "--show-completion" not in words:  # the parser answers that one in its own words
        assert "error: " in said.getvalue()
    ended[command, code] += 1
