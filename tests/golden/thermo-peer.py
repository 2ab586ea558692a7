"""What pymatgen answers to the questions on stdin (see thermoPeer.ts), as JSON. Formation energies: the elements are zero."""
import json
import sys
import time
import warnings

warnings.simplefilter("ignore")
from pymatgen.analysis.interface_reactions import InterfacialReactivity
from pymatgen.analysis.phase_diagram import GrandPotentialPhaseDiagram, PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element


def entries_of(case):
    made = []
    for formula, energy in case["entries"]:
        composition = Composition(formula)
        made.append(PDEntry(composition, energy * composition.num_atoms))
    return made


def clock(work, turns=5):
    best = 1e9
    for _ in range(turns):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return result, 1000 * best


answers = []
for case in json.load(sys.stdin):
    entries = entries_of(case)
    diagram, ms = clock(lambda: PhaseDiagram(entries))
    answer = {"ms": {"hull": ms}}
    answer["above"], answer["ms"]["above"] = clock(lambda: [diagram.get_e_above_hull(e) for e in entries], 2)
    answer["stable"] = sorted(e.composition.reduced_formula for e in diagram.stable_entries)
    if "profile" in case:
        ion, host = case["profile"]
        steps, answer["ms"]["profile"] = clock(lambda: diagram.get_element_profile(Element(ion), Composition(host)))
        answer["profile"] = [[s["evolution"], s["chempot"]] for s in steps]
    if "grand" in case:
        grand, answer["ms"]["grand"] = clock(lambda: GrandPotentialPhaseDiagram(entries, {Element(e): mu for e, mu in case["grand"].items()}))
        answer["grand"] = [
            [e.original_entry.composition.reduced_formula, e.energy_per_atom, grand.get_e_above_hull(e)] for e in grand.all_entries
        ]
    if "contact" in case:
        a, b = (Composition(f) for f in case["contact"])
        contact = InterfacialReactivity(a, b, diagram, norm=True, use_hull_energy=False)
        answer["contact"] = [[x, energy] for _, x, energy, _, _ in contact.get_kinks()]
    answers.append(answer)
json.dump(answers, sys.stdout)
