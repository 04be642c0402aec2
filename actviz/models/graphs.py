"""What a graph holds: its regions, named, and the parameters in them that were learned."""

from __future__ import annotations

from actviz.models.graph import Graph
from actviz.models.matching import Matcher, spec_text
from actviz.models.regions import regions
from actviz.models.results import Gathered, Learned


def gathered(graph: Graph, matcher: Matcher | None = None) -> Gathered:
    """The activations of a graph.

    Raises:
        MalformedError: a tensor that matters cannot be read.
    """
    found = Gathered()
    for region in regions(graph, matcher or Matcher()):
        if region.match is None:
            found.unknown.append((spec_text(region.tree), region.layer))
            continue
        activation = region.match.activation
        found.uses.append((activation, region.spelt, region.layer))
        for parameter, tensor, sign in region.match.learned:
            values = (sign * graph.constants[tensor].values()).tolist()
            found.learned.append(Learned(region.layer, activation.entry.name, parameter, values))
    return found
