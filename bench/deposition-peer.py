"""dolfinx on the same problem: axisymmetric Laplace with a sinh interface at z = 0, P1 on a structured mesh, Newton to 1e-10, CG with BoomerAMG.

Prints per size: unknowns, milliseconds for mesh, space and form (the form compiled before), for the solution, iterations, charge error.
"""
import json
import sys
import time

import numpy as np
import ufl
from dolfinx import fem, mesh
from dolfinx.fem import petsc
from mpi4py import MPI
from petsc4py import PETSc

F_RT = 96485.33212331001 / (8.31446261815324 * 298.15)
SIGMA, I_EXC, I_APP, SIZE = 0.01, 13.0, 5.0, 1e-4
RADIUS = 1e-5


def run(n):
    began = time.perf_counter()
    domain = mesh.create_rectangle(MPI.COMM_WORLD, [np.zeros(2), np.full(2, SIZE)], [n, n])
    space = fem.FunctionSpace(domain, ("Lagrange", 1))
    top = mesh.locate_entities_boundary(domain, 1, lambda x: np.isclose(x[1], SIZE))
    # metal outside of an insulating disc
    metal = mesh.locate_entities_boundary(domain, 1, lambda x: np.isclose(x[1], 0) & (x[0] > RADIUS * (1 - 1e-9)))
    where = np.concatenate([top, metal])
    marks = np.concatenate([np.full(len(top), 1, np.int32), np.full(len(metal), 2, np.int32)])
    order = np.argsort(where)
    tags = mesh.meshtags(domain, 1, where[order], marks[order])
    ds = ufl.Measure("ds", domain=domain, subdomain_data=tags)
    r = ufl.SpatialCoordinate(domain)[0]
    phi = fem.Function(space)
    phi.x.array[:] = 2 / F_RT * np.arcsinh(I_APP / (2 * I_EXC))
    v = ufl.TestFunction(space)
    current = 2 * I_EXC * ufl.sinh(0.5 * F_RT * phi)
    residual = SIGMA * ufl.inner(ufl.grad(phi), ufl.grad(v)) * r * ufl.dx + current * v * r * ds(2) - I_APP * v * r * ds(1)
    form = fem.form(residual)
    jacobian = fem.form(ufl.derivative(residual, phi))
    charge = fem.form(current * r * ds(2))
    a, b = petsc.create_matrix(jacobian), petsc.create_vector(form)
    set_up = time.perf_counter() - began
    began = time.perf_counter()
    solver = PETSc.KSP().create(domain.comm)
    solver.setType("cg")
    solver.getPC().setType("hypre")
    solver.getPC().setHYPREType("boomeramg")
    solver.setTolerances(rtol=1e-8)
    change = phi.vector.duplicate()
    iterations, first = [], None
    for _ in range(12):
        with b.localForm() as local:
            local.set(0)
        petsc.assemble_vector(b, form)
        size = b.norm()
        # the residual of the plane's potential is that of the load: relative to the first
        first = first or size
        if size <= 1e-10 * first:
            break
        a.zeroEntries()
        petsc.assemble_matrix(a, jacobian)
        a.assemble()
        solver.setOperators(a)
        solver.solve(b, change)
        iterations.append(solver.getIterationNumber())
        phi.vector.axpy(-1, change)
    solve = time.perf_counter() - began
    total = fem.assemble_scalar(charge)
    return {
        "unknowns": space.dofmap.index_map.size_global,
        "setUpMs": 1000 * set_up,
        "solveMs": 1000 * solve,
        "iterations": iterations,
        "chargeError": abs(total / (I_APP * SIZE**2 / 2) - 1),
    }


run(8)  # compiles the forms
print(json.dumps([run(int(n)) for n in sys.argv[1:]]))
