"""scikit-image's iradon on one sinogram: best of two calls, one thread, and what it gives. Called by tomography.ts with a folder and the sizes as JSON."""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import numpy
from skimage.transform import iradon

folder, setting = sys.argv[1], json.loads(sys.argv[2])
angles, columns = setting["angles"], setting["columns"]
sinogram = numpy.fromfile(f"{folder}/sinogram.f32", dtype=numpy.float32).reshape(angles, columns).T.astype(numpy.float64)
theta = numpy.arange(angles) * 180 / angles
times = []
for _ in range(2):
    start = time.perf_counter()
    slice = iradon(sinogram, theta=theta, filter_name=setting["filter"], circle=True)
    times.append((time.perf_counter() - start) * 1e3)
slice.astype(numpy.float64).tofile(f"{folder}/slice.f64")
print(json.dumps({"ms": min(times)}))
