"""scipy's curve_fit on R0-(R1Q1)-(R2Q2)-W, near start, one process: best of n in ms, its chi2. Reads f Re Im lines on stdin."""
import json
import sys
import time

import numpy as np
from scipy.optimize import curve_fit

rows = np.array([[float(x) for x in line.split()] for line in sys.stdin if line.strip()])
f, z = rows[:, 0], rows[:, 1] + 1j * rows[:, 2]
s = 2j * np.pi * f
weight = 1 / np.abs(z)


def model(_, r0, r1, q1, a1, r2, q2, a2, w):
    fit = r0 + r1 / (1 + r1 * q1 * s**a1) + r2 / (1 + r2 * q2 * s**a2) + w * (1 - 1j) / np.sqrt(2 * np.pi * f)
    return np.concatenate([fit.real * weight, fit.imag * weight])


data = np.concatenate([z.real * weight, z.imag * weight])
start = [10, 50, 1e-6, 0.9, 100, 1e-5, 0.9, 10]
bounds = (0, [1e9, 1e9, 1e3, 1, 1e9, 1e3, 1, 1e9])
best = 1e9
for _ in range(6):
    began = time.perf_counter()
    found, _cov = curve_fit(model, f, data, start, bounds=bounds)
    best = min(best, time.perf_counter() - began)
print(json.dumps({"ms": 1000 * best, "chi2": float(np.sum((model(f, *found) - data) ** 2))}))
