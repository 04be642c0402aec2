"""Infinitely wide networks against numbers computed elsewhere, at 50 digits in ball arithmetic and by second methods."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

import actviz
from actviz.errors import UsageError
from actviz.networks.batch import batch_norm
from actviz.networks.kernels import fall, homogeneous_kernel, kernel, slope_kernel
from actviz.networks.moments import Gaussian
from actviz.networks.propagation import Propagation
from actviz.networks.response import Response

# E f, E f², E f′, E f′², dE f²/dq for N(0, 1), then the kernels of f and f′ at c = ½.
MOMENTS = {
    "relu": (0.398942280401433, 0.5, 0.5, 0.5, 0.5),
    "leaky_relu": (0.394952857597418, 0.50005, 0.505, 0.50005, 0.50005),
    "relu6": (0.398942280245076, 0.499999998075270, 0.499999999013412, 0.499999999013412, 0.499999962558115),
    "elu": (0.160520572266556, 0.644945417492924, 0.761578291865123, 0.668102001223171, 0.574625710581218),
    "selu": (0, 1, 0.985231116185796, 1.07157499245580, 0.782647883196813),
    "gelu": (0.282094791773878, 0.425221482570299, 0.5, 0.455850865649287, 0.486480248728276),
    "softplus": (0.806059183347440, 0.921245908859300, 0.5, 0.293379035858093, 0.453301972479630),
    "tanh": (0, 0.394294490397841, 0.605705509602159, 0.464402902448268, 0.181797688140487),
    "hard_tanh": (0, 0.516058550961713, 0.682689492137086, 0.682689492137086, 0.198748043098799),
    "erf": (0, 0.464559054397540, 0.651470015870560, 0.569410034733742, 0.189803344911247),
    "sine": (0, 0.432332358381694, 0.606530659712633, 0.567667641618306, 0.135335283236613),
    "square": (1, 3, 0, 4, 6),
}
KERNELS = {
    "relu": (0.304498890522115, 0.333333333333333),
    "leaky_relu": (0.303439362600725, 0.3367),
    "elu": (0.324783648956762, 0.617184210078258),
    "selu": (0.490569128325475, 0.994459069051435),
    "gelu": (0.227294915021992, 0.342267242459443),
    "softplus": (0.780078165206944, 0.271428325631705),
    "tanh": (0.186324413203448, 0.384747028441039),
    "hard_tanh": (0.238169165800771, 0.497971777839208),
    "erf": (0.216346895938785, 0.450158158078553),
    "sine": (0.191700249782102, 0.414830409930532),
}
# f, σw², σb², q*, χ1, χq, c*, χc, ξc
FIXED = [
    ("tanh", 1.3, 0.05, 0.3153164774853, 0.8801635098832, 0.5711234846202, 1, 0.8801635098832, 7.834069268459),
    ("tanh", 2.5, 0.05, 1.063958377417, 1.133515698704, 0.4284638509464, 0.4468042323443, 0.9187167749138, 11.79559751588),
    ("erf", 1.5, 0.01, 0.5218106262368, 1.086966113961, 0.5318823694192, 0.3118231459480, 0.9466255739332, 18.23099371706),
    ("hard_tanh", 2, 0.05, 1.130041986244, 1.306286239686, 0.3418706832431, 0.3189115947582, 0.8777709518833, 7.670500210687),
    ("sine", 2, 0.1, 0.9506153380974, 1.149384661903, 0.2987693238053, 0.5498732426181, 0.8810386501689, 7.895539909001),
    ("elu", 1.5, 0.04, 1.052889075466, 0.9973256002091, 0.8575995347469, 1, 0.9973256002091, 373.4154507045),
    ("selu", 1, 0, 1, 1.071574992456, 0.7826478831968, 0, 0.9706803523007, 33.60434202158),
]  # fmt: skip
# f, σw², q⁵⁰, g¹/g⁵⁰, c⁵⁰
DEEP = [
    ("relu", 2, 2, 1, 0.988281700371),
    ("relu", 1, 1.7763568394e-15, 1.7763568394e-15, 0.988281700371),
    ("selu", 1, 1, 29.58733999564, 0.1568732258791),
    ("selu", 2, 2923.905028546, 39691.37893945, 0.9475720140036),
    ("selu", 9 / 16, 0.02386070326145, 0.06361390762379, 0.749738162004),
    ("tanh", 1, 0.01043073840081, 0.01462931247802, 0.4417296826735),
    ("tanh", 25 / 9, 1.178480490386, 6355.331179726, 0.008976888325817),
    ("elu", 1, 0.00281319416667, 0.00350880258393, 0.5005566745349),
    ("elu", 2, 35.73121327278, 191.0669354413, 0.8731970463473),
    ("gelu", 2, 5.121770647526e-12, 7.287401824369e-12, 0.666374240253),
    ("softplus", 1, 0.8563051596449, 3.770138003678e-27, 1),
    ("sine", 1, 0.01946636432486, 0.02997637829028, 0.4150988339171),
]
# σw, q*, χq at σb = 0.1, 0.2, 0.5
EDGE = {
    "tanh": ((1.193400725024, 0.2733009134582), (1.304145840057, 0.5120785042339), (1.549673912508, 1.317938998972)),
    "erf": ((1.055594649192, 0.2532096563311), (1.152795413492, 0.4657629357829), (1.371330470323, 1.183272438895)),
    "sine": ((1.142266718945, 0.3147732572086), (1.212333188151, 0.5097517590924), (1.330328828233, 1.019774791229)),
    "hard_tanh": ((1.025700350693, 0.2591462203335), (1.068608843674, 0.4232866419404), (1.213147847195, 1.013379661735)),
    "elu": ((1.176148473707, 0.4378292301282), (1.229251124137, 1.106930540346), (1.306111672938, 4.886626520845)),
    "selu": ((0.8719131612499, 0.3089416381491), (0.9374755821053, 0.7170491095107), (1.049637334027, 2.555509579016)),
    "gelu": ((1.727078275309, 0.1834831931071), (1.547009470416, 0.5756371166192), (1.399868216406, 6.434102486686)),
}  # fmt: skip


def gaussian(spec: str) -> Gaussian:
    return Gaussian(Response(actviz.get(spec)))


def theory(spec: str, init: str | float, **options: object) -> Propagation:
    (result,) = actviz.propagate(spec, init=init, networks=0, **options)  # type: ignore[arg-type]
    return result


def close(value: float | None, expected: float, digits: float = 11) -> bool:
    assert value is not None
    return math.isclose(value, expected, rel_tol=10**-digits, abs_tol=10**-digits * 0.1)


@pytest.mark.parametrize("spec", MOMENTS)
def test_moments_at_variance_1(spec: str) -> None:
    found = gaussian(spec).moments(0.0)
    got = (found.mean, found.second, found.slope_mean, found.slope_second, found.derivative)
    assert got == pytest.approx(MOMENTS[spec], rel=3e-14, abs=3e-15)


@pytest.mark.parametrize("spec", KERNELS)
def test_kernels_at_correlation_one_half(spec: str) -> None:
    integrals = gaussian(spec)
    assert kernel(integrals, 0.0, 0.5) == pytest.approx(KERNELS[spec][0], rel=4e-14)
    assert slope_kernel(integrals, 0.0, 0.5) == pytest.approx(KERNELS[spec][1], rel=4e-14)


EXACT: dict[str, Callable[[float, float], float]] = {
    "erf": lambda q, c: 2 / math.pi * math.asin(2 * q * c / (1 + 2 * q)),
    "sine": lambda q, c: math.exp(-q) * math.sinh(q * c),
    "square": lambda q, c: q * q * (1 + 2 * c * c),
}


@pytest.mark.parametrize("spec", EXACT)
@pytest.mark.parametrize("q", [1e-3, 0.5, 7.0, 100.0])
def test_kernels_with_closed_forms_at_every_correlation(spec: str, q: float) -> None:
    integrals = gaussian(spec)
    size = q * integrals.moments(math.log(q)).second
    for c in (-0.9999, -0.95, -0.3, 0.0, 0.2, 0.89, 0.91, 0.99, 0.9999):
        assert q * kernel(integrals, math.log(q), c) == pytest.approx(EXACT[spec](q, c), abs=2e-13 * size)


@pytest.mark.parametrize("slope", [0.0, 0.3, -0.4])
def test_quadrature_agrees_with_the_arc_cosine_kernel(slope: float) -> None:
    """A softened copy of the rectifier, so that no closed form is used: x·10⁻³⁰⁰ is added where x > 10¹⁰⁰."""
    integrals = gaussian(f"(x if x > 0 else {slope}*x) + (x-1e9 if x > 1e9 else 0)")
    assert integrals.response.homogeneous is None
    for gap in (1.9, 1.0, 0.3, 0.09, 1e-2, 1e-4, 1e-8):
        expected = homogeneous_kernel(slope, 1.0, 1 - gap, gap)
        assert kernel(integrals, 0.0, 1 - gap, gap) == pytest.approx(expected[0], abs=1e-14)
        assert fall(integrals, 0.0, gap) == pytest.approx(expected[1], rel=1e-10)


@pytest.mark.parametrize("row", FIXED, ids=lambda row: f"{row[0]} {row[1]}")
def test_fixed_points_and_depth_scales(row: tuple[str, float, float, float, float, float, float, float, float]) -> None:
    spec, weight, bias, q, chi, chi_q, c, _, xi = row
    result = theory(spec, weight, bias_std=math.sqrt(bias))
    assert close(result.q_fixed, q)
    assert close(result.chi_1, chi)
    assert close(result.chi_q, chi_q)
    assert close(result.c_fixed, c)
    assert close(result.xi_c, xi, 10)
    assert result.phase == ("ordered" if chi < 1 else "chaotic")


@pytest.mark.parametrize(("spec", "weight", "q", "ratio", "c"), DEEP)
def test_fifty_layers(spec: str, weight: float, q: float, ratio: float, c: float) -> None:
    result = theory(spec, weight)
    assert close(result.q[-1], q) or math.isclose(result.q[-1], q, rel_tol=1e-11)
    assert result.gradient_ratio == pytest.approx(ratio, rel=1e-11)
    assert result.correlation[-1] == pytest.approx(c, rel=1e-11)


@pytest.mark.parametrize("spec", EDGE)
@pytest.mark.parametrize(("place", "bias"), [(0, 0.1), (1, 0.2), (2, 0.5)])
def test_edge_of_chaos(spec: str, place: int, bias: float) -> None:
    deviation, q = EDGE[spec][place]
    result = theory(spec, "critical", bias_std=bias, depth=2)
    assert math.sqrt(result.weight_variance) == pytest.approx(deviation, rel=1e-11)
    assert result.edge is not None
    assert math.exp(result.edge.log_q or 0.0) == pytest.approx(q, rel=1e-11)
    repels = spec == "gelu" and bias < 0.5
    assert result.edge.attracts != repels
    if not repels:
        assert result.q_fixed == pytest.approx(q, rel=1e-9)
        assert result.phase == "critical"


def test_pennington_2017_points_of_the_edge_for_tanh() -> None:
    """(σw², σb²) = (1.05, 2.01e-5) at q* = 0.0259 and (2.0, 0.104) at 0.8214, as printed there."""
    for q, weight, bias in ((0.0259, 1.049961, 2.00587e-5), (0.8214, 2.0000407, 0.103791)):
        moments = gaussian("tanh").moments(math.log(q))
        assert 1 / moments.slope_second == pytest.approx(weight, rel=1e-6)
        assert q * (1 - moments.second / moments.slope_second) == pytest.approx(bias, rel=1e-4)


@pytest.mark.parametrize(
    ("spec", "weight", "bias", "q"),
    [
        ("gelu", 1.98305825743755, 0.172922390756067, (3 + math.sqrt(17)) / 2),
        ("silu", 1.98800467826949, 0.555143170721530, 14.3201736180258),
    ],
)
def test_half_stable_points(spec: str, weight: float, bias: float, q: float) -> None:
    result = theory(spec, "critical", depth=2)
    assert result.weight_variance == pytest.approx(weight, rel=1e-13)
    assert result.bias_variance == pytest.approx(bias, rel=1e-12)
    assert result.edge is not None
    assert math.exp(result.edge.log_q or 0.0) == pytest.approx(q, rel=1e-9)
    assert not result.edge.attracts


@pytest.mark.parametrize(
    ("spec", "weight"), [("tanh", 1), ("sine", 1), ("erf", math.pi / 4), ("relu", 2), ("selu", 0.476771)]
)
def test_edge_of_chaos_without_biases(spec: str, weight: float) -> None:
    result = theory(spec, "critical", depth=2)
    assert result.weight_variance == pytest.approx(weight, rel=1e-6)
    assert result.phase == "critical"


def test_functions_without_an_edge_say_so() -> None:
    with pytest.raises(UsageError, match="softplus has no edge of chaos with biases of standard deviation 0"):
        theory("softplus", "critical")
    with pytest.raises(UsageError, match=" jumps, so no weights make its correlation map critical"):
        theory("step", "critical")


@pytest.mark.parametrize(
    ("spec", "ratio", "c"), [("selu", 3.71902268146, 0.3346634142292), ("tanh", 8.835493814897, 0.1432518663716)]
)
def test_layer_norm_before(spec: str, ratio: float, c: float) -> None:
    result = theory(spec, 1.0, depth=20, norm="layer")
    assert close(result.gradient_ratio, ratio)
    assert close(result.correlation[-1], c)


def test_layer_norm_after() -> None:
    result = theory("relu", 2.0, depth=20, norm="layer-after")
    assert close(result.gradient_ratio, 1451.600407991)
    assert close(result.correlation[-1], 0.003034094875324)
    assert close(result.chi_1, math.pi / (math.pi - 1))


# growth at B = 8 (±5e-9), 32, 64, and λL
BATCH = {
    "relu": (1.78818997665875, 1.52195283055188, 1.49306293780360, 1),
    "tanh": (1.35854813, 1.20830275993083, 1.19226433419484, 0.461070830478),
    "selu": (1.27113939, 1.10571325512685, 1.08778598011277, 0.782647883197),
    "elu": (1.29110978, 1.11554847553663, 1.09638050840993, 0.860231676268),
    "gelu": (1.62230093, 1.37123743996711, 1.34375243540795, 1.06211602024),
    "softplus": (1.29635083, 1.11779030232735, 1.09824756096995, 1.0561249766),
}


@pytest.mark.parametrize("spec", BATCH)
def test_batch_norm_growth_of_yang_2019(spec: str) -> None:
    integrals = gaussian(spec)
    found = [batch_norm(integrals, size) for size in (8, 32, 64)]
    small, *large = BATCH[spec][:3]
    assert found[0].growth == pytest.approx(small, abs=6e-9)
    assert [norm.growth for norm in found[1:]] == pytest.approx(large, rel=1e-12)
    assert found[0].drift == pytest.approx(BATCH[spec][3], abs=2e-11)
    assert found[0].stable == (spec not in ("gelu", "softplus"))


@pytest.mark.parametrize("size", [5, 6, 8, 16, 64, 1024])
def test_batch_norm_of_relu_is_theorem_8(size: int) -> None:
    e = -1 / (size - 1)
    angle = math.pi - math.acos(e)
    j, slope = (math.sqrt(1 - e * e) + angle * e) / math.pi, angle / math.pi
    rate = (size - 1) * (slope + size - 1) / ((size - 3) * (size - 1) * (1 - j)) - 1 / (size - 3)
    assert batch_norm(gaussian("relu"), size).growth == pytest.approx(rate, rel=1e-12)
    assert batch_norm(gaussian("identity"), size).growth == pytest.approx((size - 2) / (size - 3), rel=1e-13)


def test_batch_norm_predicts_nothing_where_samples_drift_apart() -> None:
    result = theory("gelu", 1.0, norm="batch", batch=64)
    assert result.gradient_ratio is None
    assert result.phase == "unstable"
    assert theory("relu", 1.0, norm="batch", batch=64).gradient_ratio is not None


def test_input_normalisation_is_a_matter_of_the_first_layer() -> None:
    raw = theory("relu", "he", input_mean=127, input_std=74)
    assert raw.q[0] == pytest.approx(2 * (127**2 + 74**2), rel=1e-14)
    assert raw.correlation[0] == pytest.approx((127**2 + 0.5 * 74**2) / (127**2 + 74**2), rel=1e-14)
    standardised = theory("relu", "he", input_mean=127, input_std=74, norm="input")
    assert standardised.q == pytest.approx(theory("relu", "he").q, rel=1e-14)


@pytest.mark.parametrize(("depth", "exponent"), [(200, -200 * math.log10(2)), (3000, -2999 * math.log10(2))])
def test_gradients_beyond_float64_keep_their_logarithm(depth: int, exponent: float) -> None:
    result = theory("relu", "lecun", depth=depth)
    expected = -(depth - 1) * math.log10(2)
    assert result.log10_gradient_ratio == pytest.approx(expected, rel=1e-12)
    assert abs(exponent - expected) < 1


def test_a_function_that_vanishes_is_followed_below_float64() -> None:
    result = theory("gelu", "he", depth=3000)
    before = theory("gelu", "he", depth=2000)
    assert result.theory.log_q[-1] - before.theory.log_q[-1] == pytest.approx(-1000 * math.log(2), rel=1e-12)


def test_functions_that_jump_have_two_slopes() -> None:
    result = theory("step", 2.0)
    assert result.chi_1 == 0
    assert result.correlation_slope == math.inf
    assert result.gradient_ratio == 0
    assert 0 < (result.c_fixed or 0) < 1


@pytest.mark.parametrize(
    ("spec", "name"), [("exp(x**2/2)", "E f²"), ("1/x", "E f²"), ("sqrt(abs(x))", "E f′²"), ("tan(x)", "E f²")]
)
def test_infinite_moments_are_refused(spec: str, name: str) -> None:
    with pytest.raises(UsageError, match=" is infinite for inputs of variance 1") as caught:
        theory(spec, 1.0)
    assert caught.value.message.startswith(f"{name} of {spec}")


def test_a_large_moment_is_not_called_infinite() -> None:
    found = gaussian("exp(x**2/6)").moments(0.0)
    assert found.second == pytest.approx(math.sqrt(3), rel=1e-13)
    assert gaussian("abs(x)**0.7").moments(0.0).second == pytest.approx(
        2**0.7 * math.gamma(1.2) / math.sqrt(math.pi), rel=1e-13
    )
    assert theory("exponential", 1.0).phase == "diverging"


def test_functions_without_values_are_refused() -> None:
    with pytest.raises(UsageError, match=", so it has no Gaussian moments"):
        theory("log(x)", 1.0)


def test_dead_units_of_two_inputs() -> None:
    """As c → 1 with depth in He's ReLU networks this rises to ½."""
    result = theory("relu", "he")
    assert result.dead is not None
    assert result.dead[19] == pytest.approx(0.450543985277, abs=1e-12)
    assert result.dead[49] == pytest.approx(0.475611087130, abs=1e-12)


def test_selu_returns_from_a_variance_of_4() -> None:
    q = theory("selu", "lecun", input_std=2.0).q
    assert [q[4], q[9], q[19]] == pytest.approx([1.70860094164007, 1.17046064464030, 1.01364188506262], rel=1e-13)


def test_selu_constants_and_torch_gains_of_facts_3() -> None:
    result = theory("selu", 9 / 16)
    assert result.q_fixed == pytest.approx(0.0230337846107583, rel=1e-12)
    assert result.chi_1 == pytest.approx(1.00367035083939, rel=1e-13)
    assert result.chi_q == pytest.approx(0.923540688712434, rel=1e-13)
    assert theory("selu", "he").phase == "diverging"
    assert theory("relu", "torch").bias_variance == pytest.approx(1 / 3000)


DKS = "8.878672543665223*(softplus(0.18761008168267976*x + 0.40688063442262007) - 0.9213466151411376)"


def test_deep_kernel_shaping_of_softplus() -> None:
    """One of the seven parameter sets in the tests of google-deepmind/dks."""
    found = gaussian(DKS).moments(0.0)
    assert found.mean == pytest.approx(0, abs=1e-9)
    assert found.second == pytest.approx(1, abs=1e-9)
    assert found.derivative == pytest.approx(1, abs=1e-9)
    assert found.slope_second == pytest.approx(1.00277096584954, abs=1e-9)
