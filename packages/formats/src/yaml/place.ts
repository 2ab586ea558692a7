/** Where in the YAML text a value stands, and the one way in which the file is refused. */
import { type ErrorCode, ThioscopeError } from "@thioscope/core";
import { type Document, isMap, isNode, isPair, isSeq, type LineCounter } from "yaml";

export type Path = readonly (string | number)[];

/** Line and column (from 1) of values and keys, by their path from the root. */
export interface Places {
  file: string;
  lineOf(path: Path): number | undefined;
  /** Refuses the file with its code at the value of `path`, or at its key. */
  fail(path: Path, message: string, at?: "key" | "value"): never;
}

export function placesOf(text: string, document: Document, lines: LineCounter, file: string, code: ErrorCode): Places {
  const offsetOf = (path: Path, at: "key" | "value"): number | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const found = find(document, path.slice(0, length), at);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    file,
    lineOf(path) {
      const offset = offsetOf(path, "key");
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
    fail(path, message, at = "value") {
      const offset = offsetOf(path, at);
      const position = offset === undefined ? undefined : lines.linePos(offset);
      const where = path.length > 0 ? `${pathText(path)}: ` : "";
      throw new ThioscopeError(code, `${where}${message}`, {
        file,
        ...(offset === undefined ? {} : { offset: byteOffset(text, offset) }),
        ...(position ? { line: position.line, column: position.col } : { line: 1 }),
      });
    },
  };
}

/** Places count bytes, the YAML parser counts UTF-16 units: "µ" is two of one and one of the other. */
export function byteOffset(text: string, index: number): number {
  return new TextEncoder().encode(text.slice(0, index)).length;
}

/** "layers[2].mass" */
function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}

function find(document: Document, path: Path, at: "key" | "value"): number | undefined {
  let node: unknown = document.contents;
  let key: unknown;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && String(isNode(item.key) ? item.key.toJSON() : item.key) === String(part));
      if (!pair) return undefined;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(node)) {
      key = node.items[Number(part)];
      node = key;
    } else return undefined;
  }
  const wanted = at === "key" && isNode(key) ? key : isNode(node) ? node : key;
  return isNode(wanted) ? wanted.range?.[0] : undefined;
}
