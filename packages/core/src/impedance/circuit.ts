/**
 * The circuit language: `R0-p(R1,CPE1)-W1`. `-` is in series, `p(a,b,…)` parallel; each branch may again be a
 * series. Elements are a symbol of ELEMENTS and a number; `Q1` means `CPE1`.
 *
 * A circuit is evaluated in two passes over its tree: impedances upwards, then the sensitivity ∂Z/∂Z_node
 * downwards (1 at the root, unchanged in series, times (Z_parallel/Z_branch)² in parallel), so all derivatives
 * cost about one more evaluation.
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";
import { ELEMENTS, type Element, type ElementParameter } from "./elements.ts";

export interface CircuitParameter extends Omit<ElementParameter, "name"> {
  /** "R1", "CPE1.Q" */
  name: string;
}

type Node = { kind: "element"; element: Element; label: string; at: number } | { kind: "series" | "parallel"; children: Node[] };

export interface Circuit {
  text: string;
  parameters: readonly CircuitParameter[];
  /** [from, to) of the parameters of each term of the outermost series */
  blocks: readonly (readonly [from: number, to: number])[];
  /**
   * Impedance at every frequency, interleaved re, im; with `jacobian`, ∂Z/∂p row-major: frequency × parameter × (re, im).
   * @param frequencyHertz positive
   */
  evaluate(p: Float64Array, frequencyHertz: Float64Array, z: Float64Array, jacobian?: Float64Array): void;
  /** The same for one block alone, without derivatives. */
  evaluateBlock(block: number, p: Float64Array, frequencyHertz: Float64Array, z: Float64Array): void;
}

const bySymbol = new Map(ELEMENTS.map((element) => [element.symbol, element]));
bySymbol.set("Q", bySymbol.get("CPE")!);
const MAX_LENGTH = 400;
const MAX_DEPTH = 12;

/** Reads a circuit; INVALID_INPUT names the place and what would be allowed. */
export function parseCircuit(text: string): Circuit {
  const clean = text.replace(/\s+/g, "");
  const fail = (at: number, what: string): never => {
    throw new ThioscopeError("INVALID_INPUT", `circuit "${text}", character ${at + 1}: ${what}`);
  };
  if (clean.length === 0 || clean.length > MAX_LENGTH) fail(0, `a circuit has 1 to ${MAX_LENGTH} characters, such as R0-p(R1,CPE1)-W1`);
  const parameters: CircuitParameter[] = [];
  const labels = new Set<string>();
  let i = 0;
  const element = (): Node => {
    const match = /^([A-Za-z]+)(\d*)/.exec(clean.slice(i));
    if (!match) return fail(i, `an element is expected here, not "${clean[i] ?? "the end"}"`);
    const [label, symbol = ""] = match;
    const kind = bySymbol.get(symbol);
    if (!kind) {
      const guess = nearest(symbol, [...bySymbol.keys()]);
      return fail(i, `"${symbol}" is no element${guess ? `; did you mean ${guess}?` : ""}. Elements: ${[...bySymbol.keys()].join(" ")}`);
    }
    if (labels.has(label)) return fail(i, `"${label}" is used twice: number the elements`);
    labels.add(label);
    const at = parameters.length;
    for (const parameter of kind.parameters) {
      parameters.push({ ...parameter, name: parameter.name ? `${label}.${parameter.name}` : label });
    }
    i += label.length;
    return { kind: "element", element: kind, label, at };
  };
  const term = (depth: number): Node => {
    if (depth > MAX_DEPTH) return fail(i, `at most ${MAX_DEPTH} levels of p(…)`);
    if (!/^[pP]\(/.test(clean.slice(i))) return element();
    i += 2;
    const children = [series(depth + 1)];
    while (clean[i] === ",") {
      i++;
      children.push(series(depth + 1));
    }
    if (clean[i] !== ")") return fail(i, `"," or ")" is expected here, not "${clean[i] ?? "the end"}"`);
    i++;
    if (children.length < 2) return fail(i - 1, "p(…) needs two branches or more");
    return { kind: "parallel", children };
  };
  const series = (depth: number): Node => {
    const children = [term(depth)];
    while (clean[i] === "-") {
      i++;
      children.push(term(depth));
    }
    return children.length === 1 ? children[0]! : { kind: "series", children };
  };
  const root = series(0);
  if (i < clean.length) fail(i, `"-" or the end is expected here, not "${clean[i]}"`);
  return compile(clean, root, parameters);
}

/** A node of the tree as arrays: children before parents, so one loop goes up and the reverse goes down. */
interface Flat {
  element: Element | undefined;
  at: number;
  parallel: boolean;
  children: readonly number[];
}

function flatten(node: Node, into: Flat[]): number {
  const children = node.kind === "element" ? [] : node.children.map((child) => flatten(child, into));
  into.push({
    element: node.kind === "element" ? node.element : undefined,
    at: node.kind === "element" ? node.at : 0,
    parallel: node.kind === "parallel",
    children,
  });
  return into.length - 1;
}

function compile(text: string, root: Node, parameters: readonly CircuitParameter[]): Circuit {
  const terms = root.kind === "series" ? root.children : [root];
  const whole = programOf(root);
  const programs = terms.map(programOf);
  const blocks = programs.map(({ nodes }) => {
    const own = nodes.filter((node) => node.element !== undefined);
    const last = own.at(-1)!;
    return [own[0]!.at, last.at + last.element!.parameters.length] as const;
  });
  return {
    text,
    parameters,
    blocks,
    evaluate: (p, frequencyHertz, z, jacobian) => run(whole, p, frequencyHertz, z, jacobian, parameters.length),
    evaluateBlock: (block, p, frequencyHertz, z) => run(programs[block]!, p, frequencyHertz, z, undefined, 0),
  };
}

/** A tree and the memory its evaluation works in, made once. */
interface Program {
  nodes: readonly Flat[];
  /** impedance of each node */
  zr: Float64Array;
  zi: Float64Array;
  /** sensitivity ∂Z/∂Z_node */
  sr: Float64Array;
  si: Float64Array;
  own: Float64Array;
  derivatives: readonly Float64Array[];
}

function programOf(root: Node): Program {
  const nodes: Flat[] = [];
  flatten(root, nodes);
  const n = nodes.length;
  return {
    nodes,
    zr: new Float64Array(n),
    zi: new Float64Array(n),
    sr: new Float64Array(n),
    si: new Float64Array(n),
    own: new Float64Array(2),
    derivatives: nodes.map(() => new Float64Array(8)),
  };
}

function run(
  { nodes, zr, zi, sr, si, own, derivatives }: Program,
  p: Float64Array,
  frequencyHertz: Float64Array,
  z: Float64Array,
  jacobian: Float64Array | undefined,
  n: number,
): void {
  const count = nodes.length;
  for (let f = 0; f < frequencyHertz.length; f++) {
    const omega = 2 * Math.PI * frequencyHertz[f]!;
    for (let k = 0; k < count; k++) {
      const { element, parallel, children, at } = nodes[k]!;
      if (element) {
        element.evaluate(p, at, omega, own, derivatives[k]!);
        zr[k] = own[0]!;
        zi[k] = own[1]!;
      } else if (parallel) {
        let yr = 0;
        let yi = 0;
        for (let i = 0; i < children.length; i++) {
          const c = children[i]!;
          const m = zr[c]! * zr[c]! + zi[c]! * zi[c]!;
          yr += zr[c]! / m;
          yi -= zi[c]! / m;
        }
        const m = yr * yr + yi * yi;
        zr[k] = yr / m;
        zi[k] = -yi / m;
      } else {
        let re = 0;
        let im = 0;
        for (let i = 0; i < children.length; i++) {
          re += zr[children[i]!]!;
          im += zi[children[i]!]!;
        }
        zr[k] = re;
        zi[k] = im;
      }
    }
    z[2 * f] = zr[count - 1]!;
    z[2 * f + 1] = zi[count - 1]!;
    if (!jacobian) continue;
    sr[count - 1] = 1;
    si[count - 1] = 0;
    for (let k = count - 1; k >= 0; k--) {
      const { children, element, parallel, at } = nodes[k]!;
      for (let i = 0; i < children.length; i++) {
        const c = children[i]!;
        if (parallel) {
          const m = zr[c]! * zr[c]! + zi[c]! * zi[c]!;
          const qr = (zr[k]! * zr[c]! + zi[k]! * zi[c]!) / m;
          const qi = (zi[k]! * zr[c]! - zr[k]! * zi[c]!) / m;
          const q2r = qr * qr - qi * qi;
          const q2i = 2 * qr * qi;
          sr[c] = sr[k]! * q2r - si[k]! * q2i;
          si[c] = sr[k]! * q2i + si[k]! * q2r;
        } else {
          sr[c] = sr[k]!;
          si[c] = si[k]!;
        }
      }
      if (!element) continue;
      const dz = derivatives[k]!;
      const width = element.parameters.length;
      for (let j = 0; j < width; j++) {
        const to = 2 * (f * n + at + j);
        jacobian[to] = sr[k]! * dz[2 * j]! - si[k]! * dz[2 * j + 1]!;
        jacobian[to + 1] = sr[k]! * dz[2 * j + 1]! + si[k]! * dz[2 * j]!;
      }
    }
  }
}
