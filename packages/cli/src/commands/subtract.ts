/** thioscope subtract: dQ/dV of a composite minus that of a cell with the electrolyte alone. */
import { basename } from "node:path";
import { formatQuantity, inUnit, isComputable, makeTable, parseQuantity, type Quantity, ThioscopeError } from "@thioscope/core";
import { type Cell, cellArea, layerLoading, materialFraction } from "@thioscope/core/cell";
import {
  catholyteOf,
  electrolyteEstimate,
  type HalfCycle,
  halfCycles,
  mAh,
  measureHalfCycle,
  type Subtraction,
  subtractElectrolyte,
} from "@thioscope/core/cycling";
import { writeCsvWithUnits } from "@thioscope/formats/cycling";
import { writeAtomic } from "@thioscope/study/files";
import type { Command } from "../command.ts";
import { about, readCell, readRaw, shortAnswer, textTable } from "../inputs.ts";

export const command: Command = {
  name: "subtract",
  summary: "dQ/dV of a composite minus that of its electrolyte alone",
  usage:
    "thioscope subtract COMPOSITE ELECTROLYTE --cell composite.yaml --reference-cell electrolyte.yaml [--cycle N] [--offset V] [-o FILE.csv]",
  about: `Both are taken per area. The electrolyte's curve is scaled by the loadings of electrolyte in the two cathodes, and shifted by an offset:
declared ("0 ± 5 mV"), or estimated from peaks that both have, its error their scatter. The band of the rest holds counting errors, areas,
scale and alignment. Shares of the capacity are estimates: without sulfur the electrolyte reacts at other potentials and to another extent.`,
  options: {
    cell: { type: "string", value: "FILE", help: "cell file of the composite" },
    "reference-cell": { type: "string", value: "FILE", help: "cell file of the electrolyte-only cell" },
    cycle: { type: "string", value: "N", help: "cycle of both files, from 1 (default 1)" },
    offset: { type: "string", value: "V", help: 'how much higher the electrolyte reacts in the composite, e.g. "75 ± 20 mV"' },
    out: { type: "string", short: "o", value: "FILE", help: "write the curves as CSV with a unit row" },
  },
  examples: [
    "thioscope subtract nas.mpt nas-c.mpt --cell nas.yaml --reference-cell nas-c.yaml",
    'thioscope subtract a.mpr b.mpr --cell a.yaml --reference-cell b.yaml --offset "0 ± 5 mV" --json',
  ],
  async run(words, options, io) {
    if (words.length !== 2) throw new ThioscopeError("USAGE", `two files are needed, ${words.length} were given. Usage: ${command.usage}`);
    const cellPath = needed(options.cell, "cell");
    const referencePath = needed(options["reference-cell"], "reference-cell");
    const number = options.cycle === undefined ? 1 : Number(options.cycle);
    const offset = typeof options.offset === "string" ? inUnit(parseQuantity(options.offset, "V"), "V") : null;
    const [cell, reference] = [await readCell(cellPath), await readCell(referencePath)];
    const [area, referenceArea] = [areaOf(cell, cellPath), areaOf(reference, referencePath)];
    const scale = electrolyteScale(cell, reference);
    const [composite, electrolyte] = [await halvesOf(words[0]!, number), await halvesOf(words[1]!, number)];
    const results = (["discharge", "charge"] as const).flatMap((direction) => {
      const [a, b] = [composite.get(direction), electrolyte.get(direction)];
      if (!a || !b) return [];
      const found = subtractElectrolyte(
        { half: a, area },
        { half: b, area: referenceArea },
        { ...(offset ? { offset } : {}), ...(scale.value ? { scale: scale.value } : {}) },
      );
      const estimate = electrolyteEstimate(cell, areal(a, area), scaledBy(areal(b, referenceArea), scale.value));
      return [{ direction, found, estimate }];
    });
    if (results.length === 0)
      throw new ThioscopeError("NOT_COMPUTABLE", `the files have no half cycle of cycle ${number} in one direction in common`);
    const written = typeof options.out === "string" ? options.out : null;
    if (written !== null) await writeAtomic(written, writeCsvWithUnits(asTable(results)));
    io.result({
      file: basename(words[0]!),
      electrolyte: basename(words[1]!),
      cycle: number,
      scale: scale.value ?? { value: 1, sigma: null, unit: "" },
      scaleHow: scale.how,
      directions: results.map(({ direction, found, estimate }) => ({
        direction,
        share: estimate.share,
        sulfurAreal: estimate.sulfurAreal,
        sulfurSpecific: intervalOf(estimate.sulfurSpecific),
        utilisation: intervalOf(estimate.utilisation),
        estimate: estimate.how,
        curves: "notComputable" in found ? found : curvesJson(found),
      })),
      written,
    });
    if (io.json) return;
    for (const { direction, found, estimate } of results) {
      io.say(`Cycle ${number}, ${direction}`);
      io.say(`  electrolyte's share of the capacity  ${shortAnswer(estimate.share)}  (${estimate.how})`);
      io.say(
        `  the rest                             ${formatQuantity(estimate.sulfurAreal)}${"low" in estimate.sulfurSpecific ? `, ${spanText(estimate.sulfurSpecific)} of active material` : ""}`,
      );
      if ("notComputable" in found) {
        io.say(`  curves: ${found.notComputable}\n`);
        continue;
      }
      io.say(`  offset                               ${formatQuantity(found.offset)}  (${found.offsetHow})`);
      io.say(`  scale                                ${formatQuantity(found.scale)}  (${scale.how})`);
      const rows = found.perPeak.map(({ peak, electrolyteShare }) => [
        peak.potential ? formatQuantity({ ...peak.potential, unit: "" }) : `cut off at ${peak.nearVolt.toFixed(2)}`,
        formatQuantity({
          value: 100 * electrolyteShare.value,
          sigma: electrolyteShare.sigma === null ? null : 100 * electrolyteShare.sigma,
          unit: "",
        }),
      ]);
      io.say(textTable(["peak at V", "of its window the electrolyte alone has %"], rows));
      if (found.negative.length > 0) {
        const ranges = found.negative.map(([from, to]) => `${from.toFixed(2)}–${to.toFixed(2)} V`).join(", ");
        io.say(
          `  the electrolyte alone passes more than the composite at ${ranges}: there it does not react in the composite as it does alone`,
        );
      }
      io.say("");
    }

    async function halvesOf(path: string, cycle: number): Promise<Map<HalfCycle["direction"], HalfCycle>> {
      const file = await readRaw(path, io.task);
      const halves = await about(path, () => halfCycles(file));
      const own = halves.filter((half) => half.cycle === cycle);
      if (own.length === 0)
        throw new ThioscopeError("USAGE", `--cycle ${cycle}: the file has cycles 1 to ${halves.at(-1)?.cycle ?? 0}`, { file: path });
      return new Map(own.map((half) => [half.direction, half]));
    }
  },
};

function needed(word: string | boolean | undefined, name: string): string {
  if (typeof word !== "string") throw new ThioscopeError("USAGE", `--${name} is needed. Usage: ${command.usage}`);
  return word;
}

function areaOf(cell: Cell, file: string): Quantity {
  const { answer } = cellArea(cell);
  if (!isComputable(answer)) throw new ThioscopeError("NOT_COMPUTABLE", answer.notComputable, { file });
  return answer;
}

/** Loading of the common electrolyte in the composite over that in the other cathode; 1 where it cannot be known. */
function electrolyteScale(cell: Cell, reference: Cell): { value: Quantity | null; how: string } {
  const loading = (of: Cell, material: string): Quantity | null => {
    const index = of.layers.findIndex((l) => l.role === "cathode");
    const whole = layerLoading(of, index).answer;
    const fraction = materialFraction(of, index, material).answer;
    if (!isComputable(whole) || !isComputable(fraction)) return null;
    const value = (whole.value * fraction.value) / 100;
    return { value, sigma: value * Math.hypot((whole.sigma ?? 0) / whole.value, (fraction.sigma ?? 0) / fraction.value), unit: "mg/cm2" };
  };
  const material = catholyteOf(cell);
  const [own, other] = material ? [loading(cell, material), loading(reference, material)] : [null, null];
  if (!own || !other) return { value: null, how: "taken as 1: the loadings of the electrolyte are not known in both cells" };
  const value = own.value / other.value;
  const sigma = value * Math.hypot((own.sigma ?? 0) / own.value, (other.sigma ?? 0) / other.value);
  return {
    value: { value, sigma: sigma > 0 ? sigma : null, unit: "" },
    how: `${formatQuantity(own)} of ${material} over ${formatQuantity(other)}`,
  };
}

function areal(half: HalfCycle, area: Quantity): Quantity {
  const charge = mAh(measureHalfCycle(half).charge);
  if (!isComputable(charge)) throw new ThioscopeError("NOT_COMPUTABLE", charge.notComputable);
  const value = charge.value / area.value;
  return { value, sigma: value * Math.hypot((charge.sigma ?? 0) / charge.value, (area.sigma ?? 0) / area.value) || null, unit: "mAh/cm2" };
}

function scaledBy(q: Quantity, scale: Quantity | null): Quantity {
  if (!scale) return q;
  const value = q.value * scale.value;
  return { value, sigma: Math.abs(value) * Math.hypot((q.sigma ?? 0) / q.value, (scale.sigma ?? 0) / scale.value) || null, unit: q.unit };
}

type Span = { low: number; high: number; sigma: number; unit: string };

function intervalOf(span: Span | { notComputable: string }) {
  if ("notComputable" in span) return span;
  const end = (value: number): Quantity => ({ value, sigma: span.sigma || null, unit: span.unit });
  return { low: end(span.low), high: end(span.high) };
}

const spanText = ({ low, high, unit }: Span): string =>
  high - low > 1e-6 * high ? `${low.toFixed(0)}–${high.toFixed(0)} ${unit}` : `${low.toFixed(0)} ${unit}`;

function curvesJson(found: Subtraction) {
  const unit = "mAh/(cm2 V)";
  const curve = ({ values, sigma }: Subtraction["rest"]) => ({ values, sigma, unit });
  return {
    voltage: { values: found.voltageVolt, sigma: null, unit: "V" },
    composite: curve(found.composite),
    electrolyte: curve(found.electrolyte),
    rest: curve(found.rest),
    offset: found.offset,
    offsetHow: found.offsetHow,
    peaks: found.perPeak.map(({ peak, electrolyteShare }) => ({
      potential: peak.potential ?? { notComputable: peak.censored },
      electrolyteShare,
    })),
    negative: found.negative.map(([from, to]) => ({
      from: { value: from, sigma: null, unit: "V" },
      to: { value: to, sigma: null, unit: "V" },
    })),
  };
}

function asTable(results: readonly { direction: string; found: Subtraction | { notComputable: string } }[]) {
  const drawn = results.flatMap(({ direction, found }) => ("notComputable" in found ? [] : [{ direction, found }]));
  const unit = "mAh/(cm2 V)";
  const stack = (name: string, columnUnit: string, of: (f: Subtraction, k: number) => number) => ({
    name,
    unit: columnUnit,
    values: Float64Array.from(drawn.flatMap(({ found }) => Array.from(found.voltageVolt, (_, k) => of(found, k)))),
  });
  return makeTable([
    {
      name: "charging",
      unit: "",
      values: Float64Array.from(
        drawn.flatMap(({ direction, found }) => Array.from(found.voltageVolt, () => (direction === "charge" ? 1 : 0))),
      ),
    },
    stack("voltage", "V", (f, k) => f.voltageVolt[k]!),
    stack("composite", unit, (f, k) => f.composite.values[k]!),
    stack("composite_sigma", unit, (f, k) => f.composite.sigma[k]!),
    stack("electrolyte", unit, (f, k) => f.electrolyte.values[k]!),
    stack("electrolyte_sigma", unit, (f, k) => f.electrolyte.sigma[k]!),
    stack("rest", unit, (f, k) => f.rest.values[k]!),
    stack("rest_sigma", unit, (f, k) => f.rest.sigma[k]!),
  ]);
}
