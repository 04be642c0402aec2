"""What to try with each command: shown by its help, held to by the tests, and set into docs/commands.md."""

from __future__ import annotations

WELCOME = (
    ("actviz plot selu -d", "SELU and its derivative, to selu.png"),
    ("actviz info gelu", "all about one function"),
    ("actviz list --family gated", "what there is to choose from"),
)

EXAMPLES: dict[str, tuple[str, ...]] = {
    "list": (
        "actviz list --family gated",
        "actviz list --search hochreiter",
        "actviz list --framework jax --format json",
        "actviz list --where monotone --sort gain",
    ),
    "info": (
        "actviz info selu",
        "actviz info torch.nn.GELU",
        "actviz info 'x*sigmoid(x)' --format json",
        "actviz info silu --variance 2",
    ),
    "plot": (
        "actviz plot selu -d",
        "actviz plot relu elu --range -3 3 -o two.svg",
        "actviz plot prelu:alpha=0.01,0.1,0.25",
        "actviz plot 'x*sigmoid(b*x):b=1.7' --open",
        "actviz plot gelu -o gelu.png -o gelu.pdf",
    ),
    "derive": (
        "actviz derive selu",
        "actviz derive prelu --wrt alpha --at -1,1",
        "actviz derive swish --wrt x,beta --steps",
        "actviz derive mish --as latex",
    ),
    "table": (
        "actviz table elu --at -1,0,2.5",
        "actviz table relu selu --range -2 2",
        "seq -3 3 | actviz table mish --input -",
        "actviz table gelu --format csv -o gelu.csv",
        "actviz table --properties relu selu gelu",
    ),
    "compare": (
        "actviz compare relu prelu",
        "actviz compare gelu gelu_tanh --range -3 3",
        "actviz compare silu gelu --order 2",
        "actviz compare elu selu celu -o elus.svg",
    ),
    "check": (
        "actviz check acts.py:gelu --dtype float16",
        "actviz check acts.py:f tanh --max-ulp 2",
        "actviz check gelu --write-grid grid.npy",
        "actviz check xy.npy tanh -o ulp.png",
    ),
    "identify": (
        "actviz identify 'x*torch.sigmoid(1.7*x)'",
        "actviz identify xy.csv --tolerance 1e-3",
        "actviz identify acts.py:f --format json",
    ),
    "model": (
        "actviz model network.onnx",
        "actviz model network.onnx --learned",
        "actviz model before.onnx after.onnx",
        "actviz model network.onnx -o learned.png",
    ),
    "distribution": (
        "actviz distribution relu selu gelu",
        "actviz distribution tanh --normal 0 2",
        "actviz distribution relu --input layer.npy",
    ),
    "propagate": (
        "actviz propagate selu relu tanh",
        "actviz propagate relu --init he --format json",
        "actviz propagate tanh --norm batch --networks 0",
        "actviz propagate tanh --init critical --terminal",
    ),
    "train": (
        "actviz train relu selu prelu",
        "actviz train relu selu --lr 1 --data spirals",
        "actviz train relu --norm input,batch --epochs 10",
    ),
    "approximate": (
        "actviz approximate sigmoid --pieces 4",
        "actviz approximate gelu --fit 'x*sigmoid(k*x)'",
        "actviz approximate tanh --rational 5,4 --as c",
        "actviz approximate silu --table 64 -o silu.png",
    ),
    "cite": (
        "actviz cite selu",
        "actviz cite gelu mish -o sources.bib",
        "actviz cite swish --format text",
    ),
    "gallery": (
        "actviz gallery pictures --family periodic",
        "actviz gallery --theme dark --image svg",
    ),
    "config": (
        "actviz config",
        "ACTVIZ_THEME=dark actviz config",
    ),
}
