"""The registry's spellings against the frameworks themselves: values, automatic derivatives, and kinks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial, reduce
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from actviz.curve import Activation
from actviz.language.evaluate import evaluate
from actviz.registry.entries import Spelling
from actviz.registry.lookup import built_in

Array = NDArray[np.float64]
Both = Callable[[Array], tuple[Array, Array]]  # values and automatic derivatives

ULPS = 4  # ours and theirs are each off by at most two
NO_DEFAULT = ("torch.nn.functional.prelu", "torch.prelu")  # the weight must be given; ours is the initial value


def spelled(framework: str) -> list[Any]:
    return [
        pytest.param(Activation(entry, dict(spelling.defaults)), spelling, name, id=name)
        for entry in built_in()
        for spelling in entry.spellings
        if spelling.framework == framework
        for name in spelling.names
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
    return reduce(getattr, name.split(".")[1:], root)


def keywords(activation: Activation, spelling: Spelling) -> dict[str, float]:
    """The activation's parameters in the framework's words."""
    return {spelling.arguments.get(name, name): value for name, value in activation.values.items()}


def by_torch(torch: Any, name: str, given: dict[str, float]) -> Both:
    function = found(torch, name)
    if isinstance(function, type):
        function = function(**given).double()
        given = {}
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
    values, derivatives = both(x)
    np.testing.assert_array_max_ulp(activation(x), values, maxulp=ULPS)
    if slope_error:
        np.testing.assert_allclose(derivatives, activation.derivative(x), rtol=0, atol=slope_error)
    else:
        np.testing.assert_array_max_ulp(activation.derivative(x), derivatives, maxulp=ULPS)

    different = slopes(activation, spelling)
    assert set(different) <= set(places)
    for place in places:
        values, derivatives = both(np.array([place]))
        assert values[0] == activation(place)
        ours = activation.derivative(place)
        assert derivatives[0] == different.get(place, ours)
        assert place not in different or different[place] != ours, "the registry lists a difference that is none"


@pytest.mark.parametrize(("activation", "spelling", "name"), spelled("torch"))
def test_torch_agrees(torch: Any, activation: Activation, spelling: Spelling, name: str) -> None:
    given = keywords(activation, spelling) if name in NO_DEFAULT else {}
    check(activation, spelling, by_torch(torch, name, given), slope_error=0)


@pytest.mark.parametrize(("activation", "spelling", "name"), spelled("jax"))
def test_jax_agrees(jax: Any, activation: Activation, spelling: Spelling, name: str) -> None:
    check(activation, spelling, by_jax(jax, name, {}), slope_error=jax_slope_error(activation))


def jax_slope_error(activation: Activation) -> float:
    """JAX differentiates expm1(x) as expm1(x) + 1, which is right to half a unit in the last place of 1 only."""
    return ULPS * 2**-52 * max(activation.values.values()) if activation.entry.family == "exponential" else 0


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
