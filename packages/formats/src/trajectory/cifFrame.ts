/** A CIF as a trajectory of one frame: all atoms of the cell. */
import { ThioscopeError } from "@thioscope/core";
import { Emitter } from "./emitter.ts";
import type { TrajectoryReader } from "./model.ts";
import { wholeContent } from "./whole.ts";

export const cifReader: TrajectoryReader = {
  id: "cif",
  name: "CIF",
  recognises: (head, name) => /\.cif$/i.test(name) || /^\s*(?:#.*\n\s*)*data_\S/.test(head),
  async read(input, sink) {
    // symmetry is loaded when it is needed: trajectories do without
    const [{ expandSites, orthogonalisation }, { readCif }] = await Promise.all([
      import("@thioscope/core/crystal"),
      import("../cif/index.ts"),
    ]);
    const file = input.source.name;
    const { cell, group, sites, notices } = readCif(new TextDecoder().decode(await wholeContent(input)), file);
    if (!sites) throw new ThioscopeError("FILE_DAMAGED", "the CIF gives no atoms", { file });
    const atoms = expandSites(cell, group, sites);
    const partial = sites.filter((site) => site.occupancy < 1).length;
    input.notices.push(...notices);
    if (partial > 0) {
      input.notices.push({
        code: "partly-occupied",
        message: `${partial} of ${sites.length} sites are partly occupied: each counts as an atom`,
      });
    }
    const m = orthogonalisation(cell);
    const emitter = new Emitter(input, sink);
    emitter.size(atoms.count, (message) => new ThioscopeError("FILE_DAMAGED", message, { file }));
    emitter.frame.coordinates.set(atoms.position.subarray(0, 3 * atoms.count));
    emitter.frame.isFractional = true;
    emitter.frame.cell = Float64Array.from({ length: 9 }, (_, k) => m[3 * (k % 3) + Math.floor(k / 3)]!);
    emitter.begin({
      format: "cif",
      species: Array.from(atoms.site.subarray(0, atoms.count), (s) => sites[s]!.element),
      timestepFs: null,
      stride: null,
      isUnwrapped: false,
    });
    emitter.emit();
    return 1;
  },
};
