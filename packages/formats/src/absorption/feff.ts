/**
 * feffNNNN.dat: what FEFF 6 to 9 write for one scattering path.
 *
 * Header lines of titles and potentials, a rule, "nleg deg reff rnrmav edge", one line per leg with x y z, potential and atomic
 * number, then seven columns: k, real[2*phc], mag[feff], phase[feff], red factor, lambda, real[p].
 */
import { ThioscopeError } from "@thioscope/core";
import type { FeffAtom, FeffPath } from "@thioscope/core/absorption";
import { elementOfNumber } from "@thioscope/core/absorption";
import type { ByteSource } from "../bytes/source.ts";
import { linesOf, readText } from "../impedance/text.ts";

/** A path that comes back after more legs than this is none. */
const MOST_LEGS = 20;

/** Reads a feffNNNN.dat file. Throws FILE_FOREIGN, FILE_CUT or FILE_DAMAGED with the line. */
export async function readFeffPath(source: ByteSource): Promise<FeffPath> {
  const file = source.name;
  const lines = linesOf(await readText(source)).map((line) => line.replace(/^#/, "").trim());
  const wrong = (code: "FILE_FOREIGN" | "FILE_CUT" | "FILE_DAMAGED", message: string, line?: number): never => {
    throw new ThioscopeError(code, message, line === undefined ? { file } : { file, line });
  };
  const rule = lines.findIndex((line, i) => i > 0 && /^-{8,}$/.test(line));
  const head = lines.findIndex((line) => /^k\s.*real\[p\]/.test(line));
  if (rule < 0 || head < rule) return wrong("FILE_FOREIGN", "no feffNNNN.dat: the rule and the line of column names are missing");
  const [legs, degeneracy, reff] = numbers(lines[rule + 1]!);
  if (!(Number.isInteger(legs) && legs! >= 2 && legs! <= MOST_LEGS && degeneracy! > 0 && reff! > 0)) {
    return wrong(
      "FILE_DAMAGED",
      `legs, degeneracy and R are "${lines[rule + 1]}": they must be a number from 2 to ${MOST_LEGS} and two above 0`,
      rule + 2,
    );
  }
  const atoms: FeffAtom[] = [];
  for (let i = rule + 2; i < head; i++) {
    const words = lines[i]!.split(/\s+/);
    const [x, y, z, potential, number] = words.slice(0, 5).map(Number);
    if (words.length < 5 || ![x, y, z, potential, number].every(Number.isFinite)) continue;
    const element = elementOfNumber(number!);
    if (!element) return wrong("FILE_DAMAGED", `atomic number ${number} is not of H to U`, i + 1);
    atoms.push({ element, position: [x!, y!, z!], potential: potential! });
  }
  if (atoms.length !== legs) return wrong("FILE_DAMAGED", `${legs} legs are declared, ${atoms.length} atoms listed`, rule + 2);
  const rows: number[][] = [];
  for (let i = head + 1; i < lines.length; i++) {
    if (lines[i] === "") continue;
    const row = numbers(lines[i]!);
    if (row.length < 7 || !row.every(Number.isFinite)) return wrong("FILE_CUT", `line ${i + 1} does not hold seven numbers`, i + 1);
    if (rows.length > 0 && !(row[0]! > rows[rows.length - 1]![0]!)) return wrong("FILE_DAMAGED", "k does not rise", i + 1);
    if (!(row[5]! > 0)) return wrong("FILE_DAMAGED", `a mean free path of ${row[5]} Å`, i + 1);
    rows.push(row);
  }
  if (rows.length < 10) return wrong("FILE_CUT", `${rows.length} rows of amplitudes are too few`);
  const column = (value: (row: number[]) => number): Float64Array => Float64Array.from(rows, value);
  return {
    label: file,
    reff: reff!,
    degeneracy: degeneracy!,
    legs: legs!,
    atoms,
    k: column((r) => r[0]!),
    phase: column((r) => r[1]! + r[3]!),
    amplitude: column((r) => r[2]! * r[4]!),
    lambda: column((r) => r[5]!),
    realP: column((r) => r[6]!),
  };
}

const numbers = (line: string): number[] =>
  line
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(Number);
