/**
 * A LAMMPS data file as a structure of one frame: box, masses, atoms of the styles atomic, charge, molecular and full, image flags.
 *
 * Species come from the comment behind a mass, else from the mass itself where one element has it; else the type's number stays. Lengths are taken as Å.
 */
import { ThioscopeError } from "@thioscope/core";
import { ATOMIC_WEIGHTS } from "@thioscope/core/atoms";
import { Emitter } from "./emitter.ts";
import { checkAtoms, checkCell } from "./limits.ts";
import type { TrajectoryReader } from "./model.ts";
import { wholeContent } from "./whole.ts";

/** Column of the type, and of x. */
const STYLES: Readonly<Record<string, readonly [type: number, x: number]>> = {
  atomic: [1, 2],
  charge: [1, 3],
  molecular: [2, 3],
  bond: [2, 3],
  angle: [2, 3],
  full: [2, 4],
};
/** g/mol by which a mass may differ from its element's. */
const SAME_MASS = 0.05;

export const lammpsDataReader: TrajectoryReader = {
  id: "lammps-data",
  name: "LAMMPS data",
  recognises: (head) => /^[ \t]*\d+[ \t]+atoms[ \t\r]*$/m.test(head) && /\bxlo\s+xhi\b/.test(head),
  async read(input, sink) {
    const file = input.source.name;
    const lines = new TextDecoder("latin1").decode(await wholeContent(input)).split(/\r?\n/);
    const fail = (message: string, line: number): never => {
      throw new ThioscopeError("FILE_DAMAGED", message, { file, line: line + 1 });
    };
    const numbers = (line: number): number[] => (lines[line] ?? "").split("#")[0]!.trim().split(/\s+/).map(Number);
    const find = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const atoms = numbers(find(/^\s*\d+\s+atoms\s*$/))[0]!;
    checkAtoms(atoms, input.bytes, { file });
    const bounds = ["x", "y", "z"].map((axis) => {
      const line = find(new RegExp(`\\b${axis}lo\\s+${axis}hi\\b`));
      const [lo, hi] = line < 0 ? [] : numbers(line);
      if (lo === undefined || hi === undefined || !Number.isFinite(hi - lo)) fail(`${axis}lo ${axis}hi are missing`, Math.max(0, line));
      return [lo!, hi!] as const;
    });
    const tiltLine = find(/\bxy\s+xz\s+yz\b/);
    const [xy, xz, yz] = tiltLine < 0 ? [0, 0, 0] : (numbers(tiltLine) as [number, number, number]);
    const lengths = bounds.map(([lo, hi]) => hi - lo);
    const cell = Float64Array.of(lengths[0]!, 0, 0, xy!, lengths[1]!, 0, xz!, yz!, lengths[2]!);
    checkCell(cell, { file });

    const names = new Map<number, string>();
    const masses = find(/^\s*Masses\b/);
    for (let k = masses + 2; masses >= 0 && /^\s*\d+\s+\S/.test(lines[k] ?? ""); k++) {
      const [type, mass] = numbers(k) as [number, number];
      const comment = /#\s*([A-Z][a-z]?)\b/.exec(lines[k]!)?.[1];
      const element = Object.entries(ATOMIC_WEIGHTS).find(([, weight]) => Math.abs(weight - mass) < SAME_MASS)?.[0];
      names.set(type, comment !== undefined && comment in ATOMIC_WEIGHTS ? comment : (element ?? String(type)));
    }
    // two types of one mass would lose their difference
    const stated = [...names];
    for (const [type, name] of stated) {
      if (stated.some(([other, n]) => other !== type && n === name)) names.set(type, `${name}${type}`);
    }
    const section = find(/^\s*Atoms\b/);
    if (section < 0) fail("the section Atoms is missing", 0);
    const named = /#\s*(\w+)/.exec(lines[section]!)?.[1];
    const rows: number[][] = [];
    for (let k = section + 1; k < lines.length && rows.length < atoms; k++) {
      if (lines[k]!.trim() === "") continue;
      if (/^\s*[A-Za-z]/.test(lines[k]!)) break;
      const row = numbers(k);
      if (!row.every(Number.isFinite)) fail(`"${lines[k]!.slice(0, 40)}" is no atom`, k);
      rows.push(row);
    }
    if (rows.length < atoms) throw new ThioscopeError("FILE_CUT", `${rows.length} of ${atoms} atoms are there`, { file });
    const columns = rows[0]!.length;
    const style =
      named !== undefined && Object.hasOwn(STYLES, named)
        ? STYLES[named]!
        : columns === 5 || columns === 8
          ? STYLES.atomic!
          : columns === 7 || columns === 10
            ? STYLES.full!
            : rows.every((row) => Number.isInteger(row[2])) && columns === 6
              ? STYLES.molecular!
              : STYLES.charge!;
    const [type, x] = style;
    rows.sort((p, q) => p[0]! - q[0]!);
    const emitter = new Emitter(input, sink);
    emitter.size(atoms, (message) => new ThioscopeError("FILE_DAMAGED", message, { file }));
    const { coordinates } = emitter.frame;
    for (const [i, row] of rows.entries()) {
      if (row.length < x + 3)
        throw new ThioscopeError("FILE_DAMAGED", `atom ${row[0]} has ${row.length} columns, ${x + 3} are needed`, { file });
      for (let k = 0; k < 3; k++) coordinates[3 * i + k] = row[x + k]! - bounds[k]![0];
    }
    input.notices.push({ code: "unit-assumed", message: "a LAMMPS data file states no unit: lengths are taken as Å" });
    emitter.frame.cell = cell;
    emitter.begin({
      format: "lammps-data",
      species: rows.map((row) => names.get(row[type]!) ?? String(row[type])),
      timestepFs: null,
      stride: null,
      isUnwrapped: false,
    });
    emitter.emit();
    return 1;
  },
};
