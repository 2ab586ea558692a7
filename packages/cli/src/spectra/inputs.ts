/** What raman, xps, sims and thermal take and say alike. */
import { formatQuantity, type Notice, type Quantity, ThioscopeError } from "@thioscope/core";
import type { MeasuredSpectrum } from "@thioscope/formats";
import type { CommandIo } from "../command.ts";
import { warningLines } from "../inputs.ts";

export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** A number of an option; undefined where it was not given. USAGE where it is none. */
export function numberOption(options: Options, name: string): number | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const value = Number(text.replace("\u2212", "-"));
  if (text.trim() === "" || !Number.isFinite(value)) throw new ThioscopeError("USAGE", `--${name} ${text} is not a number`);
  return value;
}

/** "150,450" or "150:450", ascending. */
export function rangeOption(options: Options, name: string): readonly [number, number] | undefined {
  const text = options[name];
  return typeof text === "string" ? rangeOf(text, `--${name} ${text}`) : undefined;
}

export function rangeOf(text: string, what: string): readonly [number, number] {
  const [low, high, more] = text.split(/[,:]/).map(Number);
  if (more !== undefined || !Number.isFinite(low) || !Number.isFinite(high) || !(low! < high!))
    throw new ThioscopeError("USAGE", `${what} is not a range: write for instance 150,450, the lower end first`);
  return [low!, high!];
}

/** "a, b,c" → its words; undefined where it was not given. */
export function listOption(options: Options, name: string): string[] | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const words = text.split(",").map((word) => word.trim());
  if (words.some((word) => word === "")) throw new ThioscopeError("USAGE", `--${name} "${text}" has an empty entry`);
  return words;
}

/** One of several words. */
export function choiceOption<T extends string>(options: Options, name: string, allowed: readonly T[]): T | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const found = allowed.find((word) => word.toLowerCase() === text.toLowerCase());
  if (!found) throw new ThioscopeError("USAGE", `--${name} ${text} is not known; there are ${allowed.join(", ")}`);
  return found;
}

/** The spectra that --spectrum (a number from 1, or a name) leaves; all where it is absent. */
export function chosen(spectra: readonly MeasuredSpectrum[], options: Options, name = "spectrum"): readonly MeasuredSpectrum[] {
  const word = options[name];
  if (typeof word !== "string") return spectra;
  const found = spectra[Number(word) - 1] ?? spectra.find((s) => s.name === word);
  if (found) return [found];
  const names = spectra.slice(0, 12).map((s) => `"${s.name}"`);
  throw new ThioscopeError(
    "USAGE",
    `--${name} ${word}: the file holds ${spectra.length}: ${names.join(", ")}${spectra.length > 12 ? " …" : ""}`,
  );
}

/** A number without an error. */
export const plain = (value: number, unit = "1"): Quantity => ({ value, sigma: null, unit });

/** Value and error without the unit, "–" for none. */
export const short = (q: Quantity | null): string => (q ? formatQuantity({ ...q, unit: "" }) : "–");

/** "< 12.3" of an upper limit. */
export const below = (q: Quantity | null): string => (q ? `< ${Number(q.value.toPrecision(3))}` : "–");

export function sayNotices(io: CommandIo, notices: readonly Notice[]): void {
  for (const line of warningLines(notices)) io.hint(`warning: ${line}`);
}

/** The same notice of several spectra once, with how many have it. */
export function together(notices: readonly { of: string; notice: Notice }[]): Notice[] {
  const groups = new Map<string, { of: string[]; notice: Notice }>();
  for (const { of, notice } of notices) {
    const key = `${notice.code} ${notice.message}`;
    const group = groups.get(key);
    if (group) group.of.push(of);
    else groups.set(key, { of: [of], notice });
  }
  return [...groups.values()].map(({ of, notice }) => ({
    ...notice,
    message: of.length > 1 ? `${of.length} spectra: ${notice.message}` : of[0] === "" ? notice.message : `${of[0]}: ${notice.message}`,
  }));
}
