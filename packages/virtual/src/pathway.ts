/**
 * The virtual campaign of the operando Na–S work: two kinds of cell, as there. Diffraction on S | Na3PS4 at 80 °C during a cycle sees crystals only; S K-edge spectra of cells with
 * closo-borates at 30 °C, stopped at potentials and taken out, see every sulfur atom. Both run on the model of the cathode with long chains, Na₂S₃ and crystalline shares.
 *
 * Not known to the analysis: scans are as long as they take and amounts change meanwhile; the first diffraction scan begins late; intensities have an error of texture that
 * neighbouring scans share; the cell's sulfur is weighed with an error; stops are reached within 2 mV; spectra have the error of normalisation in common; weights of the
 * long chains and Na₂S₃ rest on spectra that are not of pure compounds.
 */
import { type Random, random } from "@thioscope/core";
import { type CellRun, meanAmounts, parameterSet, withSwitches } from "@thioscope/core/cellmodel";
import { cycleOf, formulasOf } from "./lab/cellStates.ts";

export interface PathwayCampaign {
  /** name → content; the truth is not among them */
  files: Readonly<Record<string, string>>;
  truth: PathwayTruth;
}

export interface PathwayTruth {
  phases: readonly string[];
  /** per cell, states over its cycle */
  nps: PathwayStates;
  nbh: PathwayStates;
  /** share of Na₂S₂ not crystalline where there is most of it on charge */
  hiddenDisulfideOnCharge: number;
}

export interface PathwayStates {
  direction: readonly ("charge" | "discharge")[];
  /** electrons per atom of sulfur */
  electrons: readonly number[];
  /** state by state, phase by phase */
  total: readonly (readonly number[])[];
  crystalline: readonly (readonly number[])[];
}

const SWITCHES = ["with-high-order", "with-na2s3", "crystalline"];
/** Stops of the ex-situ cells, V of the two-electrode cell. */
const STOPS = [1.9, 1.8, 1.7, 1.5, 1.1, 0.5];
const SCAN_SECOND = 1800;
/** Sulfur of each cell, mg, as the cell files of the campaign say. */
const SULFUR_MILLIGRAM = { nps: 1.65, nbh: 1.65 };

const CELL = (name: string, celsius: number, electrolyte: string): string => `name: ${name}
diameter: 10 mm
temperature: ${celsius} °C
stack: { pressure: 50 MPa }
layers:
  - { role: anode,     composition: { Na15Sn4: 80 wt%, C: 20 wt% }, mass: 100 mg }
  - { role: separator, composition: { ${electrolyte}: 100 wt% }, mass: 80 mg }
  - { role: cathode,   composition: { S: 33 wt%, C: 17 wt%, ${electrolyte}: 50 wt% }, mass: 5 mg, active: S }
reference: Na15Sn4
`;

export function pathwayCampaign(seed: number | string): PathwayCampaign {
  const draw = random(`pathway ${seed}`);
  const cells = { nps: runOf("na-s-nps", 100), nbh: runOf("na-s-nbh", 50) };
  const files: Record<string, string> = {
    "nps.yaml": CELL("S|NPS", 80, "Na3PS4"),
    "nbh.yaml": CELL("S|NBH", 30, "Na4(B10H10)(B12H12)"),
  };
  const massError = { nps: 1 + 0.01 * draw.normal(), nbh: 1 + 0.01 * draw.normal() };
  for (const name of ["nps", "nbh"] as const)
    files[`${name}.csv`] = cyclerCsv(cells[name], SULFUR_MILLIGRAM[name] * massError[name], draw.fork(name));
  files["xrd.csv"] = diffraction(cells.nps, draw.fork("xrd"));
  files["xas.csv"] = spectra(cells.nbh, draw.fork("xas"));
  const nps = statesOf(cells.nps);
  return {
    files,
    truth: {
      phases: formulasOf(cells.nps),
      nps,
      nbh: statesOf(cells.nbh),
      hiddenDisulfideOnCharge: hiddenOnCharge(nps, formulasOf(cells.nps)),
    },
  };
}

/** @param rate mA/g; the stopped cells are slow, so that their states are those of the printed potentials */
const runOf = (set: string, rate: number): CellRun => cycleOf(withSwitches(parameterSet(set), SWITCHES), `${rate} mA/g`);

/** The electrolyte's own name of the lump, and of sulfur. */
const speciesOf = (formula: string): string => (formula === "S" ? "S8" : formula === "Na2S7" ? "Na2S6-8" : formula);

function cyclerCsv({ rows }: CellRun, milligram: number, draw: Random): string {
  const lines = ["test_time_second,voltage_volt,current_ampere"];
  // the model's current is per gram of its own sulfur
  const { capacity, time } = rows;
  for (let r = 0; r < rows.count; r++) {
    const previous = Math.max(0, r - 1);
    const span = time[r]! - time[previous]!;
    const perGram = span > 0 ? ((capacity[r]! - capacity[previous]!) / span) * 3600 : 0;
    const ampere = (-perGram * milligram * 1e-3) / 1e3;
    if (r > 0 && !(span > 0)) continue;
    lines.push(
      `${time[r]!.toFixed(3)},${(rows.volt[r]! + 2e-4 * draw.normal()).toFixed(5)},${(Math.abs(ampere) < 1e-9 ? 0 : ampere).toExponential(7)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

interface Amounts {
  total: Float64Array;
  crystalline: Float64Array;
}

function amountsAt(run: CellRun, row: number): Amounts {
  const { frames, model } = run;
  const after = Math.max(
    1,
    frames.findIndex((f) => f.row >= row),
  );
  const [a, b] = [frames[after - 1]!, frames[after]!];
  const t = b.row > a.row ? Math.min(1, Math.max(0, (row - a.row) / (b.row - a.row))) : 0;
  const mean = (one: (typeof frames)[number]): Amounts => {
    const total = meanAmounts(model, one);
    const { widths } = model.equations.grid;
    const length = model.physics.layers.cathode;
    const P = total.length;
    const crystalline = new Float64Array(P);
    for (let i = 0; i < widths.length; i++)
      for (let k = 0; k < P; k++) crystalline[k] = crystalline[k]! + (one.crystal![i * P + k]! * widths[i]!) / length;
    return { total, crystalline };
  };
  const [x, y] = [mean(a), mean(b)];
  const mix = (p: Float64Array, q: Float64Array): Float64Array => p.map((v, k) => Math.max(0, v + (q[k]! - v) * t));
  return { total: mix(x.total, y.total), crystalline: mix(x.crystalline, y.crystalline) };
}

function rowAt({ rows }: CellRun, second: number): number {
  let i = 0;
  while (i + 1 < rows.count && rows.time[i + 1]! <= second) i++;
  return i;
}

/** One intensity per phase and scan, over the time of the cycler. */
function diffraction(run: CellRun, draw: Random): string {
  const lines = ["# crystalline phases of the cathode, mean over its thickness", "probe,kind,species,at_second,at_sigma,value,sigma"];
  const phases = formulasOf(run);
  const seen = phases.flatMap((formula, k) =>
    formula === "Na2S7" || formula === "Na2S3"
      ? []
      : [{ k, species: speciesOf(formula), scale: 80 + 160 * draw.uniform(), texture: 0.01 * draw.normal() }],
  );
  for (const { species, scale } of seen)
    lines.push(`XRD,scale,${species},,,${(scale * (1 + 0.03 * draw.normal())).toFixed(2)},${(0.03 * scale).toFixed(2)}`);
  const end = run.rows.time[run.rows.count - 1]!;
  for (let at = 0.4 * SCAN_SECOND; at < end; at += SCAN_SECOND) {
    for (const phase of seen) {
      phase.texture = 0.8 * phase.texture + 0.006 * draw.normal();
      // a scan lasts: each phase is met at its own moment
      const moment = at + 0.15 * SCAN_SECOND * draw.normal();
      const c = amountsAt(run, rowAt(run, Math.max(0, Math.min(end, moment)))).crystalline[phase.k]!;
      const sigma = phase.scale * Math.hypot(0.008, 0.015 * c);
      const value = phase.scale * c * (1 + phase.texture) + phase.scale * 0.008 * draw.normal();
      lines.push(
        `XRD,crystalline,${phase.species},${at.toFixed(0)},${(0.3 * SCAN_SECOND).toFixed(0)},${value.toFixed(3)},${sigma.toFixed(3)}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Weights of the spectra of stopped cells, on discharge; borates hold no sulfur. */
function spectra(run: CellRun, draw: Random): string {
  const lines = ["# cells stopped on discharge, taken out", "probe,kind,species,at_volt,at_sigma,value,sigma"];
  const phases = formulasOf(run);
  const [first, last] = run.steps[0]!.rows;
  for (const stop of STOPS) {
    const reached = stop + 0.002 * draw.normal();
    let row = first;
    while (row < last && run.rows.volt[row]! > reached) row++;
    const { total } = amountsAt(run, row);
    const common = 1 + 0.01 * draw.normal();
    for (const [k, formula] of phases.entries()) {
      const value = total[k]! * common + 0.012 * draw.normal();
      lines.push(`XAS,weight,${speciesOf(formula)},${stop},0.002,${value.toFixed(4)},0.016`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function statesOf(run: CellRun): PathwayStates {
  const P = formulasOf(run).length;
  const frames = run.frames.filter(({ crystal }) => crystal);
  const amounts = frames.map(({ row }) => amountsAt(run, row));
  const electrons = amounts.map(({ total }) => run.model.physics.chemistry.phases.reduce((sum, { x }, k) => sum + x * total[k]!, 0));
  const turn = run.steps[0]!.rows[1];
  return {
    direction: frames.map(({ row }) => (row <= turn ? "discharge" : "charge")),
    electrons,
    total: amounts.map(({ total }) => Array.from({ length: P }, (_, k) => total[k]!)),
    crystalline: amounts.map(({ crystalline }) => Array.from({ length: P }, (_, k) => crystalline[k]!)),
  };
}

function hiddenOnCharge({ direction, total, crystalline }: PathwayStates, phases: readonly string[]): number {
  const k = phases.indexOf("Na2S2");
  let best = -1;
  for (const [i, way] of direction.entries()) if (way === "charge" && (best < 0 || total[i]![k]! > total[best]![k]!)) best = i;
  return 1 - crystalline[best]![k]! / total[best]![k]!;
}
