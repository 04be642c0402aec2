"""What a function does to a deep network, as a table, as sentences and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from actviz.networks.propagation import Propagation
from actviz.networks.sampled import Sample
from actviz.text import short
from actviz.writing.tables import Table, json_text

_QUANTITIES = ("q", "correlation", "gradient", "gradient_ratio", "mean", "variance", "dead")
_SCATTER = 0.2  # of ln q: from here on a remark says that networks of this width differ by much


def propagation_data(result: Propagation) -> dict[str, Any]:
    """A result under the names that scripts rely on."""
    setting = result.setting
    return {
        "spec": setting.activation.spec,
        "norm": setting.norm,
        "init": setting.init,
        "depth": setting.depth,
        "width": setting.width,
        "batch": setting.batch,
        "input_mean": setting.input_mean,
        "input_std": setting.input_std,
        "input_correlation": setting.correlation,
        "weight_variance": result.weight_variance,
        "bias_variance": result.bias_variance,
        "q": result.q,
        "mean": result.mean,
        "variance": result.variance,
        "correlation": result.correlation,
        "gradient": result.gradient,
        "gradient_ratio": result.gradient_ratio,
        "log10_gradient_ratio": result.log10_gradient_ratio,
        "dead": result.dead,
        "q_fixed": result.q_fixed,
        "chi_q": result.chi_q,
        "chi_1": result.chi_1,
        "xi_q": result.xi_q,
        "xi_c": result.xi_c,
        "xi_gradient": result.xi_gradient,
        "c_fixed": result.c_fixed,
        "correlation_slope": result.correlation_slope,
        "phase": result.phase,
        "log_q_deviation": result.deviation,
        "verdict": verdict(result),
        "remarks": remarks(result),
        "sample": None if result.sample is None else sample_data(result.sample),
    }


def sample_data(sample: Sample) -> dict[str, Any]:
    """Quantiles over networks, and the seeds."""
    found: dict[str, Any] = {"backend": sample.backend, "networks": len(sample.seeds), "seeds": list(sample.seeds)}
    return found | {name: getattr(sample, name) for name in _QUANTITIES}


def propagation_json(results: Sequence[Propagation]) -> str:
    """The results as a JSON list."""
    return json_text([propagation_data(result) for result in results])


def propagation_table(results: Sequence[Propagation]) -> Table:
    """A row for each result."""
    depth = results[0].setting.depth
    sampled = any(result.sample is not None for result in results)
    columns = ["function", "σw²", "σb²", "q*", "χq", "ξq", "χ1", "g¹/gᴸ theory"]
    columns += ["g¹/gᴸ sample"] * sampled + [f"c at layer {depth}", "c*", "ξc", "verdict"]
    rows = []
    for result in results:
        theory = result.theory
        row: list[Any] = [result.setting.label, result.weight_variance, result.bias_variance, result.q_fixed]
        row += [result.chi_q, result.xi_q, result.chi_1, result.gradient_ratio]
        if sampled:
            row.append(None if result.sample is None else result.sample.gradient_ratio["median"])
        row += [theory.correlation[-1], result.c_fixed, result.xi_c, verdict(result)]
        rows.append(tuple(row))
    dispensable = ("ξc", "ξq", "c*", "σb²", "χq", "q*", f"c at layer {depth}", "σw²", "χ1")
    return Table(tuple(columns), tuple(rows), "", dispensable)


def verdict(result: Propagation) -> str:
    """What becomes of signals and gradients, in a few words."""
    theory, setting = result.theory, result.setting
    parts = []
    if setting.norm in ("none", "input"):
        first, last = theory.log_q[0], theory.log_q[-1]
        if result.phase == "cycling":
            parts.append("the variance never settles")
        elif theory.log_q_fixed == math.inf:
            parts.append("activations explode" if last - first > math.log(10) else "activations grow without end")
        elif theory.log_q_fixed == -math.inf:
            parts.append("activations vanish" if last - first < -math.log(10) else "activations shrink slowly")
        else:
            parts.append("activations keep their scale")
    if result.gradient_ratio is None:
        parts.append("no prediction: the symmetric batch is unstable")
    elif setting.depth > 1:
        logs = theory.log_gradients or [0.0]
        parts.append(_growth(logs[0]))
    return ", ".join(parts)


def _growth(log_ratio: float) -> str:
    if math.isnan(log_ratio):
        return "gradients leave float64"
    if log_ratio == -math.inf:
        return "gradients are 0"
    if abs(log_ratio) <= math.log(1.5):
        return "gradients keep their size"
    word = "explode" if log_ratio > 0 else "vanish"
    return f"gradients {word}{'' if abs(log_ratio) > math.log(100) else ' slowly'}"


def remarks(result: Propagation) -> list[str]:
    """What has to be known to read a result rightly, each a sentence."""
    setting, theory = result.setting, result.theory
    found = []
    if theory.batch is not None:
        found.append(
            f"Batch normalisation is over B = {setting.batch} inputs in training mode, and theory assumes that any two "
            "of them are alike; activations keep their scale by construction."
        )
        if not result.stable:
            found.append(
                f"No gradient is predicted for {setting.activation.label}: the samples of a batch drift apart by the "
                f"factor λL = {short(theory.batch.drift)} > 1 per layer, until a few of them take over."
            )
    if result.jumps:
        found.append(
            f"{setting.activation.label} jumps: backpropagation sees χ1 = {short(result.chi_1 or 0.0)}, but the slope "
            "of the correlation map at 1 is infinite, so any two inputs are told apart."
        )
    if setting.init == "torch":
        found.append("PyTorch's uniform weights are drawn as Gaussian ones of the same variance, 1/(3n).")
    if result.edge is not None and not result.edge.attracts:
        found.append(
            f"This point on the edge of chaos repels at q = {short(math.exp(result.edge.log_q or 0.0))} (χq ≥ 1), so "
            "layers need not go there."
        )
    if result.deviation is not None and result.deviation[-1] > _SCATTER:
        deviation = result.deviation[-1]
        lower = math.exp(-deviation * deviation / 2) if deviation < 30 else 0.0
        found.append(
            f"At width {setting.width}, ln q of single networks of {setting.activation.label} scatters with standard "
            f"deviation {deviation:.2f} in layer {setting.depth}, and the median lies below the mean by the factor "
            f"{lower:.2g} or so: theory and sample part for that reason."
        )
    return found


def closing(results: Sequence[Propagation]) -> str:
    """What is theory, what is sample, and what neither says."""
    drawn = next((result.sample for result in results if result.sample is not None), None)
    setting = results[0].setting
    sentence = "Theory: infinite width."
    if drawn is not None:
        count = len(drawn.seeds)
        sentence += (
            f" Sample: medians of {count} network{'s' if count > 1 else ''} of width {setting.width} in float64 on "
            f"{'NumPy' if drawn.backend == 'numpy' else 'PyTorch'}, seed {setting.seed}, numbers 0 to {count - 1}."
        )
    return sentence + " Both hold at initialisation; nothing here says how training ends."


def propagation_text(results: Sequence[Propagation]) -> str:
    """The remarks, each once, and the closing sentence, a paragraph each."""
    said = dict.fromkeys(remark for result in results for remark in remarks(result))
    return "\n".join([*said, closing(results)])
