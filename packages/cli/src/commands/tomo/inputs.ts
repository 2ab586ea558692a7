/** What segment and compare take and answer: volumes, greys, and the numbers of a stack. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Answer, inUnit, isComputable, ThioscopeError } from "@thioscope/core";
import type { LayerGreys, StackAnalysis, Volume } from "@thioscope/core/imaging";
import { readVolume } from "@thioscope/study";
import type { CommandIo, OptionSpec } from "../../command.ts";
import { metres, warningLines } from "../../inputs.ts";
import { layoutOf, numberOf, STACK_OPTIONS } from "../xrd/inputs.ts";

type Options = Readonly<Record<string, string | boolean | undefined>>;

export const VOLUME_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  voxel: { type: "string", value: "LENGTH", help: "edge of a voxel, such as 3.61um (the files')" },
  greys: {
    type: "string",
    value: "V,E,I,A",
    help: "greys of void, electrolyte, interlayer and anode (from the histogram, in rising order)",
  },
  bin: { type: "string", value: "N", help: "join N voxels along each axis (1)" },
  ...STACK_OPTIONS,
};

/** A folder's pictures in the order of their names, or the file itself. */
async function slicesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ThioscopeError("FILE_MISSING", `${path} does not exist`, { file: path });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => !name.startsWith(".")).sort();
  if (names.length === 0) throw new ThioscopeError("FILE_EMPTY", `${path} holds no slices`, { file: path });
  return names.map((name) => join(path, name));
}

export async function volumeOf(path: string, options: Options, io: CommandIo): Promise<Volume> {
  const bin = numberOf("bin", options.bin, (x) => Number.isInteger(x) && x >= 1 && x <= 64, "1 to 64") ?? 1;
  const voxel = typeof options.voxel === "string" ? metres(options.voxel) : null;
  const { volume, notices } = await readVolume(await slicesAt(path), { voxel, bin, ...layoutOf(options) }, io.task);
  for (const line of warningLines(notices)) io.hint(line);
  return volume;
}

export function greysOf(word: string | boolean | undefined): LayerGreys | null {
  if (typeof word !== "string") return null;
  const numbers = word.split(",").map(Number);
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || new Set(numbers).size !== 4) {
    throw new ThioscopeError("USAGE", `--greys ${word}: four different numbers, for void, electrolyte, interlayer and anode`);
  }
  const [empty, electrolyte, interlayer, anode] = numbers as [number, number, number, number];
  return { void: empty, electrolyte, interlayer, anode };
}

export const micrometres = (answer: Answer): Answer => (isComputable(answer) ? inUnit(answer, "um") : answer);

const MOST_VOIDS = 20;

const plain = (value: number, unit: string) => ({ value, sigma: null, unit });
const series = (values: ArrayLike<number>, unit: string) => ({ values: Array.from(values), sigma: null, unit });

/** The numbers of a stack for --json, lengths in µm. */
export function stackJson(found: StackAnalysis): Record<string, unknown> {
  const { interlayer, voids, ingrowth } = found;
  const um = 1e6;
  return {
    greys: Object.fromEntries(Object.entries(found.greys).map(([name, grey]) => [name, plain(grey, "")])),
    greysFrom: found.how,
    turned: found.turned,
    interlayer: { thickness: micrometres(interlayer.mean), roughness: micrometres(interlayer.roughness), cover: interlayer.cover },
    porosity: voids.porosity,
    voids: {
      count: voids.regions.length,
      largest: voids.regions.slice(0, MOST_VOIDS).map(({ volume, diameter, centre }) => ({
        volume: plain(volume * um ** 3, "um3"),
        diameter: plain(diameter * um, "um"),
        centre: series(centre, "voxel"),
      })),
    },
    ingrowth: {
      indicator: micrometres(ingrowth.indicator),
      reach: plain(ingrowth.reach * um, "um"),
      grows: found.grows,
      depth: series(
        ingrowth.depth.map((depth) => depth * um),
        "um",
      ),
      lowGrey: series(ingrowth.lowGrey, "1"),
      connected: series(ingrowth.connected, "1"),
    },
  };
}
