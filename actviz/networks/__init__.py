"""Signal propagation: what a function does to the values and gradients of a deep random network.

Holds the theory of infinitely wide networks (`theory`, on the Gaussian integrals of `quadrature`, `kernels` and
`batch`) and networks that are drawn and run (`sampled`, and `on_torch` for PyTorch) in separate modules with one
interface: each takes a `Setting` and gives the same quantities by layer. `selfnorm` and `death` hold what is known in
closed form about self-normalisation and about units that are dead, `distribution` what a function does to given
values, `training` small experiments.

May import analysis, curves and what is below them; never writing, code or figures. Importing a module of this room
loads NumPy and nothing heavier. Everything is float64, and infinite integrals are told from large ones.
"""
