"""How far networks of finite width scatter around the theory of infinite width, where that is known.

The relative variance of q^l over draws obeys V^{l+1} = κ/n + s²V^l with κ = E f⁴/(E f²)² − 1 and s = d ln q^{l+1}/d
ln q^l; measuring a layer by its own n units adds 2/n. For ReLU, V = 5(l − 1)/n and q is log-normal, so that the
median lies below the mean by e^{−V/2} (Hanin, Nica 2018). Gradients scatter by at least 3 E f′⁴/(E f′²)² − 1 over n
in each layer.
"""

from __future__ import annotations

import math

from actviz.networks.moments import Gaussian
from actviz.networks.setting import Setting
from actviz.networks.theory import Theory


def log_q_deviation(gaussian: Gaussian, setting: Setting, theory: Theory) -> list[float]:
    """The standard deviation of ln q^l over draws, layer by layer, without normalisation; ∞ where E f⁴ is infinite."""
    found = []
    spread = 0.0
    n = setting.width
    for log_q in theory.log_q:
        found.append(math.sqrt(max(spread, 0.0) + 2 / n))
        if not math.isfinite(log_q):
            continue
        moments = gaussian.moments(log_q)
        if not 0 < moments.second < math.inf:
            continue
        rays = gaussian.tangent(log_q)
        fourth = gaussian.expectation(log_q, 4) if rays is None else 3 * (rays[0] ** 4 + rays[1] ** 4) / 2
        kappa = fourth / moments.second**2 - 1
        signal = setting.weight_variance * moments.second * math.exp(log_q) if log_q < 700 else math.inf
        share = 1.0 if math.isinf(signal) or signal == 0 else signal / (signal + setting.bias_variance)
        elasticity = moments.derivative / moments.second * share
        spread = kappa * share**2 / n + elasticity**2 * spread
    return found
