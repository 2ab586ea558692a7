/**
 * What a file's run amounts to, in sentences. Every number is a quantity with the rows it comes from. Only what the
 * tables of the story hold is used, so the sentences can be made again from a stored story.
 */
import { type Answer, isComputable, type Quantity } from "../units/quantity.ts";
import { inBasis } from "./basis.ts";
import type { CapacityBasis, CycleRow, RowRange, Sentence, StoryFile } from "./model.ts";

type Part = Sentence["parts"][number];

/** Sentences about one file; row ranges name it as `index`. */
export function sentencesOf(file: StoryFile, index: number): Sentence[] {
  const writer = new Writer(file, index);
  if (file.rows === 0) return [sentence(`${file.name} holds no rows.`)];
  const sentences = [writer.overview()];
  // the capacities of a symmetric cell are what was set, its mean potentials are overpotentials
  if (file.electrochemistry?.symmetric?.cell === "symmetric") return [...sentences, ...writer.warnings()];
  if (file.cyclesByCurrent > 0) {
    sentences.push(...writer.capacity(), ...writer.efficiency(), ...writer.potentials(), ...writer.rates(), ...writer.anomalies());
  } else sentences.push(...writer.charges());
  if (file.accuracy) {
    const { how, assumed } = file.accuracy;
    sentences.push(
      sentence(`Errors include the instrument's accuracy, ${assumed ? "assumed as usual for cyclers" : "as declared"}: ${how}.`),
    );
  }
  sentences.push(...writer.warnings());
  return sentences;
}

function sentence(...parts: readonly Part[]): Sentence {
  return { parts };
}

const count = (value: number): Quantity => ({ value, sigma: null, unit: "" });

/** Deviations of a capacity from its neighbours that are worth a sentence. */
const ODD_SHARE = 0.1;
const SHORT_PERCENT = 150;

class Writer {
  readonly file: StoryFile;
  readonly index: number;
  readonly basis: CapacityBasis;

  constructor(file: StoryFile, index: number) {
    this.file = file;
    this.index = index;
    this.basis = file.bases[0]!;
  }

  private all(): RowRange {
    return { file: this.index, first: 0, last: Math.max(0, this.file.rows - 1) };
  }

  private from(row: CycleRow): RowRange {
    return { file: this.index, first: row.rows.first, last: row.rows.last };
  }

  private between(first: CycleRow, last: CycleRow): RowRange {
    return { file: this.index, first: first.rows.first, last: last.rows.last };
  }

  private capacityPart(row: CycleRow, answer: Answer): Part {
    if (!isComputable(answer)) return `not known (${answer.notComputable})`;
    return { quantity: inBasis(answer, this.basis) as Quantity, from: this.from(row) };
  }

  overview(): Sentence {
    const { file } = this;
    const { timeHour, voltageVolt } = file.trace;
    const parts: Part[] = [`${file.name}: `];
    const scans = file.cyclesByCurrent === 0 && file.cycleTable.length > 0;
    if (file.cyclesByCurrent > 0) {
      parts.push(
        { quantity: count(file.cyclesByCurrent), from: this.all(), note: "cycles by current" },
        file.cyclesByCurrent === 1 ? " cycle" : " cycles",
      );
      const open = file.cycleTable.at(-1)!;
      if (!isComputable(open.chargeCapacity) || !isComputable(open.dischargeCapacity)) {
        parts.push(file.cyclesByCurrent === 1 ? " (a single half cycle)" : " (the last one is half a cycle)");
      }
      if (file.cycles > 0 && file.cycles !== file.cyclesByCurrent) {
        parts.push(", ", { quantity: count(file.cycles), from: this.all(), note: "by the instrument" }, " by the instrument's count,");
      }
    } else if (scans) {
      parts.push(
        { quantity: count(file.cycleTable.length), from: this.all(), note: "by the instrument" },
        file.cycleTable.length === 1 ? " scan" : " scans",
      );
    } else parts.push({ quantity: count(file.rows), from: this.all() }, ` rows of ${file.technique}`);
    if (timeHour.length > 0) {
      const hours = timeHour[timeHour.length - 1]! - timeHour[0]!;
      parts.push(" in ", { quantity: { value: hours, sigma: null, unit: "h" }, from: this.all() });
    }
    const low = extremeOf(voltageVolt, -1);
    const high = extremeOf(voltageVolt, 1);
    if (low >= 0 && high >= 0) {
      parts.push(" between ", this.pointVolt(low), " and ", this.pointVolt(high));
    }
    if (file.firstHalfCycle) parts.push(`; each cycle begins with the ${file.firstHalfCycle}`);
    parts.push(".");
    return { parts };
  }

  private pointVolt(k: number): Part {
    const row = this.file.trace.row[k]!;
    return {
      quantity: { value: this.file.trace.voltageVolt[k]!, sigma: null, unit: "V" },
      from: { file: this.index, first: row, last: row },
    };
  }

  private withBoth(): CycleRow[] {
    return this.file.cycleTable.filter((row) => isComputable(row.chargeCapacity) && isComputable(row.dischargeCapacity));
  }

  capacity(): Sentence[] {
    const rows = this.file.cycleTable.filter((row) => isComputable(row.dischargeCapacity));
    if (rows.length === 0) {
      const first = this.file.cycleTable[0]!;
      return [sentence("The only charge stores ", this.capacityPart(first, first.chargeCapacity), ".")];
    }
    const reference = rows.find((row) => row.cycle === this.file.referenceCycle) ?? rows[0]!;
    const last = rows.at(-1)!;
    const sentences: Sentence[] = [];
    if (reference.cycle !== rows[0]!.cycle) {
      sentences.push(
        sentence(
          `The first discharge gives ${this.file.firstHalfCycle === "discharge" ? "only " : ""}`,
          this.capacityPart(rows[0]!, rows[0]!.dischargeCapacity),
          `, less than half of the median: cycle ${reference.cycle} is the reference.`,
        ),
      );
    }
    if (last === reference)
      return [...sentences, sentence(`The discharge of cycle ${last.cycle} gives `, this.capacityPart(last, last.dischargeCapacity), ".")];
    const parts: Part[] = [
      "The discharge capacity goes from ",
      this.capacityPart(reference, reference.dischargeCapacity),
      ` in cycle ${reference.cycle} to `,
      this.capacityPart(last, last.dischargeCapacity),
      ` in cycle ${last.cycle}`,
    ];
    if (isComputable(last.retention)) {
      parts.push(": a retention of ", {
        quantity: last.retention,
        from: this.between(reference, last),
        note: `against cycle ${reference.cycle}`,
      });
    }
    const below = rows.find((row) => row.cycle > reference.cycle && isComputable(row.retention) && row.retention.value < 80);
    if (below && isComputable(below.retention)) {
      parts.push(`; it first falls below 80 % in cycle ${below.cycle}, at `, { quantity: below.retention, from: this.from(below) });
    }
    parts.push(".");
    return [...sentences, { parts }];
  }

  efficiency(): Sentence[] {
    const rows = this.withBoth();
    if (rows.length === 0) return [];
    const recovery = this.file.firstHalfCycle === "discharge";
    const of = (row: CycleRow): Answer => (recovery ? row.chargeRecovery : row.coulombicEfficiency);
    const first = rows[0]!;
    const firstValue = of(first);
    const parts: Part[] = [recovery ? "The charge recovers " : "The discharge returns "];
    if (isComputable(firstValue)) parts.push({ quantity: firstValue, from: this.from(first) });
    parts.push(
      recovery ? " of the discharge before it in cycle " : " of the charge before it (coulombic efficiency) in cycle ",
      String(first.cycle),
    );
    const rest = rows.slice(1);
    if (rest.length >= 2) {
      const mean = meanOf(rest.map(of));
      const lowest = rest.reduce((a, b) => (numberOf(of(b)) < numberOf(of(a)) ? b : a));
      if (mean) {
        parts.push(
          ` and on average `,
          { quantity: mean, from: this.between(rest[0]!, rest.at(-1)!), note: `mean of ${rest.length} cycles, error from their spread` },
          ` in cycles ${rest[0]!.cycle}–${rest.at(-1)!.cycle} (lowest `,
          { quantity: of(lowest) as Quantity, from: this.from(lowest) },
          ` in cycle ${lowest.cycle})`,
        );
      }
    } else if (rest.length === 1 && isComputable(of(rest[0]!))) {
      parts.push(" and ", { quantity: of(rest[0]!) as Quantity, from: this.from(rest[0]!) }, ` in cycle ${rest[0]!.cycle}`);
    }
    parts.push(".");
    return [{ parts }];
  }

  potentials(): Sentence[] {
    const rows = this.withBoth();
    const row = rows.find((r) => r.cycle === this.file.referenceCycle) ?? rows[0];
    if (!row) return [];
    const { meanChargeVoltage: charge, meanDischargeVoltage: discharge, polarisation, energyEfficiency } = row;
    if (!isComputable(charge) || !isComputable(discharge) || !isComputable(polarisation)) return [];
    const from = this.from(row);
    const parts: Part[] = [
      `In cycle ${row.cycle} the mean potential is `,
      { quantity: charge, from },
      " on charge and ",
      { quantity: discharge, from },
      " on discharge; at half of the capacity the two lie ",
      { quantity: polarisation, from, note: "charge minus discharge, each at half of its own capacity" },
      " apart",
    ];
    const last = rows.at(-1)!;
    if (last !== row && isComputable(last.polarisation)) {
      parts.push(", in cycle ", String(last.cycle), " ", { quantity: last.polarisation, from: this.from(last) });
    }
    if (isComputable(energyEfficiency)) parts.push("; energy efficiency ", { quantity: energyEfficiency, from });
    parts.push(".");
    return [{ parts }];
  }

  rates(): Sentence[] {
    const groups = this.file.rateTable;
    if (groups.length === 0) return [];
    const parts: Part[] = groups.length === 1 ? [] : [`${groups.length} groups of cycles at one rate: `];
    for (const [g, group] of groups.slice(0, MOST_GROUPS).entries()) {
      const rows = this.file.cycleTable.filter((row) => row.cycle >= group.firstCycle && row.cycle <= group.lastCycle);
      const from = this.between(rows[0]!, rows.at(-1)!);
      if (g > 0) parts.push("; ");
      const name = group.firstCycle === group.lastCycle ? `cycle ${group.firstCycle}` : `cycles ${group.firstCycle}–${group.lastCycle}`;
      const verb = group.firstCycle === group.lastCycle ? "runs" : "run";
      parts.push(groups.length === 1 ? `${name.replace(/^c/, "C")} ${verb}` : name, group.backAt === null ? " at " : " back at ");
      const current = isComputable(group.dischargeCurrent) ? group.dischargeCurrent : group.chargeCurrent;
      if (isComputable(current)) parts.push({ quantity: current, from, note: "working current" });
      if (isComputable(group.rate)) parts.push(` (${rateWord(group.rate.value)})`);
      const capacity = isComputable(group.dischargeCapacity) ? group.dischargeCapacity : group.chargeCapacity;
      const shown = inBasis(capacity, this.basis);
      if (groups.length > 1 && isComputable(shown)) parts.push(" give ", { quantity: shown, from, note: "mean of the group" });
    }
    if (groups.length > MOST_GROUPS) parts.push(`; and ${groups.length - MOST_GROUPS} more groups`);
    parts.push(".");
    return [{ parts }];
  }

  /** Cycles that differ from those around them at the same rate. */
  anomalies(): Sentence[] {
    const sentences: Sentence[] = [];
    const recovered = this.file.firstHalfCycle === "charge";
    for (const group of this.file.rateTable) {
      const rows = this.withBoth().filter((row) => row.cycle >= group.firstCycle && row.cycle <= group.lastCycle);
      for (const [k, row] of rows.entries()) {
        // the first cycle at a rate begins where another rate ended
        if (k > 0 && numberOf(row.chargeRecovery) > SHORT_PERCENT) {
          const text = recovered ? " of the discharge after it" : " of the discharge before it";
          sentences.push(
            sentence(
              `In cycle ${row.cycle} the charge passes `,
              { quantity: row.chargeRecovery as Quantity, from: this.from(row) },
              `${text}: a soft short or a side reaction would do this.`,
            ),
          );
        }
        const around = [k - 2, k - 1, k + 1, k + 2].flatMap((i) => (rows[i] ? [numberOf(rows[i].dischargeCapacity)] : []));
        if (around.length < 3) continue;
        const middle = median(around);
        const spread = median(around.map((value) => Math.abs(value - middle)));
        const difference = numberOf(row.dischargeCapacity) - middle;
        if (!(Math.abs(difference) > Math.max(ODD_SHARE * middle, 5 * spread)) || row.cycle === this.file.cycleTable[0]!.cycle) continue;
        sentences.push(
          sentence(
            `Cycle ${row.cycle} gives `,
            this.capacityPart(row, row.dischargeCapacity),
            `, ${Math.abs((100 * difference) / middle).toFixed(0)} % ${difference > 0 ? "more" : "less"} than its neighbours at the same rate.`,
          ),
        );
      }
    }
    if (sentences.length <= MOST_ANOMALIES) return sentences;
    return [
      ...sentences.slice(0, MOST_ANOMALIES),
      sentence(`${sentences.length - MOST_ANOMALIES} more cycles stand out in the same ways.`),
    ];
  }

  /** For files without half cycles: what charge passed. */
  charges(): Sentence[] {
    const rows = this.file.cycleTable;
    if (rows.length === 0) return [];
    const last = rows.at(-1)!;
    const of = (row: CycleRow): Part[] => [
      "an anodic charge of ",
      this.capacityPart(row, row.chargeCapacity),
      " and a cathodic charge of ",
      this.capacityPart(row, row.dischargeCapacity),
    ];
    if (rows.length === 1) return [sentence("The scan passes ", ...of(last), ".")];
    return [sentence(`Scan ${rows[0]!.cycle} passes `, ...of(rows[0]!), `; scan ${last.cycle} `, ...of(last), ".")];
  }

  warnings(): Sentence[] {
    const { notices } = this.file;
    if (notices.length === 0) return [];
    const shown = notices.slice(0, MOST_NOTICES).map((notice): Sentence => {
      const text = notice.message.endsWith(".") ? notice.message : `${notice.message}.`;
      const capital = text.charAt(0).toUpperCase() + text.slice(1);
      if (!notice.rows) return sentence(capital);
      const [first, last] = notice.rows;
      return sentence(
        `${capital} Rows `,
        { quantity: count(first), from: { file: this.index, first, last } },
        last === first ? "." : `–${last}.`,
      );
    });
    const more = notices.length - MOST_NOTICES;
    return more > 0 ? [...shown, sentence(`${more} more notices are listed with the file.`)] : shown;
  }
}

const MOST_GROUPS = 12;
const MOST_ANOMALIES = 4;
const MOST_NOTICES = 5;

/** "C/10", "2 C" */
function rateWord(perHour: number): string {
  if (!(perHour > 0)) return "no current";
  return perHour < 0.95 ? `C/${Number((1 / perHour).toPrecision(2))}` : `${Number(perHour.toPrecision(2))} C`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function numberOf(answer: Answer): number {
  return isComputable(answer) ? answer.value : Number.NaN;
}

/** Mean with the standard error that the spread of the values gives. */
function meanOf(answers: readonly Answer[]): Quantity | null {
  const values = answers.filter(isComputable);
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, q) => sum + q.value, 0) / n;
  const square = values.reduce((sum, q) => sum + (q.value - mean) ** 2, 0) / (n - 1);
  return { value: mean, sigma: Math.sqrt(square / n), unit: values[0]!.unit };
}

/** Index of the lowest (−1) or highest (1) value; −1 where there is none. */
function extremeOf(values: ArrayLike<number>, side: number): number {
  let best = -1;
  for (let k = 0; k < values.length; k++) {
    if (Number.isNaN(values[k]!)) continue;
    if (best < 0 || (values[k]! - values[best]!) * side > 0) best = k;
  }
  return best;
}
