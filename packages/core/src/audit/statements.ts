/**
 * Statements in words, read into what can be compared: what each speaks of, and what it says of it. A statement that no reader knows is not judged.
 */
import type { Span } from "./value.ts";

/** By what is spoken of: a word, or the range in which a number must lie. */
export type Stated = Readonly<Record<string, string | Span>>;

type Reader = (text: string) => Stated | null;

const atMost = (high: number): Span => ({ low: Number.NEGATIVE_INFINITY, high });
const atLeast = (low: number): Span => ({ low, high: Number.POSITIVE_INFINITY });
const exactly = (value: string): Span => ({ low: Number(value), high: Number(value) });

/** "starts at the separator side …, both on discharge and on charge" */
const front: Reader = (text) => {
  const place = /starts at the (\w+)/.exec(text)?.[1];
  if (place === undefined) return null;
  const ways = ["discharge", "charge"].filter((way) => new RegExp(`\\bon ${way}\\b`).test(text));
  return ways.length === 0 ? null : Object.fromEntries(ways.map((way) => [`front on ${way}`, `from the ${place}`]));
};

/** "polarisation grows and neighbouring peaks merge as the rate grows; they separate again at 80 C" */
const merging: Reader = (text) => {
  const [, polarisation, peaks] = /polarisation (\w+) and neighbouring peaks (\w+) as the rate grows/.exec(text) ?? [];
  if (polarisation === undefined || peaks === undefined) return null;
  const [, warm, celsius] = /they (separate|merge) again at ([\d.]+) C\b/.exec(text) ?? [];
  return {
    "polarisation at higher rates": polarisation,
    "peaks at higher rates": peaks,
    ...(warm !== undefined && { [`peaks at ${celsius} °C`]: warm }),
  };
};

/** "NPS above NAS near a defect at every applied current" */
const uneven: Reader = (text) => {
  const [, more, less, when] = /^(\w+) above (\w+) near a defect at (every|no) applied current/.exec(text) ?? [];
  return more === undefined ? null : { "less even": `${more} than ${less} at ${when} current` };
};

/** "raising the lower cut-off to 0.6 V raises the Li2S2 share of the product; -0.2 V does not reach the theoretical capacity" */
const cutOff: Reader = (text) => {
  const [, volt, change, species] = /raising the lower cut-off to (-?[\d.]+) V (raises|lowers) the (\w+) share/.exec(text) ?? [];
  if (volt === undefined) return null;
  const [, low, reaches] = /(-?[\d.]+) V (does not reach|reaches) the theoretical capacity/.exec(text) ?? [];
  return {
    [`share of ${species} with a cut-off of ${Number(volt)} V`]: change!,
    ...(low !== undefined && {
      [`theoretical capacity with a cut-off of ${Number(low)} V`]: reaches === "reaches" ? "reached" : "not reached",
    }),
  };
};

/** "NPS cell and NAS cell at 62.5 MPa; none in the NAS cell at 250 MPa or about 20 MPa": cells with their pressures */
const signs: Reader = (text) => {
  const found: Record<string, string> = {};
  for (const clause of text.split(";")) {
    const said = /\bnone\b/.test(clause) ? "not found" : "detected";
    for (const [, cell, pressures] of clause.matchAll(/(\w+) cell((?:(?: at| or about| or| and)+ [\d.]+ MPa)*)/g)) {
      const list = [...pressures!.matchAll(/([\d.]+) MPa/g)].map(([, pressure]) => `${cell} at ${Number(pressure)} MPa`);
      for (const one of list.length > 0 ? list : [cell!]) found[one] = said;
    }
  }
  return Object.keys(found).length > 0 ? found : null;
};

/** "persists 3.6-5.2", "gone beyond 4.2" */
const bar: Reader = (text) => {
  const [, opens, closes] = /^persists ([\d.]+)\s*[-–]\s*([\d.]+)/.exec(text) ?? [];
  if (opens !== undefined) return { opens: exactly(opens), closes: exactly(closes!) };
  const gone = /^gone beyond ([\d.]+)/.exec(text)?.[1];
  return gone === undefined ? null : { closes: atMost(Number(gone)) };
};

/** "within 0.02 of truth, for shifts up to 1 eV" */
const ofTruth: Reader = (text) => {
  const [, error, range] = /^within ([\d.]+) of truth, for \w+ up to ([\d.]+)/.exec(text) ?? [];
  return error === undefined ? null : { "worst error": atMost(Number(error)), "largest of them": atLeast(Number(range)) };
};

const READERS: readonly Reader[] = [front, merging, uneven, cutOff, signs, bar, ofTruth];

/** "Na2Sx x=6-8 at 1.9 V" → Na2S6-8, 1.9 V */
const STAGE = /^([A-Z]\w*?)(?:x x=([\d-]+))?(?: at (-?[\d.]+) V)?$/;

/** ["S8", "Na2Sx x=6-8 at 1.9 V", …]: an order, and where each comes */
function stages(list: readonly string[]): Stated | null {
  const found = list.map((text) => STAGE.exec(text));
  if (found.length < 2 || found.some((match) => match === null)) return null;
  const names = found.map((match) => `${match![1]}${match![2] ?? ""}`);
  return {
    order: names.join(" → "),
    ...Object.fromEntries(found.flatMap((match, k) => (match![3] === undefined ? [] : [[names[k]!, `most at ${Number(match![3])} V`]]))),
  };
}

export function readStatement(written: unknown): Stated | null {
  if (Array.isArray(written)) return written.every((item) => typeof item === "string") ? stages(written as string[]) : null;
  if (typeof written !== "string") return null;
  for (const read of READERS) {
    const found = read(written.trim());
    if (found) return found;
  }
  return null;
}
