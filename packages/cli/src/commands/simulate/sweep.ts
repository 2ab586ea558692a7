/** thioscope simulate sweep: the cell model over values of its parameters or over currents. */
import { type Quantity, quantity, ThioscopeError } from "@thioscope/core";
import { cycleProtocol, type ParameterSet, parameterOf, parseRate, withParameters } from "@thioscope/core/cellmodel";
import { type ModelJob, runModels } from "@thioscope/study";
import type { Action } from "../../actions.ts";
import { oneWord, textTable, warningLines } from "../../inputs.ts";
import { MODEL_OPTIONS, modelOf, protocolOf, RUN_OPTIONS, valueIn } from "../../simulate/cellInputs.ts";

const USAGE = 'thioscope simulate sweep SET --over "NAME=FROM:TO:N; NAME=A,B,C; rate=50mA/g,100mA/g" [--rate I | --protocol FILE]';
const MOST_RUNS = 5000;

interface Axis {
  name: string;
  /** as a person reads them */
  texts: readonly string[];
  /** in the parameter's unit; null for currents */
  values: readonly number[] | null;
  unit: string;
}

export const sweepAction: Action = {
  usage: USAGE,
  about: `the cell model at every combination of values, on all cores: capacities, peaks, front. An axis is a parameter with a list (A,B,C) or a
range (FROM:TO:N; by equal factors where both ends are above 0 and the range is a decade or more), or "rate" with a list of currents.`,
  options: {
    over: { type: "string", value: "AXES", help: 'axes, separated by ";": "diffusion=0.05:0.5:6; temperature=30,60,80"' },
    ...RUN_OPTIONS,
    ...MODEL_OPTIONS,
  },
  examples: [
    'thioscope simulate sweep na-s-nps --over "rate=20mA/g,50mA/g,100mA/g,200mA/g"',
    'thioscope simulate sweep na-s-nps --over "cathodeConductivity=1e-4:1e-2:9" --json',
  ],
  async run(words, options, io) {
    const { set, choices, notices } = modelOf(oneWord(words, USAGE), options);
    if (typeof options["over"] !== "string") throw new ThioscopeError("USAGE", `what is swept? Usage: ${USAGE}`);
    const axes = options["over"]
      .split(";")
      .filter((part) => part.trim() !== "")
      .map((part) => axisOf(set, part.trim()));
    const total = axes.reduce((n, axis) => n * axis.texts.length, 1);
    if (axes.length === 0 || total > MOST_RUNS) throw new ThioscopeError("USAGE", `${total} runs: 1 to ${MOST_RUNS} are possible`);
    const protocol = await protocolOf(set, options);
    const warnings = [...notices];
    const points = Array.from({ length: total }, (_, k) => {
      let left = k;
      return axes.map((axis) => {
        const at = left % axis.texts.length;
        left = Math.floor(left / axis.texts.length);
        return { axis, at };
      });
    });
    const jobs = points.map((point): ModelJob => {
      const changes = Object.fromEntries(point.flatMap(({ axis, at }) => (axis.values ? [[axis.name, axis.values[at]!]] : [])));
      const changed = withParameters(set, changes);
      warnings.push(...changed.notices);
      const rate = point.find(({ axis }) => axis.values === null);
      return {
        set: changed.set,
        protocol: rate ? cycleProtocol(rate.axis.texts[rate.at]!, set.window[0], set.window[1]) : protocol,
        cells: choices.cells,
        energySet: choices.energySet ?? null,
      };
    });
    const outcomes = await runModels(jobs, io.task);
    const rows = points.map((point, k) => ({
      at: point.map(({ axis, at }) => ({
        name: axis.name,
        ...(axis.values ? { quantity: quantity(axis.values[at]!, axis.unit) } : { rate: axis.texts[at]! }),
      })),
      ...outcomes[k]!,
    }));
    io.result({ set: set.name, cells: choices.cells, rows, warnings });
    const number = (q: Quantity | null): string => (q === null ? "" : Math.abs(q.value).toFixed(1));
    io.say(
      textTable(
        [
          ...axes.map((a) => `${a.name}${a.unit === "" || a.unit === "1" ? "" : `, ${a.unit}`}`),
          "discharge mAh/g",
          "charge mAh/g",
          "peaks of the discharge, V",
          "front",
        ],
        points.map((point, k) => {
          const o = outcomes[k]!;
          const head = point.map(({ axis, at }) => axis.texts[at]!);
          if ("notComputable" in o) return [...head, o.notComputable, "", "", ""];
          return [
            ...head,
            number(o.dischargeCapacity),
            number(o.chargeCapacity),
            o.dischargePeaks.map((p) => p.value.toFixed(2)).join(", "),
            o.front ?? "",
          ];
        }),
      ),
    );
    for (const line of warningLines(warnings)) io.hint(`warning: ${line}`);
  },
};

function axisOf(set: ParameterSet, part: string): Axis {
  const at = part.indexOf("=");
  if (at < 1) throw new ThioscopeError("USAGE", `"${part}" is no axis: write NAME=FROM:TO:N or NAME=A,B,C`);
  const name = part.slice(0, at).trim();
  const words = part
    .slice(at + 1)
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  if (words.length === 0) throw new ThioscopeError("USAGE", `${name} has no values`);
  if (name === "rate") {
    for (const word of words) parseRate(word);
    return { name, texts: words, values: null, unit: "" };
  }
  const { unit } = parameterOf(set, name);
  const range = words.length === 1 ? words[0]!.split(":") : [];
  if (range.length !== 3) {
    const values = words.map((word) => valueIn(set, name, word));
    return { name, texts: values.map(String), values, unit };
  }
  const [from, to] = [valueIn(set, name, range[0]!), valueIn(set, name, range[1]!)];
  const n = Number(range[2]);
  if (!(Number.isInteger(n) && n >= 2 && n <= MOST_RUNS))
    throw new ThioscopeError("USAGE", `${part}: 2 to ${MOST_RUNS} values are possible`);
  const factors = from > 0 && to > 0 && (to / from >= 10 || from / to >= 10);
  const values = Array.from({ length: n }, (_, k) => (factors ? from * (to / from) ** (k / (n - 1)) : from + ((to - from) * k) / (n - 1)));
  return { name, texts: values.map((v) => String(Number(v.toPrecision(4)))), values, unit };
}
