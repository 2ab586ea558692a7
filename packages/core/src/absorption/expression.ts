/**
 * Constraints of a fit as text: "amp * 0.9", "alpha * reff", "einstein(300, theta)", with + − * / ^, brackets, numbers and names.
 *
 * Functions: sqrt, exp, log, abs, einstein(T, θ) — the mean-square relative displacement of a pair of reduced mass μ at T kelvin,
 *   σ² = ħ²/(2 μ k_B θ) coth(θ/2T)    (Sevillano, Meuth and Rehr, Phys. Rev. B 20, 4908 (1979)), in Å².
 */
import { ThioscopeError } from "../errors.ts";
import { nearest } from "../suggest.ts";

/** Values of the names that may occur. */
export type Scope = Readonly<Record<string, number>>;

export interface Expression {
  text: string;
  /** names that it uses */
  names: readonly string[];
  value(scope: Scope): number;
}

type Node = (scope: Scope) => number;

/** ħ²/(2 k_B) in Å²·K·u (CODATA 2018). */
const EINSTEIN = 24.2543;
const LONGEST = 500;
const DEEPEST = 50;

const FUNCTIONS: Readonly<Record<string, { count: number; of: (args: readonly number[], scope: Scope) => number }>> = {
  sqrt: { count: 1, of: ([x]) => Math.sqrt(x!) },
  exp: { count: 1, of: ([x]) => Math.exp(x!) },
  log: { count: 1, of: ([x]) => Math.log(x!) },
  abs: { count: 1, of: ([x]) => Math.abs(x!) },
  einstein: {
    count: 2,
    of: ([kelvin, theta], scope) =>
      EINSTEIN / (Math.max(theta!, 1e-3) * scope["rmass"]! * Math.tanh(Math.max(theta!, 1e-3) / (2 * kelvin!))),
  },
};

/** Throws INVALID_INPUT naming what is wrong. @param known names that may occur */
export function parseExpression(text: string, known: readonly string[]): Expression {
  const fail = (why: string): never => {
    throw new ThioscopeError("INVALID_INPUT", `"${text.slice(0, 60)}" is no expression: ${why}`);
  };
  if (text.length > LONGEST) fail(`it is longer than ${LONGEST} characters`);
  const tokens = text.match(/\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\*\*|\S/g) ?? [];
  const names = new Set<string>();
  let at = 0;
  let depth = 0;
  const sum = (): Node => {
    if (++depth > DEEPEST) fail(`brackets nest deeper than ${DEEPEST}`);
    let left = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      const minus = tokens[at++] === "-";
      const [a, b] = [left, product()];
      left = minus ? (s) => a(s) - b(s) : (s) => a(s) + b(s);
    }
    depth--;
    return left;
  };
  const product = (): Node => {
    let left = signed();
    while (tokens[at] === "*" || tokens[at] === "/") {
      const over = tokens[at++] === "/";
      const [a, b] = [left, signed()];
      left = over ? (s) => a(s) / b(s) : (s) => a(s) * b(s);
    }
    return left;
  };
  const signed = (): Node => {
    if (tokens[at] !== "-" && tokens[at] !== "+") return power();
    if (++depth > DEEPEST) fail("too many signs");
    const minus = tokens[at++] === "-";
    const inner = signed();
    depth--;
    return minus ? (s) => -inner(s) : inner;
  };
  const power = (): Node => {
    const base = atom();
    if (tokens[at] !== "^" && tokens[at] !== "**") return base;
    at++;
    const exponent = signed();
    return (s) => base(s) ** exponent(s);
  };
  const atom = (): Node => {
    const token = tokens[at++] ?? fail("it ends too early");
    if (token === "(") {
      const inner = sum();
      if (tokens[at++] !== ")") fail('")" is missing');
      return inner;
    }
    if (/^[\d.]/.test(token)) {
      const value = Number(token);
      if (!Number.isFinite(value)) fail(`"${token}" is not a number`);
      return () => value;
    }
    if (!/^[A-Za-z_]/.test(token)) fail(`"${token}" does not belong there`);
    if (tokens[at] === "(") return call(token);
    if (!known.includes(token)) {
      const guess = nearest(token, [...known]);
      fail(
        `"${token}" is not a variable${guess ? `; did you mean ${guess}?` : ""}${known.length > 0 ? ` There are: ${known.join(", ")}` : ""}`,
      );
    }
    names.add(token);
    return (s) => s[token]!;
  };
  const call = (name: string): Node => {
    const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!found) return fail(`"${name}" is not a function; there are ${Object.keys(FUNCTIONS).join(", ")}`);
    at++;
    const args = [sum()];
    while (tokens[at] === ",") {
      at++;
      args.push(sum());
    }
    if (tokens[at++] !== ")") fail('")" is missing');
    if (args.length !== found.count) fail(`${name} takes ${found.count} values, not ${args.length}`);
    return (s) =>
      found.of(
        args.map((arg) => arg(s)),
        s,
      );
  };
  const value = sum();
  if (at < tokens.length) fail(`"${tokens[at]}" does not belong there`);
  return { text, names: [...names], value };
}
