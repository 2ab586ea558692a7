/** thioscope symmetric: overpotentials, stabilisation, critical current; soft shorts of symmetric and full cells. */
import { basename } from "node:path";
import { type Answer, formatQuantity, isComputable, parseQuantity, type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import { cellArea } from "@thioscope/core/cell";
import { cyclingSeries, flowOf, type HalfCycle, halfCycles, kindOfTechnique, NO_CYCLES } from "@thioscope/core/cycling";
import {
  type CriticalCurrent,
  criticalCurrent,
  type HalfOverpotential,
  overpotentials,
  type SoftShorts,
  softShorts,
  stabilisation,
} from "@thioscope/core/symmetric";
import type { Command } from "../command.ts";
import { oneWord, readCell, readRaw, shortAnswer, textTable } from "../inputs.ts";

const SHOWN_SIGNS = 12;

export const command: Command = {
  name: "symmetric",
  summary: "symmetric cells: overpotential, stabilisation, critical current; soft shorts",
  usage: "thioscope symmetric FILE [--area A|--cell cell.yaml] [--full]",
  about: `Per half cycle the mean and final overpotential, its growth and the resistance; the time after which it stands still (a change point with
its error); from a test with rising currents the critical current density. Soft shorts are looked for as sudden falls of the potential
that come back, as falls that stay, as jagged half cycles, and as an overpotential that falls, each with the rows that triggered it. --full
looks for them in a full cell, where more charge than discharge counts too (alone it makes a cell suspected, not detected).`,
  options: {
    area: { type: "string", value: "AREA", help: 'area of the electrodes, e.g. "0.785 cm2"' },
    cell: { type: "string", value: "FILE", help: "cell file: gives the area" },
    full: { type: "boolean", help: "a full cell: soft shorts alone" },
    salvage: { type: "boolean", help: "of a damaged file, use what can be read before the damage" },
  },
  examples: ['thioscope symmetric nasn.mpr --area "0.785 cm2"', "thioscope symmetric cell12.ndax --full --json"],
  async run(words, options, io) {
    const path = oneWord(words, command.usage);
    const area = await areaOf(options.area, options.cell);
    const file = await readRaw(path, io.task, options.salvage === true);
    const kind = kindOfTechnique(file.technique);
    if (kind !== "cycling") throw new ThioscopeError("NOT_COMPUTABLE", NO_CYCLES[kind], { file: basename(path) });
    const flow = flowOf(cyclingSeries(file));
    const halves = halfCycles(flow);
    const warnings = [...file.notices, ...flow.series.notices, ...flow.notices];
    const head = {
      file: basename(path),
      format: file.format,
      technique: file.technique,
      area: area ?? { notComputable: "neither --area nor --cell is given" },
    };
    if (options.full === true) {
      const shorts = softShorts(halves);
      io.result({ ...head, kind: "full cell", softShorts: shortsJson(shorts), warnings });
      if (!io.json) io.say(shortText(shorts));
    } else {
      const eta = overpotentialsOf(halves, area, path);
      const shorts = softShorts(halves, eta);
      const stable = stabilisation(eta);
      const critical = criticalCurrent(eta, shorts.signs);
      io.result({
        ...head,
        kind: "symmetric cell",
        halfCycles: eta.map(({ hour, ...half }) => ({ ...half, time: quantity(hour, "h") })),
        stabilisation: stable,
        criticalCurrent: critical,
        softShorts: shortsJson(shorts),
        warnings,
      });
      if (!io.json) {
        io.say(halfTable(eta));
        io.say(
          "notComputable" in stable
            ? `stabilisation: not computable: ${stable.notComputable}`
            : `stabilised after ${formatQuantity(stable.after)}${stable.law === "exponential" ? " (95 % of an exponential approach)" : ""} at ${formatQuantity(stable.overpotential)} (by then ${formatQuantity(stable.change)} more than at the start; drift since ${formatQuantity(stable.drift)})`,
        );
        io.say(criticalText(critical));
        io.say(shortText(shorts));
      }
    }
    for (const notice of warnings) io.hint(`warning: ${notice.message} [${notice.code}]`);
  },
};

/** In JSON every number that is no count has a unit. */
function shortsJson({ signs, ...shorts }: SoftShorts) {
  return { ...shorts, signs: signs.map(({ timesThreshold, ...sign }) => ({ ...sign, timesThreshold: quantity(timesThreshold, "") })) };
}

/** A full cell is the usual reason why there are none: the message says what to do with it. */
function overpotentialsOf(halves: readonly HalfCycle[], area: Quantity | null, path: string): readonly HalfOverpotential[] {
  try {
    return overpotentials(halves, area);
  } catch (error) {
    if (!(error instanceof ThioscopeError && error.code === "NOT_COMPUTABLE") || halves.length === 0) throw error;
    throw new ThioscopeError("NOT_COMPUTABLE", `${error.message}; with --full soft shorts are looked for in a full cell`, {
      file: basename(path),
    });
  }
}

async function areaOf(word: string | boolean | undefined, cell: string | boolean | undefined): Promise<Quantity | null> {
  if (typeof word === "string") return parseQuantity(word, "cm2");
  if (typeof cell !== "string") return null;
  const { answer } = cellArea(await readCell(cell));
  if (!isComputable(answer))
    throw new ThioscopeError("NOT_COMPUTABLE", `the cell file gives no area: ${answer.notComputable}`, { file: basename(cell) });
  return answer;
}

function halfTable(eta: readonly HalfOverpotential[]): string {
  const rows = eta.map((h) => [
    String(h.half),
    h.direction,
    h.hour.toFixed(1),
    isComputable(h.currentDensity) ? formatQuantity(h.currentDensity) : formatQuantity(h.current),
    shortAnswer(h.mean),
    shortAnswer(h.end),
    shortAnswer(h.growth),
    shortAnswer(h.resistance),
  ]);
  // a test of hundreds of half cycles is told by its beginning and end; --json has them all
  const shown = rows.length > 30 ? [...rows.slice(0, 12), rows[0]!.map(() => "…"), ...rows.slice(-12)] : rows;
  return textTable(["half cycle", "direction", "h", "current", "η mV", "at end", "growth", "Ω"], shown);
}

function criticalText({ critical, lastSound, firstFailed, levels }: CriticalCurrent): string {
  const text = (q: Quantity | null): string => (q ? `${Number(q.value.toPrecision(4))} ${q.unit}` : "–");
  const reason = levels.find((level) => level.failed)?.failed;
  return isComputable(critical as Answer)
    ? `critical current ${formatQuantity(critical as Quantity)}: sound at ${text(lastSound)}, short at ${text(firstFailed)} (${reason})`
    : `critical current: not computable: ${(critical as { notComputable: string }).notComputable}`;
}

function shortText({ verdict, signs, halfCyclesJudged, halfCyclesWithSigns, detectionLimit }: SoftShorts): string {
  const limit = isComputable(detectionLimit)
    ? `falls below ${detectionLimit.value.toPrecision(2)} ${detectionLimit.unit} would not be seen`
    : detectionLimit.notComputable;
  const lines = signs
    .slice(0, SHOWN_SIGNS)
    .map((s) => `  ${s.kind}, half cycle ${s.half} of cycle ${s.cycle}, rows ${s.rows[0]} to ${s.rows[1]}: ${s.message}`);
  if (signs.length > SHOWN_SIGNS) lines.push(`  … ${signs.length - SHOWN_SIGNS} more signs`);
  return [`soft shorts: ${verdict} (${halfCyclesWithSigns} of ${halfCyclesJudged} half cycles; ${limit})`, ...lines].join("\n");
}
