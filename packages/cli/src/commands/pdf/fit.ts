/** thioscope pdf fit: a crystal's G(r) against a measured one. */
import { basename } from "node:path";
import { ThioscopeError } from "@thioscope/core";
import { fitSmallBox, type SmallBoxName } from "@thioscope/core/pdf";
import { readCifStructures } from "@thioscope/formats";
import type { Action } from "../../actions.ts";
import { answerText, oneWord, opened, textTable } from "../../inputs.ts";
import { curveOf, notNegative, positive, statedLimit } from "./inputs.ts";

const USAGE = "thioscope pdf fit FILE.gr --structure FILE.cif [--qmax Q] [--rmin R] [--rmax R] [--free a,U.Na,…] [--neutron Ni=10.3]";

export const fitAction: Action = {
  usage: USAGE,
  about: `refines lattice, scale, displacements, correlated motion (delta2) and the instrument's damping (qdamp) of a small box against G(r).
--qmax is what the data were transformed to, taken from the file where it says so. Errors are those of this model, over points π/qmax apart.`,
  options: {
    structure: { type: "string", value: "FILE.cif", help: "the crystal" },
    qmax: { type: "string", value: "Q", help: "end of the data's transform, 1/Å (as the file says)" },
    rmin: { type: "string", value: "R", help: "Å (1.2)" },
    rmax: { type: "string", value: "R", help: "Å (20)" },
    qdamp: { type: "string", value: "Q", help: "start, or value where it is not free, 1/Å (0.04)" },
    qbroad: { type: "string", value: "Q", help: "1/Å (0)" },
    diameter: { type: "string", value: "D", help: "of spherical grains, Å (large crystals)" },
    free: { type: "string", value: "NAMES", help: "scale, a, b, c, U.ELEMENT, delta2, qdamp, qbroad, diameter (all but the last two)" },
    neutron: { type: "string", value: "ELEMENT=FM,…", help: "scattering lengths instead of electrons, fm" },
  },
  examples: [
    "thioscope pdf fit ni.gr --structure ni.cif --qmax 27",
    "thioscope pdf fit pb.gr --structure pb.cif --qmax 25 --free scale,a,U.Pb,diameter",
  ],
  async run(words, options, io) {
    const path = oneWord(words, USAGE);
    const { structure: cif, free, neutron } = options;
    if (typeof cif !== "string") throw new ThioscopeError("USAGE", `which crystal? --structure FILE.cif. Usage: ${USAGE}`);
    const curve = await curveOf(path);
    const qMax = positive("qmax", options, "1/Å, above 0") ?? statedLimit(curve, "qmax");
    if (qMax === undefined) throw new ThioscopeError("USAGE", `${path} does not say how far it was transformed: --qmax Q`);
    const [structure] = await opened(cif, async (source) =>
      readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), basename(cif)),
    );
    if (!structure) throw new ThioscopeError("FILE_FOREIGN", "the file holds no structure", { file: cif });
    const asked = {
      rMin: notNegative("rmin", options, "Å, 0 or more"),
      rMax: positive("rmax", options, "Å, above 0"),
      qDamp: notNegative("qdamp", options, "1/Å, 0 or more"),
      qBroad: notNegative("qbroad", options, "1/Å, 0 or more"),
      diameter: positive("diameter", options, "Å, above 0"),
    };
    const fit = fitSmallBox(structure, curve.x, curve.y, {
      qMax,
      ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
      ...(typeof free === "string" ? { free: namesOf(free) } : {}),
      ...(typeof neutron === "string" ? { neutron: lengthsOf(neutron) } : {}),
    });
    io.result({
      file: basename(path),
      structure: structure.name,
      parameters: fit.parameters.map(({ name, value }) => ({ name, value })),
      rw: fit.rw,
      converged: fit.converged,
      r: { values: fit.r, sigma: null, unit: "Å" },
      measured: { values: fit.measured, sigma: null, unit: "1/Å2" },
      model: { values: fit.model, sigma: null, unit: "1/Å2" },
      warnings: structure.notices,
    });
    if (io.json) return;
    io.say(
      `${basename(path)} by ${structure.name}, q_max ${qMax} 1/Å, ${fit.independent} independent points: Rw ${fit.rw.value.toFixed(4)}`,
    );
    io.say(
      textTable(
        ["parameter", "value"],
        fit.parameters.map(({ name, value }) => [name, answerText(value)]),
      ),
    );
    if (!fit.converged) io.hint("the fit has not converged: start from a closer structure, or free less");
  },
};

const NAMES = /^(scale|a|b|c|delta2|qdamp|qbroad|diameter|U\.[A-Z][a-z]?)$/;

function namesOf(text: string): SmallBoxName[] {
  return text.split(",").map((word) => {
    if (!NAMES.test(word))
      throw new ThioscopeError("USAGE", `--free ${word}: names are scale, a, b, c, U.ELEMENT, delta2, qdamp, qbroad, diameter`);
    return word as SmallBoxName;
  });
}

function lengthsOf(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(",").map((word) => {
      const [, element, value] = /^([A-Z][a-z]?)=(-?[\d.]+)$/.exec(word) ?? [];
      if (element === undefined) throw new ThioscopeError("USAGE", `--neutron ${word}: lengths are written ELEMENT=FM`);
      return [element, Number(value)];
    }),
  );
}
