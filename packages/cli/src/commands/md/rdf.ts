/** thioscope md rdf: partial radial distribution functions, coordination, X-ray PDF, polyhedra. */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { formatQuantity, ThioscopeError } from "@thioscope/core";
import { atomicNumber, type PartialRdf, polyhedraCollector, rdfCollector } from "@thioscope/core/atoms";
import { writePdf } from "@thioscope/formats";
import type { Action } from "../../actions.ts";
import { count, oneWord, plain, textTable, warningLines } from "../../text.ts";
import { cellOf, positive, READING, readInto, wholeNumber } from "./inputs.ts";

export const rdfAction: Action = {
  usage: "thioscope md rdf FILE [--pairs Na-S,Ta-Cl] [--max 8] [--bonds Ta-S,Cl] [--out rdf.csv]",
  about: `partial radial distribution functions with errors from blocks of frames, neighbours within the first minimum, and the X-ray pair distribution
function. --bonds counts polyhedra: neighbours of a centre, how polyhedra share corners and edges, the units they build ([Ta2Cl10S]), angles.`,
  options: {
    ...READING,
    pairs: { type: "string", value: "A-B,…", help: "only these pairs (default: all)" },
    max: { type: "string", value: "LENGTH", help: "largest distance in Å (default: half the smallest height of the cell, 10 at most)" },
    step: { type: "string", value: "LENGTH", help: "width of a bin in Å (default 0.05)" },
    bonds: { type: "string", value: "CENTRE-L,L", help: "polyhedra around a species: Ta-S,Cl" },
    cutoff: { type: "string", value: "LENGTH", help: "length of a bond in Å (default: first minimum of each pair)" },
    out: { type: "string", value: "FILE", help: "all curves as a table (.csv), or that of X-rays as .gr for pdf compare" },
  },
  examples: ["thioscope md rdf XDATCAR --pairs Na-S --max 8", "thioscope md rdf glass.extxyz --bonds Ta-S,Cl --json"],
  async run(words, options, io) {
    const path = oneWord(words, rdfAction.usage);
    const step = positive(options, "step", "Å");
    const rMax = positive(options, "max", "Å");
    const shared = { cell: cellOf(options), skip: wholeNumber(options, "skip", 0, 0), every: wholeNumber(options, "every", 1, 1) };
    const collector = rdfCollector({ ...shared, ...(step === null ? {} : { step }), ...(rMax === null ? {} : { rMax }) }, atomicNumber);
    const summary = await readInto(path, collector, options, io);
    const rdf = collector.finish();
    const partials = chosen(rdf.partials, options["pairs"], summary.species);
    const bonds = options["bonds"] === undefined ? null : await polyhedra(path, options, io, shared, rdf.partials);
    const warnings = [...summary.notices, ...rdf.notices];
    io.result({
      file: basename(path),
      frames: rdf.frames,
      r: { values: rdf.r, sigma: null, unit: "Å" },
      partials: partials.map((p) => ({
        pair: p.pair,
        g: { values: p.g, sigma: p.sigma, unit: "1" },
        neighbours: { values: p.coordination, sigma: null, unit: "1" },
        firstPeak: p.firstPeak === null ? null : plain(p.firstPeak, "Å"),
        firstMinimum: p.firstMinimum === null ? null : plain(p.firstMinimum, "Å"),
        coordination: p.neighbours === null ? null : plain(p.neighbours, "1"),
      })),
      xray: rdf.xray ? { values: rdf.xray, sigma: null, unit: "1/Å^2" } : null,
      polyhedra: bonds,
      warnings,
    });
    if (typeof options["out"] === "string") {
      const head = ["r_A", ...partials.flatMap((p) => [`g_${p.pair.join("-")}`, `n_${p.pair.join("-")}`]), ...(rdf.xray ? ["G_xray"] : [])];
      const rows = Array.from(rdf.r, (r, b) =>
        [r, ...partials.flatMap((p) => [p.g[b]!, p.coordination[b]!]), ...(rdf.xray ? [rdf.xray[b]!] : [])].join(","),
      );
      const isGr = options["out"].endsWith(".gr");
      if (isGr && !rdf.xray) throw new ThioscopeError("NOT_COMPUTABLE", "a species is no element: there is no curve of X-rays");
      const text = isGr ? writePdf("gr", { source: basename(path) }, rdf.r, rdf.xray!, null) : `${head.join(",")}\n${rows.join("\n")}\n`;
      await writeFile(options["out"], text).catch((error: unknown) => {
        throw new ThioscopeError("WRITE_FAILED", `${options["out"]} cannot be written: ${error}`, {}, error);
      });
    }
    for (const line of warningLines(warnings)) io.hint(line);
    if (io.json) return;
    io.say(`${basename(path)}: ${count(rdf.frames, "frame")}, distances up to ${rdf.r.at(-1)!.toFixed(2)} Å`);
    io.say(
      textTable(
        ["pair", "first peak Å", "g there", "first minimum Å", "neighbours"],
        partials.map((p) => [
          p.pair.join("–"),
          p.firstPeak?.toFixed(3) ?? "–",
          p.firstPeak === null ? "–" : p.g[Math.floor(p.firstPeak / rdf.step)]!.toFixed(2),
          p.firstMinimum?.toFixed(3) ?? "–",
          p.neighbours?.toFixed(2) ?? "–",
        ]),
      ),
    );
    if (bonds) {
      io.say(
        `${bonds.centre} has ${formatQuantity(bonds.coordination.find(({ species }) => species === "all")!.count)} neighbours; per ${bonds.centre} ${bonds.sharing.map(({ kind, pairs }) => `${pairs.value.toFixed(3)} shared ${kind}s`).join(", ")}`,
      );
      io.say(
        `units per frame: ${bonds.units
          .slice(0, 8)
          .map(({ formula, count: n }) => `${n.value.toFixed(2)} ${formula}`)
          .join(", ")}`,
      );
    }
  },
};

function chosen(partials: readonly PartialRdf[], word: string | boolean | undefined, species: readonly string[]): PartialRdf[] {
  if (typeof word !== "string") return partials.filter(({ pair }) => species.indexOf(pair[0]) <= species.indexOf(pair[1]));
  return word.split(",").map((text) => {
    const [a, b] = text.trim().split("-");
    const found = partials.find(({ pair }) => pair[0] === a && pair[1] === b);
    if (!found) throw new ThioscopeError("USAGE", `--pairs ${text}: pairs of ${[...new Set(species)].slice(0, 20).join(", ")}, e.g. Na-S`);
    return found;
  });
}

async function polyhedra(
  path: string,
  options: Parameters<Action["run"]>[1],
  io: Parameters<Action["run"]>[2],
  shared: { cell: Float64Array | null; skip: number; every: number },
  partials: readonly PartialRdf[],
) {
  const [centre, rest] = String(options["bonds"]).split("-");
  const ligands = (rest ?? "")
    .split(",")
    .map((s) => s.trim())
    .filter((s) => s !== "");
  if (!centre || ligands.length === 0)
    throw new ThioscopeError("USAGE", `--bonds ${options["bonds"]}: a centre and its neighbours, e.g. Ta-S,Cl`);
  const stated = positive(options, "cutoff", "Å");
  const cutoffs = ligands.map((ligand) => {
    const found = stated ?? partials.find(({ pair }) => pair[0] === centre && pair[1] === ligand)?.firstMinimum;
    if (found === undefined) throw new ThioscopeError("USAGE", `--bonds ${options["bonds"]}: the file has no ${centre} or no ${ligand}`);
    if (found === null) throw new ThioscopeError("USAGE", `${centre}–${ligand} has no first minimum: --cutoff is needed`);
    return found;
  });
  const collector = polyhedraCollector({ centre, ligands, cutoffs, ...shared });
  await readInto(path, collector, options, io);
  const found = collector.finish();
  return {
    centre,
    ligands: ligands.map((species, k) => ({ species, cutoff: plain(cutoffs[k]!, "Å") })),
    coordination: Object.entries(found.coordination).map(([species, n]) => ({ species, count: n })),
    distribution: Object.entries(found.distribution).map(([n, share]) => ({ n: Number(n), share: plain(share, "1") })),
    sharing: Object.entries(found.sharing).map(([kind, pairs]) => ({ kind, pairs })),
    units: found.units,
    angle: { values: found.angle, sigma: null, unit: "deg" },
    angleAtCentre: { values: found.angleAtCentre, sigma: null, unit: "1" },
    angleAtBridge: { values: found.angleAtBridge, sigma: null, unit: "1" },
  };
}
