/**
 * A place in plain data by its path: keys, [number], [key=value] and [place~number], the one whose number at a place is nearest, by dots:
 * `species[id=Na2S2].hiddenShare`, `peaks[potential.value~1.75].width`.
 */

export type Picked = { found: unknown } | { missing: string };

const TOKEN = /\.?([^.[\]]+)|\[([^\]=~]+)(?:([=~])([^\]]*))?\]/gy;

/** @returns what lies there, or which piece of the path leads nowhere */
export function pick(data: unknown, path: string): Picked {
  let at = data;
  // its own, for places within a path are picked in between
  const tokens = new RegExp(TOKEN);
  while (tokens.lastIndex < path.length) {
    const from = tokens.lastIndex;
    const token = tokens.exec(path);
    if (!token) return { missing: `"${path}" is no path from character ${from + 1} on` };
    const [text, key, name, sign, value] = token;
    const next = sign === "~" ? nearestOf(at, name!, Number(value)) : stepInto(at, key, name, value);
    if (next === undefined) return { missing: `${path.slice(0, from)}${text} is not there` };
    at = next;
  }
  return { found: at };
}

function stepInto(at: unknown, key: string | undefined, name: string | undefined, value: string | undefined): unknown {
  if (at === null || typeof at !== "object") return undefined;
  if (key !== undefined) return !Array.isArray(at) && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  if (!Array.isArray(at)) return undefined;
  const list = at as unknown[];
  if (value === undefined) return list.at(Number(name));
  return list.find((item) => item !== null && typeof item === "object" && String((item as Record<string, unknown>)[name!]) === value);
}

function nearestOf(at: unknown, place: string, value: number): unknown {
  if (!Array.isArray(at)) return undefined;
  const numbers = at.map((item: unknown) => {
    const found = pick(item, place);
    return "found" in found && typeof found.found === "number" ? Math.abs(found.found - value) : Number.POSITIVE_INFINITY;
  });
  const least = Math.min(...numbers);
  return Number.isFinite(least) ? at[numbers.indexOf(least)] : undefined;
}
