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

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from actviz.cli.app import COMMANDS, run
from actviz.registry.lookup import built_in

EXAMPLES = int(os.environ.get("ACTVIZ_EXAMPLES", "200"))

NUMBERS = st.one_of(
    st.sampled_from(
        ["0", "1", "-1", "5", "-5", "nan", "inf", "-inf", "1e308", "-1e308", "5e-324", "1e999", "", "x", "1/3"]
    ),
    st.floats().map(repr),
    st.integers(-(10**6), 10**20).map(str),
)
FORMULAS = st.recursive(
    st.sampled_from(["x", "1", "0.5", "pi", "a", "-x", "1e300", "x*x", "λ"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(lambda t: f"({''.join(t)})"),
        st.tuples(st.sampled_from(["exp", "log", "tanh", "relu", "sigmoid", "sqrt", "abs", "sellu"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} > 0 else {t[2]})"),
    ),
    max_leaves=4,
)
NAMES = st.sampled_from(
    [*built_in().names, "torch.nn.GELU", "onnx.LeakyRelu", "torch.nn.Softmax", "selux", "Swish", ""]
)
SETTINGS = st.tuples(st.sampled_from(["alpha", "beta", "scale", "a", "lambd", "", "x"]), NUMBERS).map("=".join)
SPECS = st.one_of(
    NAMES,
    FORMULAS,
    st.text(max_size=12),
    st.tuples(st.one_of(NAMES, FORMULAS), SETTINGS).map(":".join),
)
NAMED = "a.png a.svg b.pdf a.csv new/a.png folder folder/a.png file file/a.png - . a.bmp link.png -x.png /proc/a.png"
PATHS = st.sampled_from([*NAMED.split(), "n" * 300 + ".png", "é λ.png", ""])
INPUTS = st.sampled_from(["x.txt", "bad.txt", "bytes.txt", "x.npy", "file", "folder", "missing", "-"])


def option(name: str, *values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """An option with its values."""
    return st.tuples(st.just(name), *values).map(list)


def among(*values: str) -> st.SearchStrategy[str]:
    """One of these."""
    return st.sampled_from(values)


OPTIONS = {
    "-d": st.just(["-d"]),
    "--no-formula": st.just(["--no-formula"]),
    "-q": st.just(["-q"]),
    "--help": st.just(["--help"]),
    "--bogus": st.just(["--bogus"]),
    "--": st.just(["--"]),
    "--range": option("--range", NUMBERS, NUMBERS),
    "--size": option("--size", among("2", "3", "0", "nan", "8"), among("2", "3", "x")),
    "--order": option("--order", among("0", "1", "2", "-1", "99", "x")),
    "--digits": option("--digits", among("1", "3", "17", "0", "x")),
    "--points": option("--points", among("2", "3", "1", "x", "99999999999")),
    "--dpi": option("--dpi", among("20", "50", "0", "x", "99999")),
    "--at": option("--at", st.lists(NUMBERS, max_size=4).map(",".join)),
    "--input": option("--input", INPUTS),
    "-o": option("-o", PATHS),
    "--format": option("--format", among("rich", "csv", "json", "markdown", "latex", "bibtex", "text", "xml")),
    "--as": option("--as", among("text", "latex", "json", "x")),
    "--theme": option("--theme", among("light", "dark", "print", "pink")),
    "--wrt": option("--wrt", among("x", "alpha", "a", "q", "")),
    "--title": option("--title", st.text(max_size=9)),
    "--family": option("--family", among("gated", "polynomial", "q")),
    "--search": option("--search", among("gelu", "2017", "zzzz", "")),
    "--framework": option("--framework", among("torch", "q")),
}
TAKES = {
    "list": ("--family", "--search", "--framework", "--format", "-o"),
    "info": ("--format", "-o"),
    "plot": ("-d", "--order", "--wrt", "--range", "-o", "--theme", "--size", "--dpi", "--title", "--no-formula"),
    "derive": ("--order", "--wrt", "--at", "--as", "-o"),
    "table": ("--at", "--range", "--points", "--input", "--order", "--wrt", "--digits", "--format", "-o"),
    "compare": ("--range", "-o", "--theme", "--size", "--dpi", "--digits", "--format"),
    "cite": ("--format", "-o"),
    "gallery": ("--theme",),
    "config": ("--format", "-o"),
}
NONE_OF_ITS = st.one_of(*OPTIONS.values())
TABLES = st.sampled_from(
    [
        "",
        "theme = 'dark'",
        "theme = 1",
        "dpi = 20",
        "range = [0, 1]",
        "size = [3, 2]",
        "registry = 'own.toml'",
        "nonsense = 1",
        "[",
        "\xff",
    ]
)
REGISTRIES = st.sampled_from(
    [
        "",
        "[f]",
        "[f",
        '[f]\ntitle = "F"\nsummary = "F."\nfamily = "other"\nvalue = "sin(x)"\n'
        'derivative = "cos(x)"\nsource = "folklore"\n',
        '[relu]\ntitle = "F"\n',
        "x = 1",
    ]
)
VARIABLES = st.dictionaries(
    st.sampled_from(
        [
            "ACTVIZ_THEME",
            "ACTVIZ_DPI",
            "ACTVIZ_RANGE",
            "ACTVIZ_REGISTRY",
            "NO_COLOR",
            "FORCE_COLOR",
            "COLUMNS",
            "MPLBACKEND",
            "TERM",
        ]
    ),
    st.sampled_from(["", "1", "dark", "-2 2", "own.toml", "40", "nonsense", "dumb"]),
    max_size=3,
)


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """Words for actviz: mostly a command with options that it takes."""
    first = draw(
        st.sampled_from([[], [], [], ["-q"], ["--registry", "own.toml"], ["--registry", "missing"], ["--version"]])
    )
    name = draw(st.sampled_from([*COMMANDS, "plto", ""]))
    count = {"list": 0, "config": 0, "gallery": 0, "info": 1, "derive": 1, "compare": 2}.get(name, 1)
    specs = [draw(SPECS) for _ in range(draw(st.sampled_from([count, count, count + 1, 0])))]
    chosen = draw(st.lists(st.sampled_from(TAKES.get(name, ("-q",))), max_size=3, unique=True))
    rest = [draw(OPTIONS[key]) for key in chosen]
    if draw(st.integers(0, 5)) == 0:
        rest.append(draw(NONE_OF_ITS))
    if name == "gallery":
        rest.append(["--family", "polynomial"])  # all would take long
    return [*first, name, *specs, *(word for words in rest for word in words)]


ended: Counter[tuple[str, int]] = Counter()


def furnish(folder: Path, registry: str, project: str) -> None:
    """What a command finds where it runs."""
    (folder / "folder").mkdir(exist_ok=True)
    (folder / "file").write_bytes(b"old")
    (folder / "x.txt").write_text("1\n-2\n", encoding="utf-8")
    (folder / "bad.txt").write_text("1\ntwo\n", encoding="utf-8")
    (folder / "bytes.txt").write_bytes(b"\xff\xfe")
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
        case _:
            return True


@pytest.fixture(scope="module", autouse=True)
def counted() -> object:
    """Says at the end how the runs ended."""
    yield
    sys.stderr.write(
        "".join(f"\n{command or '(none)':10} exit {code}: {n}" for (command, code), n in sorted(ended.items()))
    )


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=command_lines(), variables=VARIABLES, registry=REGISTRIES, project=TABLES)
def test_no_command_line_breaks_the_tool(
    monkeypatch: pytest.MonkeyPatch, words: list[str], variables: dict[str, str], registry: str, project: str
) -> None:
    words = [word.replace("\0", "") for word in words]  # no system hands a NUL over
    out, said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
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
    if code:
        assert "error: " in said.getvalue()
    ended[command, code] += 1
