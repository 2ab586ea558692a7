/**
 * Names of a series as they are read: without what all of them share (the ending of their files, words before the first difference) and the number that
 * only keeps them in order, with units as they are written: "discharge_1p95V.xdi" → "discharge 1.95 V", "3_DoD_1.0V" → "DoD 1.0 V", "x0.50" → "x = 0.50".
 */
export function shortNames(names: readonly string[]): string[] {
  const bare = withoutShared(names);
  const unnumbered = bare.map((name) => name.replace(/^\d+_(?=\S)/, ""));
  const told = new Set(unnumbered).size === unnumbered.length ? unnumbered : bare;
  return told.map(readable);
}

function withoutShared(names: readonly string[]): string[] {
  const [first, ...others] = names;
  if (first === undefined) return [];
  const ending = /\.[a-z]+$/i.exec(first)?.[0] ?? "";
  const bare = ending !== "" && others.every((name) => name.endsWith(ending)) ? names.map((name) => name.slice(0, -ending.length)) : names;
  if (others.length === 0) return [...bare];
  let shared = 0;
  while (shared < bare[0]!.length && bare.every((name) => name[shared] === bare[0]![shared])) shared++;
  // whole words alone are left away
  const words = Math.max(bare[0]!.lastIndexOf("_", shared - 1), bare[0]!.lastIndexOf(" ", shared - 1)) + 1;
  return shared > 0 && bare.every((name) => name.length > words) ? bare.map((name) => name.slice(words)) : [...bare];
}

function readable(name: string): string {
  return name
    .replace(/(\d)p(\d+)(?=\s?(?:V|mV)(?![a-z]))/gi, "$1.$2")
    .replaceAll("_", " ")
    .replace(/(^|\s)-(?=\d)/g, "$1−")
    .replace(/(\d)(?=(?:V|mV|mAh|K|MPa)(?:\s|$))/g, "$1\u00a0")
    .replace(/^x(?=\d)/, "x = ");
}
