/**
 * Text as a scientist sets it: chemical formulae with subscripts, units with superscripts, numbers with as
 * many digits as their error allows. A label is a list of runs so that a canvas, an SVG file and the DOM can
 * each set it in their own way.
 */
import { type Answer, formatQuantity, isComputable, type Quantity } from "@thioscope/core";
import { ATOMIC_WEIGHTS } from "@thioscope/core/cell";

/** A piece of text on the line (0), below it (−1) or above it (+1). */
export interface Run {
  text: string;
  shift: -1 | 0 | 1;
}

/** With M, any alkali metal. */
const ELEMENTS = new Set([...Object.keys(ATOMIC_WEIGHTS), "M"]);
const GROUP = /(Dy|Xe|[A-Z](?:(?!y(?:[A-Z]|$))[a-wyz])?)(\d+(?:\.\d+)?(?:[–-]\d+)?|x|y)?/y;

/** Element symbols and counts if `word` is a formula with at least one count ("Na3PS4", "S8", "Na2Sx"); else null. */
function parseFormula(word: string, goesOn = false): Run[] | null {
  const runs: Run[] = [];
  let counted = false;
  let elements = 0;
  GROUP.lastIndex = 0;
  while (GROUP.lastIndex < word.length) {
    const match = GROUP.exec(word);
    if (!match?.[1] || !ELEMENTS.has(match[1])) return null;
    // C09, S05: a serial number, not a formula
    if (match[2]?.startsWith("0") && !match[2].startsWith("0.")) return null;
    elements++;
    runs.push({ text: match[1], shift: 0 });
    if (match[2]) {
      counted = true;
      runs.push({ text: match[2], shift: -1 });
    }
  }
  return counted && (goesOn || elements > 1 || word === "S8" || word === "I2" || word === "O2") ? runs : null;
}

// a formula ends where a factor of the next begins (TaCl5–0.5Na2S), and goes on in brackets (Na4(B10H10))
const WORD = /[A-Za-z](?:[A-Za-z0-9.-]|–(?!\d[\d.]*[A-Z]|x[A-Z]))*[A-Za-z0-9]|[A-Z][a-z]?\d+(?=\()/g;

/** T_g, σ_axial: a symbol with its index. */
const INDEXED = /(?<!\w)([Tσs])_([a-z]+)(?![\w.])/;

/** Sets the formulae inside free text: "x in Na2Sx", "S | Na3PS4 | Na15Sn4". */
export function richText(text: string): Run[] {
  const indexed = INDEXED.exec(text);
  if (indexed) {
    const [all, symbol, index] = indexed;
    const own: Run[] = [
      { text: symbol!, shift: 0 },
      { text: index!, shift: -1 },
    ];
    return [...richText(text.slice(0, indexed.index)), ...own, ...richText(text.slice(indexed.index + all.length))];
  }
  const runs: Run[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    // c-Na3PS4, t-Li7SiPS8: the form stands before the formula; TaCl5–xNa2S: how much of it
    const form = /^(?:[a-z]-|x(?=[A-Z]))/.exec(match[0])?.[0] ?? "";
    const after = match.index + match[0].length;
    // Na4(B10H10): a group follows
    const inside = parseFormula(match[0].slice(form.length), /^\([A-Z][A-Za-z]*\d/.test(text.slice(after)));
    if (!inside) continue;
    // an ion: Li3S2+, and neither A+B nor a word that goes on
    const charge = /^[+−](?=$|[/ ,;:)])/.exec(text.slice(after))?.[0] ?? "";
    const formula = form === "" ? inside : [{ text: form, shift: 0 as const }, ...inside];
    if (match.index > end) runs.push({ text: text.slice(end, match.index), shift: 0 });
    runs.push(...formula, ...(charge === "" ? [] : [{ text: charge, shift: 1 as const }]));
    end = after + charge.length;
  }
  if (end < text.length) runs.push({ text: text.slice(end), shift: 0 });
  return runs;
}

const SUPERSCRIPT: Record<string, string> = { "-": "⁻", "1": "¹", "2": "²", "3": "³", "4": "⁴" };

/** "mAh/cm2" → "mAh/cm²": powers as superscripts, nothing else changed. */
export function unitText(unit: string): string {
  if (unit.startsWith("x in")) return unit;
  if (unit === "Q/Q0") return "Q/Q₀";
  return (
    unit
      .replace(/ohm\b/g, "Ω")
      // micro, before a unit that takes it
      .replace(/\bu(?=[mgALVFsW]\b|m[0-9^])/g, "µ")
      .replaceAll("^-1/2", "⁻¹ᐟ²")
      .replaceAll("^a", "ᵃ")
      .replace(
        /([A-Za-zµ])\^?(-?[1-4])(?![\d.])/g,
        (_, letter: string, power: string) => letter + [...power].map((c) => SUPERSCRIPT[c] ?? c).join(""),
      )
      .replace(/^1\/([A-Za-zÅ]+)$/, "$1⁻¹")
      .replace(/·1\/([A-Za-zÅ]+)$/, " $1⁻¹")
      .replace(/^1$/, "")
  );
}

/** "Voltage (V)": a quantity and its unit, as an axis or a column head carries it. */
export function quantityLabel(name: string, unit: string): Run[] {
  if (unit === "" || unit === "1") return richText(name);
  return richText(`${name} (${unitText(unit)})`);
}

export function plain(runs: readonly Run[]): string {
  return runs.map((run) => run.text).join("");
}

/** Puts runs into an element, with real <sub> and <sup>. */
export function setRuns(element: HTMLElement, runs: readonly Run[]): HTMLElement {
  element.replaceChildren(
    ...runs.map((run) => {
      if (run.shift === 0) return document.createTextNode(run.text);
      const shifted = document.createElement(run.shift < 0 ? "sub" : "sup");
      shifted.textContent = run.text;
      return shifted;
    }),
  );
  return element;
}

/** A quantity as text: "1.171(2) V", "1672(33) mAh/g", "−2.1 %". */
export function quantityText(q: Quantity): string {
  const unit = q.unit === "" || q.unit === "1" ? "" : ` ${unitText(q.unit)}`;
  return `${numberText(q)}${unit}`;
}

const READ_DIGITS = 4;

/** As `quantityText`; a reading without an error has as many digits as are read at a glance, a count has all. */
export function readingText(q: Quantity): string {
  const { value, sigma } = q;
  return quantityText(sigma === null && !Number.isInteger(value) ? { ...q, value: Number(value.toPrecision(READ_DIGITS)) } : q);
}

/** Of a value: smaller errors are those of arithmetic. */
const ROUNDING = 1e-10;

/** The number alone, digits by its error, with a true minus sign. */
export function numberText(q: Quantity): string {
  const size = Math.abs(q.value);
  // errors of rounding alone: more digits than anyone reads
  if (q.sigma !== null && q.sigma > 0 && q.sigma < ROUNDING * size) return numberText({ ...q, sigma: null });
  if (q.sigma !== null && q.sigma > 0 && Number.isFinite(size) && size > 0 && (size < 1e-3 || (size >= 1e5 && q.sigma >= 10))) {
    // 0.0000008(3) is 8(3) × 10⁻⁷, 1200000 ± 400000 is 1.2(4) × 10⁶
    const power = Math.floor(Math.log10(size));
    const text = numberText({ value: q.value * 10 ** -power, sigma: q.sigma * 10 ** -power, unit: "" });
    return `${text.includes("±") ? `(${text})` : text} × 10${superscript(power)}`;
  }
  return formatQuantity({ ...q, unit: "" })
    .replace(/^-/, "−")
    .replace(/e-/g, "e−");
}

export const superscript = (n: number): string => [...String(n)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");

/** A number without an error to `digits` digits, with its unit: "1.204 × 10⁻⁴ S/cm". */
export function exactText(value: number, digits: number, unit: string): string {
  const size = Math.abs(value);
  if (!(size > 0 && size < 1e-3)) return quantityText({ value: Number(value.toPrecision(digits)), sigma: null, unit });
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const symbol = unit === "" || unit === "1" ? "" : ` ${unitText(unit)}`;
  return `${mantissa!.replace("-", "−")} × 10${superscript(Number(power))}${symbol}`;
}

/** A quantity, or the reason why there is none. */
export function answerText(answer: Answer): string {
  return isComputable(answer) ? quantityText(answer) : answer.notComputable;
}

/** A count with thin spaces between thousands: 46 102. */
export function countText(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** A number without known error to `digits` significant digits, no exponent where it can be avoided. */
export function roughText(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(digits - 1) : Number(value.toPrecision(digits)).toString();
  return text.replace(/^-/, "−").replace(/e([+-]?)/, (_, sign: string) => `e${sign === "-" ? "−" : ""}`);
}
