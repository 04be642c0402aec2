"""The library: DESIGN section 8, and that the command line can do nothing that it cannot."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import actviz
from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.registry.lookup import built_in

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def test_things_print_as_the_command_line_prints_them() -> None:
    assert repr(actviz.get("swish:beta=1.5")) == "get('swish:beta=1.5')"
    assert repr(actviz.get("x*a:a=2")) == "get('x*a:a=2.0')"
    assert str(actviz.table("relu", at=[-1, 2])) == " x  relu  relu'\n-1     0      0\n 2     2      1"
    derivation = actviz.derive("swish", wrt="x,beta")
    assert repr(derivation) == "derive('swish', order=2, wrt='x,beta')"
    assert str(derivation).startswith("Swish   β = 1\n\nf(x) = x·σ(βx)\n\n∂²f/∂x∂β(x) = ")
    assert str(derivation._repr_latex_()).startswith("\\begin{align*}\nf(x) &= x\\,\\sigma(\\beta x) ")


def test_the_example_in_the_docstring_is_right() -> None:
    found = doctest.testmod(actviz)
    assert found.attempted >= 3
    assert found.failed == 0


def test_get_takes_a_name_a_name_with_parameters_and_an_expression() -> None:
    assert actviz.get("selu").spec == "selu"
    assert actviz.get("prelu:alpha=0.05").values == {"alpha": 0.05}
    assert actviz.get("x*sigmoid(x)")(0.0) == 0
    selu = actviz.get("selu")
    assert actviz.get(selu) is selu


@pytest.mark.parametrize("spec", [3, None, b"selu", ["relu", "selu"]])
def test_what_is_no_spec_is_a_type_error_that_says_what_is(spec: Any) -> None:
    calls: list[Callable[[], object]] = [
        lambda: actviz.get(spec),
        lambda: actviz.plot("relu", spec),
        lambda: actviz.table(spec, at=[0.0]),
        lambda: actviz.derive(spec),
        lambda: actviz.compare("relu", spec),
        lambda: actviz.cite(spec),
    ]
    for call in calls:
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value) == f"a spec is a text such as 'selu', or an Activation, not {spec!r}"


def test_an_unknown_keyword_is_a_type_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(TypeError) as caught:
        actviz.plot("relu", range=(0, 1))
    assert str(caught.value) == (
        "plot() got an unexpected keyword argument 'range'; it takes derivative, orders, wrt, span, function, ax, "
        "dtype, title, formula, size, dpi, theme, font_scale, transparent, sheet"
    )
    with pytest.raises(
        TypeError, match=r"^plot\(\) got an unexpected keyword argument 'order'; did you mean 'orders'\?$"
    ):
        actviz.plot("relu", order=2)
    with pytest.raises(
        TypeError, match=r"^gallery\(\) got an unexpected keyword argument 'job'; did you mean 'jobs'\?$"
    ):
        actviz.gallery(tmp_path, job=1)
    assert not [*tmp_path.iterdir()]


def test_plot_takes_every_keyword_that_it_names() -> None:
    figure = actviz.plot(
        "relu",
        title="T",
        formula=False,
        size=(4, 3),
        dpi=50,
        theme="dark",
        font_scale=1.2,
        transparent=True,
        sheet=None,
    )
    assert figure.get_size_inches().tolist() == [4, 3]


def test_gallery_takes_every_keyword_that_it_names(tmp_path: Path) -> None:
    done = actviz.gallery(
        folder=tmp_path, family="polynomial", search="square", theme="print", image_format="svg", jobs=1, force=True
    )
    assert done.written


def test_an_activation_takes_a_number_and_gives_a_number() -> None:
    selu = actviz.get("selu")
    assert isinstance(selu(2.0), float)
    assert isinstance(selu.derivative(2.0), float)
    assert selu(2.0) == 2 * SCALE
    assert selu(2) == 2 * SCALE
    assert selu(np.float64(2)) == 2 * SCALE


@pytest.mark.parametrize("shape", [(0,), (1,), (4,), (2, 3), (2, 0, 3), (1, 1, 1, 1)])
def test_an_activation_takes_an_array_of_any_shape_and_gives_a_new_one(shape: tuple[int, ...]) -> None:
    x = np.linspace(-2, 2, math.prod(shape)).reshape(shape)
    kept = x.copy()
    for y in (actviz.get("selu")(x), actviz.get("selu").derivative(x), actviz.get("identity")(x)):
        assert y.shape == shape
        assert y.dtype == np.float64
        assert not np.shares_memory(x, y)
    assert (x == kept).all()


@pytest.mark.parametrize(
    "values", [[-1, 0, 1], (-1.0, 0.0, 1.0), np.array([-1, 0, 1]), np.array([-1, 0, 1], dtype=np.float32)]
)
def test_an_activation_takes_lists_and_other_kinds_of_numbers(values: object) -> None:
    assert actviz.get("relu")(values).tolist() == [0, 0, 1]  # type: ignore[call-overload]


def test_derivatives_of_any_order_and_in_parameters() -> None:
    selu = actviz.get("selu")
    assert selu.derivative(0.0) == SCALE * ALPHA
    assert selu.derivative(1.0, order=2) == 0
    assert selu.derivative(-1.0, order=2) == pytest.approx(SCALE * ALPHA * math.exp(-1), rel=1e-15)
    assert selu.derivative([-3.0, 3.0], wrt="scale").tolist() == pytest.approx([ALPHA * math.expm1(-3), 3], rel=1e-15)
    assert selu.derivative(2.0, order=0) == selu(2.0)


def test_with_parameters_makes_another_activation() -> None:
    selu = actviz.get("selu")
    other = selu.with_parameters(alpha=1.0)
    assert other.values == {"scale": SCALE, "alpha": 1.0}
    assert selu.values == {"scale": SCALE, "alpha": ALPHA}
    assert other.with_parameters(scale=1)(-1.0) == pytest.approx(math.expm1(-1), rel=1e-15)
    assert other.spec == "selu:alpha=1.0"


def test_activations_are_equal_by_value_and_cannot_be_changed() -> None:
    assert actviz.get("prelu:alpha=0.25") == actviz.get("PReLU")
    assert actviz.get("prelu:alpha=0.3") != actviz.get("prelu")
    with pytest.raises(AttributeError):
        actviz.get("selu").values = {}  # type: ignore[misc]


@pytest.mark.parametrize("spec", ["selu", "prelu:alpha=0.05", "x*sigmoid(b*x):b=1.702", "selu:scale=1.0:alpha=2.0"])
def test_a_spec_names_its_activation(spec: str) -> None:
    activation = actviz.get(spec)
    assert activation.spec == spec
    assert actviz.get(activation.spec) == activation


def test_names_are_those_of_the_registry() -> None:
    assert actviz.names() == [entry.name for entry in built_in()]
    assert {"identity", "relu", "leaky_relu", "prelu", "elu", "selu", "thresholded_relu"} <= set(actviz.names())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"beta": 1.0}, "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
        ({"alpha": math.nan}, "selu: alpha=nan is not a finite number\nGive a finite number."),
        ({"alpha": math.inf}, "selu: alpha=inf is not a finite number\nGive a finite number."),
    ],
)
def test_unusable_parameters_are_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        actviz.get("selu").with_parameters(**values)
    assert str(caught.value) == message


def test_errors_are_of_one_family_with_message_and_hint() -> None:
    with pytest.raises(actviz.ActvizError) as caught:
        actviz.get("selux")
    assert (caught.value.message, caught.value.hint) == ("unknown activation 'selux'", "Did you mean 'selu'?")
    with pytest.raises(actviz.ActvizError) as caught:
        actviz.get("prelu:alpha=1,2")
    assert caught.value.exit_code == 2


def test_plot_gives_a_figure_that_shows_itself_in_a_notebook() -> None:
    figure = actviz.plot("selu", derivative=True)
    assert isinstance(figure, Figure)
    assert figure.axes[0].get_xlim() == (-5, 5)
    # A matplotlib figure made without pyplot shows as text; notebooks ask the object for these first.
    offered = getattr(figure, "_repr_mimebundle_", dict)() or {"image/png": getattr(figure, "_repr_png_", bytes)()}
    assert offered["image/png"].startswith(b"\x89PNG")


def test_plot_takes_activations_and_specs_alike() -> None:
    figure = actviz.plot(actviz.get("relu"), "prelu:alpha=0.1,0.2", orders=(0, 1, 2), span=(-1, 2), theme="print")
    assert len(figure.axes) == 3
    assert {axes.get_xlim() for axes in figure.axes} == {(-1, 2)}


def test_table_derive_and_compare_are_calls() -> None:
    assert actviz.table("relu", at=[-1, 2]).rows == ((-1, 0, 0), (2, 2, 1))
    assert actviz.derive("relu").verification.symbolic == "equal"
    (pair,) = actviz.compare("relu", actviz.get("prelu"))
    assert pair.function.largest == 1.25


def test_gallery_is_a_call(tmp_path: Path) -> None:
    done = actviz.gallery(tmp_path, search="klambauer")
    assert [path.name for path in done.written] == ["selu.png", "README.md", "index.html"]
    assert all(path.is_file() for path in done.written)
    again = actviz.gallery(str(tmp_path), search="klambauer")
    assert (again.written, again.current) == ((), done.written)


def test_the_shop_window_has_what_it_says_and_nothing_more() -> None:
    assert sorted(actviz.__all__) == dir(actviz)
    for name in actviz.__all__:
        assert getattr(actviz, name) is not None
    assert actviz.Activation is Activation
    with pytest.raises(AttributeError) as caught:
        actviz.nothing  # noqa: B018
    assert str(caught.value) == "module 'actviz' has no attribute 'nothing'"
