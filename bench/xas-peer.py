"""xraylarch on the same spectra, one process, threads of BLAS held to one: median ms per call. Reads a JSON job on stdin, writes a JSON of times."""
import json
import sys
import time

import numpy as np
from larch import Group, Interpreter
from larch.math.lincombo_fitting import lincombo_fit
from larch.xafs import autobk, cauchy_wavelet, feffit, feffit_dataset, feffit_transform, feffpath, find_e0, pre_edge
from larch.fitting import param, param_group

job = json.load(sys.stdin)
session = Interpreter()


def median(n, work):
    work()
    times = []
    for _ in range(n):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times))


def group(e, y):
    return Group(energy=np.array(e), mu=np.array(y), filename="bench")


cu = group(job["energy"], job["mu"])
out = {"normalize": median(50, lambda: pre_edge(group(job["energy"], job["mu"]), _larch=session))}
pre_edge(cu, _larch=session)
out["autobk"] = median(20, lambda: autobk(cu, rbkg=1, kweight=2, _larch=session))
k, chi = np.array(job["k"]), np.array(job["chi"])
out["cauchy"] = median(10, lambda: cauchy_wavelet(k, chi, Group(), kweight=2, rmax_out=10, _larch=session))
if job.get("feff"):
    data = Group(k=k, chi=chi)

    def fit():
        pars = param_group(amp=param(1, vary=True), del_e0=param(0, vary=True), sig2=param(0, vary=True), del_r=param(0, vary=True))
        path = feffpath(job["feff"], s02="amp", e0="del_e0", sigma2="sig2", deltar="del_r", _larch=session)
        trans = feffit_transform(kmin=3, kmax=17, kw=2, dk=4, window="kaiser", rmin=1.4, rmax=3.0, _larch=session)
        feffit(pars, feffit_dataset(data=data, pathlist=[path], transform=trans, _larch=session), _larch=session)

    out["feffit"] = median(5, fit)

standards = [group(e, y) for e, y in job["standards"]]
for s in standards:
    pre_edge(s, _larch=session)


def series():
    for e, y in job["series"]:
        g = group(e, y)
        find_e0(g, _larch=session)
        pre_edge(g, _larch=session)
        lincombo_fit(g, standards, arrayname="norm", sum_to_one=True, minvals=[0.0] * 3, maxvals=[1.0] * 3)


began = time.perf_counter()
series()
# a part of the series, scaled: every spectrum costs the same
out["series"] = 1000 * (time.perf_counter() - began) * job["spectra"] / len(job["series"])
print(json.dumps(out))
