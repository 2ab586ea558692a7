"""The equations of the cell model for a few control volumes, written down again: amounts by scipy's Radau, potentials by Newton's method at every call.

Reads JSON with the numbers of a cell (SI) and times on stdin, gives JSON {ms, volt, amounts} at these times on stdout.
"""
import json
import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

F, R = 96485.33212331001, 8.31446261815324
c = json.load(sys.stdin)
dx = np.array(c["widths"])
N = len(dx)
P = len(c["x"])
x = np.array(c["x"])  # electrons per S
pairs = [(r["from"], r["to"]) for r in c["reactions"]]
U, j0, alpha = (np.array([r[k] for r in c["reactions"]]) for k in ("potential", "exchange", "alpha"))
saturation = np.array([r["unsaturated"] for r in c["reactions"]])
s = np.array([x[b] - x[a] for a, b in pairs])
f = F / (R * c["temperature"])
current = c["current"]


def rates(n, phi):
    """A/m3 per cell and reaction, anodic > 0."""
    X = n @ (x / 2)
    out = np.empty((N, len(pairs)))
    for k, (a, b) in enumerate(pairs):
        eta = phi - U[k]
        anodic = 1 / (np.exp(-(1 - alpha[k]) * f * eta) + saturation[k])
        cathodic = 1 / (np.exp(alpha[k] * f * eta) + saturation[k])
        h = lambda v: v / (v + c["activity"])
        j = j0[k] * (h(n[:, b]) * anodic - h(n[:, a]) * cathodic)
        limit = c["diffusion"] * (1 - X) ** c["exponent"] / X
        out[:, k] = c["contactArea"] * np.where(j < 0, j / (1 - j / limit), j)
    return out


between = (dx[:-1] + dx[1:]) / 2
eta_an = 2 / f * np.arcsinh(current / (2 * c["anodeExchange"]))
phi_e0 = -c["anodePotential"] - eta_an - current * c["separatorLength"] / c["separator"]


def residual(y, n):
    ps, pe = y[:N], y[N:]
    total = rates(n, ps - pe).sum(axis=1) * dx
    solid = np.concatenate([[0], c["electronic"] * (ps[:-1] - ps[1:]) / between, [current]])
    ionic = np.concatenate([[2 * c["ionic"] * (phi_e0 - pe[0]) / dx[0]], c["ionic"] * (pe[:-1] - pe[1:]) / between, [0]])
    return np.concatenate([solid[:-1] - solid[1:] - total, ionic[:-1] - ionic[1:] + total]) / current


guess = [np.concatenate([np.full(N, U[0] - c["anodePotential"] - 0.3), np.full(N, phi_e0)])]


def potentials(n):
    y = guess[0].copy()
    for _ in range(200):
        r = residual(y, n)
        J = np.empty((2 * N, 2 * N))
        for k in range(2 * N):
            z = y.copy()
            z[k] += 1e-7
            J[:, k] = (residual(z, n) - r) / 1e-7
        d = np.linalg.solve(J, -r)
        d *= min(1, 0.1 / np.abs(d).max())
        y += d
        if np.abs(d).max() < 1e-12:
            break
    guess[0] = y
    return y


def slope(_, flat):
    n = flat.reshape(N, P)
    y = potentials(n)
    r = rates(n, y[:N] - y[N:]) / (F * c["concentration"] * s)
    out = np.zeros((N, P))
    for k, (a, b) in enumerate(pairs):
        out[:, a] += r[:, k]
        out[:, b] -= r[:, k]
    return out.ravel()


began = time.perf_counter()
start = np.tile(c["start"], (N, 1)).ravel()
done = solve_ivp(slope, (0, c["times"][-1]), start, method="Radau", rtol=c["tolerance"], atol=c["tolerance"] / 1000, t_eval=c["times"])
ms = 1000 * (time.perf_counter() - began)
volt = []
for k in range(len(c["times"])):
    y = potentials(done.y[:, k].reshape(N, P))
    volt.append(y[N - 1] - current * (dx[-1] / (2 * c["electronic"]) + c["contactResistance"]))
print(json.dumps({"ms": ms, "volt": volt, "amounts": done.y.T.tolist()}))
