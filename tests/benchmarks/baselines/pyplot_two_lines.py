"""The least that `actviz plot selu -d` could be: two lines with pyplot."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

scale, alpha = 1.0507009873554805, 1.6732632423543772
x = np.linspace(-5, 5, 1001)
plt.plot(x, np.where(x > 0, scale * x, scale * alpha * np.expm1(x)))
plt.plot(x, np.where(x > 0, scale, scale * alpha * np.exp(x)))
plt.savefig("baseline.png")
