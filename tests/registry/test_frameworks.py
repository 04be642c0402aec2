"""The registry's spellings against the frameworks themselves: values, automatic derivatives, and kinks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any

import numpy as np
import pytest
import small
from numpy.typing import NDArray

from actviz.curves.curve import Activation
from actviz.language.numerics.float64 import evaluate
from actviz.registry.entries import Spelling
from actviz.registry.lookup import built_in

Array = NDArray[np.float64]
Both = Callable[[Array], tuple[Array, Array]]  # values and automatic derivatives

ULPS = 4  # of the first seven entries: ours and theirs are each off by at most two
EXACT = set(small.NAMES)
# The others are compared in the middle, where the frameworks have not yet lost their digits.
MIDDLE = 12.0
CLOSE = (1e-11, 1e-13)  # relative, absolute
# Where a framework is less accurate than that, and how far off it is: softplus cuts over to x at 20, the slope of
# hardsigmoid is a float32 number.
LOOSE = {"torch.nn.Softplus": 3e-9, "torch.nn.functional.softplus": 3e-9}
LOOSE |= {"torch.nn.Hardsigmoid": 1e-8, "torch.nn.functional.hardsigmoid": 1e-8}
NO_DEFAULT = ("torch.nn.functional.prelu", "torch.prelu")  # the weight must be given; ours is the initial value
REQUIRED = {name: {"threshold": 0.0, "value": 0.0} for name in ("torch.nn.Threshold", "torch.threshold")}
REQUIRED["torch.nn.functional.threshold"] = REQUIRED["torch.threshold"]
NOT_DIFFERENTIABLE = ("torch.heaviside",)  # by automatic differentiation


def spelled(framework: str) -> list[Any]:
    return [
        pytest.param(Activation(entry, dict(spelling.defaults)), spelling, name, id=name)
        for entry in built_in()
        for spelling in entry.spellings
        if spelling.framework == framework
        for name in spelling.names
        if name not in NOT_DIFFERENTIABLE
    ]


@pytest.fixture(scope="session")
def torch() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is not installed: agreement with it is not checked")


@pytest.fixture(scope="session")
def jax() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAX_PLATFORMS", "cpu")
        jax = pytest.importorskip("jax", reason="JAX is not installed: agreement with it is not checked")
        with jax.enable_x64(True):
            yield jax


def found(root: Any, name: str) -> Any:
    """The function of a spelling, with the arguments that the spelling itself gives: gelu(approximate=tanh)."""
    path, _, inside = name.partition("(")
    function = reduce(getattr, path.split(".")[1:], root)
    given = dict(part.split("=") for part in inside.rstrip(")").split(",") if part)
    words = {key: {"False": False, "True": True}.get(value, value) for key, value in given.items()}
    if isinstance(function, type):
        return function(**(words | REQUIRED.get(name, {}))).double().eval()
    return partial(function, **words) if words else function


def keywords(activation: Activation, spelling: Spelling) -> dict[str, float]:
    """The activation's parameters in the framework's words."""
    return {spelling.arguments.get(name, name): value for name, value in activation.values.items()}


def by_torch(torch: Any, name: str, given: dict[str, float]) -> Both:
    function = found(torch, name)
    if isinstance(function, torch.nn.Module):
        if given:
            function = type(function)(**given).double()
        given = {}
    else:
        given = given | REQUIRED.get(name, {})
    arguments: dict[str, Any] = dict(given)
    if name in NO_DEFAULT:
        arguments = {key: torch.tensor([value], dtype=torch.float64) for key, value in given.items()}

    def both(x: Array) -> tuple[Array, Array]:
        leaf = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        result = function(leaf, **arguments)
        (slope,) = torch.autograd.grad(result.sum(), leaf)
        return result.detach().numpy(), slope.numpy()

    return both


def by_jax(jax: Any, name: str, given: dict[str, float]) -> Both:
    function = partial(found(jax, name), **given)

    def both(x: Array) -> tuple[Array, Array]:
        points = jax.numpy.asarray(x, dtype="float64")
        assert points.dtype == "float64"
        return np.asarray(function(points)), np.asarray(jax.vmap(jax.grad(function))(points))

    return both


def points() -> Array:
    small = np.geomspace(1e-300, 1e-3, 100)
    spread = np.random.default_rng(20).uniform(-700, 700, 400)
    return np.concatenate([np.linspace(-30, 30, 1201), spread, small, -small])


def kinks(activation: Activation) -> list[float]:
    places = {point.x for order in (0, 1) for point in activation.curve(order).pieces(-math.inf, math.inf).breakpoints}
    return sorted(places)


def slopes(activation: Activation, spelling: Spelling) -> dict[float, float]:
    """Where the framework is said to give another derivative than ours, and which."""

    def number(tree: Any) -> float:
        return float(evaluate(tree, np.zeros(1), activation.values)[0])

    return {number(x): number(slope) for x, slope in spelling.slopes}


def check(activation: Activation, spelling: Spelling, both: Both, slope_error: float) -> None:
    places = kinks(activation)
    # XLA on a CPU takes subnormal numbers for 0, so the nearest neighbours of 0 are 1e-300 away.
    beside = [place + side for place in places for side in (-1e-9, 1e-9, -1e-300, 1e-300)]
    x = np.setdiff1d(np.concatenate([points(), beside]), places)
    exact = activation.entry.name in EXACT
    if not exact:
        x = x[np.abs(x) < MIDDLE]
    values, derivatives = both(x)
    if exact:
        np.testing.assert_array_max_ulp(activation(x), values, maxulp=ULPS)
    if not exact:
        absolute = max(CLOSE[1], slope_error)
        np.testing.assert_allclose(values, activation(x), rtol=CLOSE[0], atol=absolute)
        np.testing.assert_allclose(derivatives, activation.derivative(x), rtol=CLOSE[0], atol=absolute)
    elif slope_error:
        np.testing.assert_allclose(derivatives, activation.derivative(x), rtol=0, atol=slope_error)
    else:
        np.testing.assert_array_max_ulp(activation.derivative(x), derivatives, maxulp=ULPS)

    different = slopes(activation, spelling)
    assert set(different) <= set(places)
    for place in places:
        values, derivatives = both(np.array([place]))
        ours = activation.derivative(place)
        if exact:
            assert values[0] == activation(place)
            assert derivatives[0] == different.get(place, ours)
        else:
            tolerance = max(1e-12, slope_error)
            assert values[0] == pytest.approx(activation(place), rel=tolerance, abs=tolerance)
            assert derivatives[0] == pytest.approx(different.get(place, ours), rel=tolerance, abs=tolerance)
        assert place not in different or different[place] != ours, "the registry lists a difference that is none"


@pytest.mark.parametrize(("activation", "spelling", "name"), spelled("torch"))
def test_torch_agrees(torch: Any, activation: Activation, spelling: Spelling, name: str) -> None:
    given = keywords(activation, spelling) if name in NO_DEFAULT else {}
    check(activation, spelling, by_torch(torch, name, given), slope_error=LOOSE.get(name, 0))


@pytest.mark.parametrize(("activation", "spelling", "name"), spelled("jax"))
def test_jax_agrees(jax: Any, activation: Activation, spelling: Spelling, name: str) -> None:
    check(activation, spelling, by_jax(jax, name, {}), slope_error=jax_slope_error(activation))


def jax_slope_error(activation: Activation) -> float:
    """JAX differentiates expm1(x) as expm1(x) + 1, which is right to half a unit in the last place of 1 only."""
    return (
        ULPS * 2**-52 * max(activation.values.values(), default=1.0) if activation.entry.family == "exponential" else 0
    )


OTHER_SETTINGS = [
    ("torch.nn.functional.leaky_relu", "leaky_relu", {"negative_slope": -0.5}),
    ("torch.nn.LeakyReLU", "leaky_relu", {"negative_slope": 1.5}),
    ("torch.nn.functional.prelu", "prelu", {"alpha": 3.0}),
    ("torch.nn.functional.elu", "elu", {"alpha": 2.5}),
    ("torch.nn.ELU", "elu", {"alpha": 0.3}),
    ("jax.nn.leaky_relu", "leaky_relu", {"negative_slope": -0.5}),
    ("jax.nn.elu", "elu", {"alpha": 2.5}),
]


@pytest.mark.parametrize(("name", "entry", "values"), OTHER_SETTINGS)
def test_other_settings_agree(request: pytest.FixtureRequest, name: str, entry: str, values: dict[str, float]) -> None:
    framework = name.partition(".")[0]
    module = request.getfixturevalue(framework)
    found = built_in().find(entry)
    assert found is not None
    activation = Activation(found, values)
    (spelling,) = [spelling for spelling in found.spellings if name in spelling.names]
    given = keywords(activation, spelling)
    if framework == "torch":
        check(activation, spelling, by_torch(module, name, given), slope_error=0)
    else:
        check(activation, spelling, by_jax(module, name, given), slope_error=jax_slope_error(activation))


# torch.func loads parts of PyTorch that use its own deprecated torch.jit.script.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_torch_prelu_forward_mode_gives_one_at_zero_as_its_note_says(torch: Any) -> None:
    entry = built_in().find("prelu")
    assert entry is not None
    (spelling,) = [spelling for spelling in entry.spellings if "torch.nn.PReLU" in spelling.names]
    assert spelling.note == "Forward-mode differentiation gives f′(0) = 1."
    layer = torch.nn.PReLU().double()
    zero = torch.zeros(1, dtype=torch.float64)
    _, slope = torch.func.jvp(layer, (zero,), (zero + 1,))
    assert slope.item() == 1


def test_jax_leaky_relu_derivative_at_zero_is_one_and_ours_is_the_slope(jax: Any) -> None:
    entry = built_in().find("leaky_relu")
    assert entry is not None
    (spelling,) = [spelling for spelling in entry.spellings if spelling.framework == "jax"]
    assert slopes(Activation(entry), spelling) == {0.0: 1.0}
    assert Activation(entry).derivative(0.0) == 0.01
    assert float(jax.grad(jax.nn.leaky_relu)(0.0)) == 1


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_every_name_of_a_framework_stands_in_one_entry_only(framework: str) -> None:
    names = [parameters.values[2] for parameters in spelled(framework)]
    assert names
    assert len(names) == len(set(names))
    assert all(name.startswith(f"{framework}.") for name in names)
