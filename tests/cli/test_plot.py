"""``actviz plot``."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from actviz.api import plot_spec
from actviz.cli.plot import file_stem
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import image
from cli.running import Run, process, terminal


def picture(path: Path) -> tuple[int, int]:
    with Image.open(path) as opened:
        opened.load()
        return opened.size


def test_selu_with_its_derivative_is_written_here(actviz: Run, tmp_path: Path) -> None:
    done = actviz("plot", "selu", "--derivative")
    assert (done.code, done.out, done.err) == (0, "", "wrote selu.png\n")
    spec = plot_spec(["selu"], derivative=True)
    assert (tmp_path / "selu.png").read_bytes() == image(render(spec), spec, "png")
    assert [path.name for path in tmp_path.iterdir()] == ["selu.png"]


def test_the_same_bytes_come_from_a_process_of_its_own(actviz: Run, tmp_path: Path) -> None:
    actviz("plot", "selu", "-d")
    done = process("plot", "selu", "-d", "-o", "-", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (tmp_path / "selu.png").read_bytes()


def test_an_example_from_a_book(actviz: Run, tmp_path: Path) -> None:
    words = ["selu", "--range", "-5", "5", "-o", "output/selu_plot.png", "--title", "SELU activation function"]
    assert actviz("plot", *words).err == "wrote output/selu_plot.png\n"
    assert picture(tmp_path / "output" / "selu_plot.png") == (1152, 720)


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("A.PDF", b"%PDF")])
def test_the_suffix_decides_the_format(actviz: Run, tmp_path: Path, name: str, start: bytes) -> None:
    assert actviz("plot", "relu", "-o", name).code == 0
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_sweep_is_one_figure(actviz: Run, tmp_path: Path) -> None:
    assert actviz("plot", "prelu:alpha=0.01,0.05,0.25", "-d").err == "wrote prelu.png\n"
    assert picture(tmp_path / "prelu.png") == (1584, 691)


def test_an_expression_names_its_file_after_itself(actviz: Run, tmp_path: Path) -> None:
    assert actviz("plot", "x*sigmoid(1.702*x)", "-d").err == "wrote x-sigmoid-1-702-x-d7819d.png\n"
    assert picture(tmp_path / "x-sigmoid-1-702-x-d7819d.png") == (1152, 720)


@pytest.mark.parametrize(
    ("spec", "stem"),
    [
        ("selu", "selu"),
        ("Leaky-ReLU:negative_slope=0.2", "leaky_relu"),
        ("lrelu", "leaky_relu"),
    ],
)
def test_a_name_with_or_without_parameters_gives_its_name_to_the_file(spec: str, stem: str) -> None:
    assert file_stem(spec) == stem


@pytest.mark.parametrize(
    ("spec", "words"),
    [("x", "x-"), ("../../etc/passwd", "etc-passwd-"), ("x" * 100, "x" * 40 + "-"), ("λ*x:λ=1", "λ-x-"), ("((", "")],
)
def test_a_formula_gives_its_words_and_a_mark_to_the_file(spec: str, words: str) -> None:
    assert re.fullmatch(f"{words}[0-9a-f]{{6}}", file_stem(spec))


def test_different_formulas_have_different_files_however_they_are_spaced() -> None:
    formulas = ["x+1", "x-1", "x/1", "(x)+1", "a*x:a=1", "a*x:a=2", "max(x, 1)", "x" * 50, "x" * 51]
    assert len({file_stem(formula) for formula in formulas}) == len(formulas)
    assert file_stem("x + 1") == file_stem("x+1")


def test_appearance_can_be_chosen(actviz: Run, tmp_path: Path) -> None:
    words = ["--theme", "dark", "--size", "4", "3", "--dpi", "100", "--title", "Mine", "--no-formula"]
    assert actviz("plot", "elu", *words).code == 0
    spec = plot_spec(["elu"], theme="dark", size=(4, 3), dpi=100, title="Mine", formula=False)
    assert (tmp_path / "elu.png").read_bytes() == image(render(spec), spec, "png")


def test_fonts_background_and_style_can_be_chosen(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "own.mplstyle").write_text("axes.facecolor: fff8e7\n")
    assert actviz("plot", "elu", "--font-scale", "1.3", "--transparent", "--style", "own.mplstyle").code == 0
    spec = plot_spec(["elu"], font_scale=1.3, transparent=True, sheet=str(tmp_path / "own.mplstyle"))
    assert (tmp_path / "elu.png").read_bytes() == image(render(spec), spec, "png")


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_transparent_figure_has_no_background(actviz: Run, tmp_path: Path, kind: str) -> None:
    assert actviz("plot", "elu", "--transparent", "-o", f"elu.{kind}").code == 0
    if kind == "png":
        with Image.open(tmp_path / "elu.png") as opened:
            alpha = opened.convert("RGBA").getchannel("A")
        assert alpha.getpixel((2, 2)) == alpha.getpixel((300, 600)) == 0
        assert alpha.getextrema() == (0, 255)
    else:
        assert "fill: #ffffff" not in (tmp_path / "elu.svg").read_text().split('id="line2d_1"')[0]


def test_pgf_for_latex_needs_no_latex(tmp_path: Path) -> None:
    done = process("plot", "selu", "-d", "-o", "selu.pgf", folder=tmp_path, PATH="")
    assert (done.returncode, done.stderr) == (0, b"wrote selu.pgf\n")
    assert (tmp_path / "selu.pgf").read_text().count("pgfpicture") == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read 'own.mplstyle': No such file or directory\nName a matplotlib style sheet."),
        (b"\xff", "'own.mplstyle' is not a text file\nName a matplotlib style sheet."),
        (
            b"axes.colour: red",
            "'own.mplstyle', line 1: 'axes.colour: red' is no setting of matplotlib's\n"
            "A line of a style sheet reads 'name: value'; matplotlib's documentation lists the names.",
        ),
    ],
)
def test_a_style_sheet_that_cannot_be_used_is_told(
    actviz: Run, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "own.mplstyle").write_bytes(content)
    assert actviz("plot", "selu", "--style", "own.mplstyle").failure == (1, message)
    assert not (tmp_path / "selu.png").exists()


def test_orders_and_parameters_can_be_chosen(actviz: Run, tmp_path: Path) -> None:
    assert actviz("plot", "prelu", "--wrt", "alpha", "--order", "1", "--order", "2", "--range", "-3", "2").code == 0
    spec = plot_spec(["prelu"], orders=(1, 2), wrt="alpha", span=(-3, 2))
    assert (tmp_path / "prelu.png").read_bytes() == image(render(spec), spec, "png")


def test_mixed_derivatives_are_drawn(actviz: Run, tmp_path: Path) -> None:
    assert actviz("plot", "swish", "--wrt", "x,beta").code == 0
    spec = plot_spec(["swish"], orders=(2,), wrt="x,beta")
    assert [drawn.label for drawn in spec.panels[0].lines] == ["f(x)", "∂²f/∂x∂β(x)"]
    assert (tmp_path / "swish.png").read_bytes() == image(render(spec), spec, "png")


def test_a_dash_writes_the_image_to_standard_output(tmp_path: Path) -> None:
    done = process("plot", "identity", "-o", "-", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    with Image.open(io.BytesIO(done.stdout)) as opened:
        assert opened.format == "PNG"
    assert list(tmp_path.iterdir()) == []


def test_an_image_is_not_written_to_a_terminal(tmp_path: Path) -> None:
    code, text = terminal("plot", "identity", "-o", "-", folder=tmp_path)
    assert (code, text) == (
        1,
        "error: an image is not written to a terminal\nWrite to a file with -o, or pipe it on.\n",
    )


def test_a_window_needs_a_display(tmp_path: Path) -> None:
    done = process("plot", "identity", "--show", folder=tmp_path, MPLBACKEND="agg")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        "error: matplotlib has no display to open a window on, or no toolkit to draw it with\nWrite a file with -o.\n"
    )


def test_the_last_picture_is_replaced(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "relu.png").write_bytes(b"old")
    assert actviz("plot", "relu").code == 0
    assert picture(tmp_path / "relu.png") == (1152, 720)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["selux"], "unknown activation 'selux'\nDid you mean 'selu'?"),
        (["zzzzqqqq"], "unknown activation 'zzzzqqqq'\n'actviz list' shows every name."),
        (["selu", "selux"], "unknown activation 'selux'\nDid you mean 'selu'?"),
        (["selu:beta=1"], "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
        (["selu:alhpa=1"], "selu has no parameter 'alhpa'\nDid you mean 'alpha'? Its parameters: scale, alpha."),
        (["relu:beta=1"], "relu has no parameters, so 'beta' cannot be set\nWrite just 'relu'."),
        (["selu:alpha=abc"], "'abc' is not a number, in 'alpha=abc'\nWrite a number such as 0.25 or 1/6."),
        (["selu:alpha="], "'' is not a number, in 'alpha='\nWrite a number such as 0.25 or 1/6."),
        (["selu:alpha=nan"], "'nan' is not a number, in 'alpha=nan'\nWrite a number such as 0.25 or 1/6."),
        (["selu:alpha"], "'alpha' in 'selu:alpha' is not a parameter setting\nWrite ':name=value'."),
        (
            ["prelu:alpha=" + ",".join(map(str, range(51)))],
            f"'prelu:alpha={','.join(map(str, range(51)))}' stands for 51 curves\nAt most 50 are drawn together.",
        ),
        (["selu", "--range", "5", "-5"], "the range 5 to -5 is empty\nThe first number must be the smaller one."),
        (["selu", "--range", "0", "0"], "the range 0 to 0 is empty\nThe first number must be the smaller one."),
        (
            ["selu", "--range", "nan", "1"],
            "the range nan to 1 is not finite\nGive two numbers, as in '--range -5 5'.",
        ),
        (
            ["selu", "--range", "-5", "inf"],
            "the range -5 to inf is not finite\nGive two numbers, as in '--range -5 5'.",
        ),
        (["selu", "--range", "x", "1"], "'x' is not a number, in '--range x 1'\nWrite two numbers after --range."),
        (
            ["selu", "--range", "-1e300", "1e300"],
            "the range -1e+300 to 1e+300 is too wide to draw\nChoose a narrower one.",
        ),
        (
            ["selu", "--range", "1e9", "1000000000.1"],
            "the range 1e+09 to 1e+09 is too narrow to draw\nChoose one that is wider or nearer to 0.",
        ),
        (["x*log(x - 9)"], "there is no finite value to draw between -5 and 5\nChoose another --range."),
        (["selu", "-o", "a.bmp"], "'.bmp' images are not written\nUse .png, .svg, .pdf or .pgf."),
        (["selu", "-o", "figure"], "'figure' has no image suffix\nUse .png, .svg, .pdf or .pgf."),
        (["selu", "--font-scale", "3"], "text cannot be drawn at 3 times its size\nFrom 0.5 to 2."),
        (["selu", "--font-scale", "big"], "'big' is not a number, in '--font-scale big'\nWrite a number such as 1.2."),
        (["selu", "--dpi", "5"], "5 dots per inch cannot be drawn\nFrom 20 to 1200."),
        (["selu", "--dpi", "high"], "'high' is not a whole number, in '--dpi high'\nWrite digits only."),
        (
            ["selu", "--size", "0", "0"],
            "a figure of 0 by 0 inches cannot be drawn\nFrom 2 by 1.5 to 40 by 40 inches.",
        ),
        (["selu", "--size", "8", "x"], "'x' is not a number, in '--size 8 x'\nWrite two numbers after --size."),
        (
            ["selu", "--size", "40", "40", "--dpi", "1200"],
            "40 by 40 inches at 1200 dots per inch is too large an image\n"
            "At most 50,000,000 pixels are drawn; lower --dpi or --size, or write SVG or PDF.",
        ),
        (
            ["selu", "--order", "13"],
            "a derivative of order 13 is not offered\nOrders run up to 12; 0 is the function itself.",
        ),
        (["selu", "--wrt", "beta"], "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
    ],
)
def test_a_wrong_command_line_is_told(actviz: Run, words: list[str], message: str) -> None:
    assert actviz("plot", *words).failure == (2, message)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["selu", "--theme", "pink"], ["'pink'", "light", "dark", "print"]),
        ([], ["SPEC"]),
        (["selu", "--range", "1"], ["--range", "2"]),
        (["selu", "--size", "1"], ["--size", "2"]),
    ],
)
def test_words_that_do_not_fit_are_told_with_those_that_do(actviz: Run, words: list[str], named: list[str]) -> None:
    assert actviz("plot", *words).misfit("actviz plot", *named)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("x@2", "'@' is not an operator of the language\n  x@2\n    ^\nThe operators are + - * / and **."),
        ("1 + sigmod(x)", "there is no function 'sigmod'\n  1 + sigmod(x)\n      ^\nDid you mean 'sigmoid'?"),
        (
            "x*sigmoid(b*x)",
            "the parameter 'b' has no value\n  x*sigmoid(b*x)\n            ^\nGive it one: 'x*sigmoid(b*x):b=1'.",
        ),
        ("9**9**9**9*x", "this power is too high\n  9**9**9**9*x\n        ^\nAt most 1,000 in magnitude."),
    ],
)
def test_an_expression_error_has_a_caret_under_the_place(actviz: Run, expression: str, message: str) -> None:
    assert actviz("plot", expression).failure == (2, message)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1000 + "x" + ")" * 1000,
        "x+" * 500_000 + "x",
        "9**9**9**9*x",
        "selu(" * 300 + "x" + ")" * 300,
        "1" + "-" * 1900 + "x",
        "__import__('os').system('touch hacked')",
        "(lambda: x)()",
        "x if " * 300 + "x",
        "\x00x",
        "x\ud800",
        "",
        "   ",
    ],
    ids=lambda text: f"{text[:12]!r}",
)
def test_no_expression_hangs_runs_code_or_leaves_a_traceback(actviz: Run, expression: str) -> None:
    code, message = actviz("plot", expression).failure
    assert code == 2
    assert len(message) < 600


def test_an_output_folder_is_refused_before_the_work(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert actviz("plot", "selu", "-o", "folder").failure == (
        1,
        "cannot write 'folder': it is a folder\nName a file in it, as in 'folder/selu.png'.",
    )


def test_an_output_that_cannot_be_written_is_told(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, message = actviz("plot", "selu", "-o", "file/selu.png").failure
    assert code == 1
    assert re.fullmatch(r"cannot write 'file/selu.png': [\w ]+\nChoose another place with -o\.", message)


def test_an_output_name_that_is_too_long_is_told(actviz: Run) -> None:
    name = "n" * 300 + ".png"
    assert actviz("plot", "selu", "-o", name).failure == (
        1,
        f"cannot write '{name}': File name too long\nChoose another place with -o.",
    )


def test_a_title_of_bytes_that_are_no_text_does_no_harm(tmp_path: Path) -> None:
    done = process("plot", "identity", "--title", b"caf\xe9".decode(errors="surrogateescape"), folder=tmp_path)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2)
