"""pyFAI on one frame: best of several calls per method, one thread, and what it gives. Called by integrate.ts with a folder and the geometry as JSON."""

import json
import logging
import sys
import time

import numpy

logging.disable(logging.WARNING)
from pyFAI.azimuthalIntegrator import AzimuthalIntegrator

folder, setting = sys.argv[1], json.loads(sys.argv[2])
rows, columns = setting["shape"]
image = numpy.fromfile(f"{folder}/frame.u16", dtype=numpy.uint16).reshape(rows, columns)
mask = numpy.fromfile(f"{folder}/mask.u8", dtype=numpy.int8).reshape(rows, columns)
frame = image.astype(numpy.float32)
pixel = setting["pixel"]
integrator = AzimuthalIntegrator(
    dist=setting["distance"], poni1=setting["poni1"], poni2=setting["poni2"], pixel1=pixel, pixel2=pixel, wavelength=setting["wavelength"]
)
integrator.detector.shape = integrator.detector.max_shape = (rows, columns)
radial = tuple(setting["range"])


def best(call, repeats=7):
    for _ in range(2):
        result = call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = call()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times), result


out = {}
for name, method in {"full": ("full", "csr", "cython"), "none": ("no", "histogram", "cython")}.items():
    integrator.reset()
    common = dict(unit="2th_deg", method=method, radial_range=radial, mask=mask)
    pattern_ms, pattern = best(lambda: integrator.integrate1d_ng(frame, 1000, safe=False, **common))
    errors_ms, _ = best(lambda: integrator.integrate1d_ng(frame, 1000, error_model="poisson", safe=False, **common), 5)
    cake_ms, cake = best(lambda: integrator.integrate2d_ng(frame, 1000, 36, azimuth_range=(-180, 180), safe=False, **common), 5)
    numpy.asarray(pattern.intensity, dtype=numpy.float64).tofile(f"{folder}/{name}.pattern.f64")
    numpy.asarray(cake.intensity, dtype=numpy.float64).tofile(f"{folder}/{name}.cake.f64")
    out[name] = {"pattern": pattern_ms, "errors": errors_ms, "cake": cake_ms}
print(json.dumps(out))
