"""What other programs find in files of Thioscope: asked on stdin (paths by program), answered as JSON on stdout; a program that is not installed answers null."""
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")


def nexus(folder):
    import h5py
    import numpy

    found = []
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if not name.endswith((".nxs", ".h5")):
                continue
            path = os.path.join(root, name)
            with h5py.File(path, "r") as file:
                # the chain of defaults, as the NeXus manual gives it
                group = file
                while "default" in group.attrs:
                    group = group[group.attrs["default"]]
                mistakes = []
                data = []

                def visit(where, item):
                    if not isinstance(item, h5py.Group):
                        return
                    kind = item.attrs.get("NX_class")
                    if kind is None:
                        mistakes.append(f"{where} has no NX_class")
                    if kind != "NXdata":
                        return
                    data.append(where)
                    if "signal" not in item.attrs:
                        return
                    signal = item[item.attrs["signal"]]
                    axes = list(numpy.atleast_1d(item.attrs.get("axes", [])))
                    if len(axes) != signal.ndim:
                        mistakes.append(f"{where}: {len(axes)} axes for {signal.ndim} dimensions")
                    for k, axis in enumerate(axes):
                        if axis != "." and item[axis].shape[0] - signal.shape[k] not in (0, 1):
                            mistakes.append(f"{where}: axis {axis}")
                    if signal.attrs.get("interpretation") != {1: "spectrum", 2: "image"}.get(signal.ndim):
                        mistakes.append(f"{where}: interpretation of {signal.ndim} dimensions")
                    for key in item:
                        if key.endswith("_errors") and item[key].shape != item[key[: -len("_errors")]].shape:
                            mistakes.append(f"{where}: {key}")
                        item[key][()]

                file.visititems(visit)
                found.append(
                    {
                        "path": os.path.relpath(path, folder),
                        "default": str(group.attrs.get("NX_class", "")),
                        "data": len(data),
                        "mistakes": mistakes,
                    }
                )
    return found


def csv(folder):
    import pandas

    tables = 0
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".csv"):
                pandas.read_csv(os.path.join(root, name), header=[0, 1])
                tables += 1
    return tables


def parquet(paths):
    import pandas

    return [[list(table.columns), len(table)] for table in (pandas.read_parquet(path) for path in paths)]


def cycles(paths):
    import pandas

    table = pandas.read_csv(paths[0], header=[0, 1])
    return {unit or "": table[(name, unit)].tolist() for name, unit in table.columns if name == paths[1]}


def prj(path):
    from larch.io import read_athena

    project = read_athena(path)
    return {name: [float(group.energy[0]), float(group.mu[-1]), len(group.energy)] for name, group in project._athena_groups.items()}


def poni(path):
    import pyFAI

    geometry = pyFAI.load(path)
    return [geometry.dist, geometry.poni1, geometry.poni2, geometry.rot1, geometry.rot2, geometry.rot3, geometry.wavelength]


def cif(paths):
    from pymatgen.core import Structure

    return {
        path: [*structure.lattice.abc, *structure.lattice.angles, len(structure), structure.composition.reduced_formula]
        for path, structure in ((path, Structure.from_file(path)) for path in paths)
    }


def extxyz(path):
    from ase.io import read

    return [[len(atoms), atoms.get_chemical_formula(), atoms.cell.tolist(), atoms.positions.tolist()] for atoms in read(path, index=":")]


def jsonld(asked):
    from pyld import jsonld as processor

    def load(url, options):
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": {"@context": asked["contexts"][url]}}

    processor.set_document_loader(load)
    return [processor.expand(document) for document in asked["documents"]]


answers = {}
for program, asked in json.load(sys.stdin).items():
    try:
        answers[program] = globals()[program](asked)
    except ImportError as absent:
        answers[program] = None
        print(f"{program}: {absent}", file=sys.stderr)
    except Exception as failed:
        answers[program] = {"failed": f"{type(failed).__name__}: {failed}"}
json.dump(answers, sys.stdout)
