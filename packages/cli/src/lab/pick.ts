/** A place in plain data by its path: keys, [number] and [key=value], by dots: `species[id=Na2S2].hiddenShare`. */

export type Picked = { found: unknown } | { missing: string };

const TOKEN = /\.?([^.[\]]+)|\[([^\]=]+)(?:=([^\]]*))?\]/gy;

/** @returns what lies there, or which piece of the path leads nowhere */
export function pick(data: unknown, path: string): Picked {
  let at = data;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < path.length) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(path);
    if (!token) return { missing: `"${path}" is no path from character ${from + 1} on` };
    const [text, key, name, value] = token;
    const next = stepInto(at, key, name, value);
    if (next === undefined) return { missing: `${path.slice(0, from)}${text} is not there` };
    at = next;
  }
  return { found: at };
}

function stepInto(at: unknown, key: string | undefined, name: string | undefined, value: string | undefined): unknown {
  if (at === null || typeof at !== "object") return undefined;
  if (key !== undefined) return Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  if (!Array.isArray(at)) return undefined;
  const list = at as unknown[];
  if (value === undefined) return list.at(Number(name));
  return list.find((item) => item !== null && typeof item === "object" && String((item as Record<string, unknown>)[name!]) === value);
}
