/** What `simulate cell`, `simulate sweep` and `fit cell` take in common: a set with changed values and options, a protocol. */
import { readFile } from "node:fs/promises";
import { inUnit, type Notice, parseQuantity, ThioscopeError } from "@thioscope/core";
import {
  cycleProtocol,
  MODEL_SWITCHES,
  type ParameterSet,
  type ProtocolStep,
  parameterOf,
  parameterSet,
  parseProtocol,
  parseRate,
  withParameters,
  withSwitches,
} from "@thioscope/core/cellmodel";
import type { OptionSpec } from "../command.ts";

type Options = Readonly<Record<string, string | boolean | undefined>>;

export const MODEL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  set: { type: "string", value: "LIST", help: 'other values, e.g. "porosity=0.15, temperature=60 °C"; without unit in that of the set' },
  with: { type: "string", value: "LIST", help: Object.keys(MODEL_SWITCHES).join(", ") },
  energies: { type: "string", value: "SET", help: "energy set of the potentials (of the parameter set)" },
  cells: { type: "string", value: "N", help: "control volumes (50)" },
};

export const RUN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  rate: { type: "string", value: "I", help: "current of a cycle between the set's potentials: 100mA/g, 0.2 mA/cm2, C/20 (the set's)" },
  protocol: { type: "string", value: "FILE", help: "steps, one per line, instead of one cycle" },
};

export interface AskedModel {
  set: ParameterSet;
  choices: { cells: number; energySet?: string };
  notices: Notice[];
}

/** The set that a command names, with what its options change. */
export function modelOf(name: string, options: Options): AskedModel {
  const base = parameterSet(name);
  const chosen = withSwitches(base, listOf(options["with"]));
  const { set, notices } = withParameters(chosen, changesOf(chosen, options["set"]));
  const cells = Number(options["cells"] ?? 50);
  if (!(Number.isInteger(cells) && cells >= 2 && cells <= 1000))
    throw new ThioscopeError("USAGE", `--cells ${options["cells"]}: 2 to 1000 are possible`);
  return { set, notices, choices: { cells, ...(typeof options["energies"] === "string" ? { energySet: options["energies"] } : {}) } };
}

const listOf = (word: string | boolean | undefined): string[] =>
  typeof word === "string"
    ? word
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "")
    : [];

/** "name=value, name=value unit" in the units of the set. */
function changesOf(set: ParameterSet, word: string | boolean | undefined): Record<string, number> {
  const changes: Record<string, number> = {};
  for (const part of listOf(word)) {
    const at = part.indexOf("=");
    if (at < 1) throw new ThioscopeError("USAGE", `"${part}" changes nothing: write name=value`);
    const name = part.slice(0, at).trim();
    changes[name] = valueIn(set, name, part.slice(at + 1).trim());
  }
  return changes;
}

/** A value in the unit of a parameter. */
export function valueIn(set: ParameterSet, name: string, text: string): number {
  const { unit } = parameterOf(set, name);
  const bare = Number(text);
  if (text !== "" && Number.isFinite(bare)) return bare;
  return inUnit(parseQuantity(text, unit), unit).value;
}

/** The steps to run: a file's, or a cycle at a current. */
export async function protocolOf(set: ParameterSet, options: Options): Promise<ProtocolStep[]> {
  const path = options["protocol"];
  if (typeof path === "string") {
    if (typeof options["rate"] === "string") throw new ThioscopeError("USAGE", "--rate is that of one cycle: a protocol has its own");
    const text = await readFile(path, "utf8").catch(() => {
      throw new ThioscopeError("FILE_MISSING", `${path} cannot be opened`, { file: path });
    });
    if (text.length > 1_000_000)
      throw new ThioscopeError("INVALID_INPUT", `${path} is no protocol: it has ${text.length} characters`, { file: path });
    try {
      return parseProtocol(text);
    } catch (error) {
      throw error instanceof ThioscopeError ? error.at({ file: path }) : error;
    }
  }
  const rate = typeof options["rate"] === "string" ? options["rate"] : `${set.current} mA/g`;
  parseRate(rate);
  return cycleProtocol(rate, set.window[0], set.window[1]);
}
