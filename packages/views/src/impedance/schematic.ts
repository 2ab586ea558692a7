/** A circuit drawn from its text: boxes for resistances, plates for capacitances, coils, diffusion as a labelled box. */
import { s } from "../dom.ts";

/** What a circuit is made of, as its text nests it. */
type Part = { label: string } | { series: Part[] } | { parallel: Part[] };

/** The parts of a circuit whose text is known to be right. */
export function partsOf(text: string): Part {
  let i = 0;
  const series = (): Part => {
    const parts = [term()];
    while (text[i] === "-") {
      i++;
      parts.push(term());
    }
    return parts.length === 1 ? parts[0]! : { series: parts };
  };
  const term = (): Part => {
    if (!/^p\(/i.test(text.slice(i))) {
      const label = /^[A-Za-z]+\d*/.exec(text.slice(i))?.[0] ?? "";
      i += Math.max(1, label.length);
      return { label };
    }
    i += 2;
    const branches = [series()];
    while (text[i] === ",") {
      i++;
      branches.push(series());
    }
    i++;
    return { parallel: branches };
  };
  return series();
}

const BOX = { width: 34, height: 12 };
const STEP = 16;
const ROW = 34;
const RAIL = 9;

interface Size {
  width: number;
  /** above and below the wire */
  up: number;
  down: number;
}

function sizeOf(part: Part): Size {
  if ("label" in part) return { width: BOX.width + STEP, up: ROW / 2, down: ROW / 2 };
  if ("series" in part) {
    const sizes = part.series.map(sizeOf);
    return {
      width: sizes.reduce((sum, { width }) => sum + width, 0),
      up: Math.max(...sizes.map(({ up }) => up)),
      down: Math.max(...sizes.map(({ down }) => down)),
    };
  }
  const sizes = part.parallel.map(sizeOf);
  const height = sizes.reduce((sum, { up, down }) => sum + up + down, 0);
  return { width: Math.max(...sizes.map(({ width }) => width)) + 2 * RAIL, up: height / 2, down: height / 2 };
}

const wire = (d: string): SVGElement => s("path", { d, class: "ts-wire" });

function drawPart(part: Part, x: number, y: number, width: number): SVGElement[] {
  if ("series" in part) {
    const sizes = part.series.map(sizeOf);
    const own = sizes.reduce((sum, size) => sum + size.width, 0);
    let at = x + (width - own) / 2;
    const ends = [wire(`M${x} ${y}H${at}`), wire(`M${at + own} ${y}H${x + width}`)];
    return [
      ...ends,
      ...part.series.flatMap((child, k) => {
        const drawn = drawPart(child, at, y, sizes[k]!.width);
        at += sizes[k]!.width;
        return drawn;
      }),
    ];
  }
  if ("parallel" in part) {
    const { up } = sizeOf(part);
    const [left, right] = [x + RAIL, x + width - RAIL];
    let at = y - up;
    const middles: number[] = [];
    const drawn = part.parallel.flatMap((branch) => {
      const size = sizeOf(branch);
      const middle = at + size.up;
      middles.push(middle);
      at += size.up + size.down;
      return drawPart(branch, left, middle, right - left);
    });
    const rail = (px: number): SVGElement => wire(`M${px} ${middles[0]}V${middles.at(-1)}`);
    return [wire(`M${x} ${y}H${left}`), wire(`M${right} ${y}H${x + width}`), rail(left), rail(right), ...drawn];
  }
  return symbol(part.label, x, y, width);
}

function symbol(label: string, x: number, y: number, width: number): SVGElement[] {
  const kind = /^[A-Za-z]+/.exec(label)?.[0] ?? "";
  const middle = x + width / 2;
  const half = BOX.width / 2;
  const name = s("text", { x: middle, y: y - 9.5, class: "ts-part" }, label);
  const ends = (reach: number): SVGElement => wire(`M${x} ${y}H${middle - reach}M${middle + reach} ${y}H${x + width}`);
  if (kind === "R")
    return [ends(half * 0.8), s("rect", { x: middle - half * 0.8, y: y - 5.5, width: half * 1.6, height: 11, class: "ts-box" }), name];
  if (kind === "C") return [ends(3), wire(`M${middle - 3} ${y - 8}v16M${middle + 3} ${y - 8}v16`), name];
  if (kind === "CPE" || kind === "Q") {
    // two chevrons: plates that are not ideal
    return [ends(3.5), wire(`M${middle - 7.5} ${y - 7}l4 7l-4 7M${middle - 0.5} ${y - 7}l4 7l-4 7`), name];
  }
  if (kind === "L") return [ends(half * 0.8), wire(`M${middle - half * 0.8} ${y}${"a4.5 5 0 0 1 6.8 0".repeat(4)}`), name];
  return [
    ends(half),
    s("rect", { x: middle - half, y: y - 8, width: BOX.width, height: 16, rx: 3, class: "ts-box" }),
    s("text", { x: middle, y: y + 3.5, class: "ts-part" }, label),
  ];
}

/** The drawing, as wide as it needs to be and no wider than its place. */
export function schematic(text: string): SVGElement {
  const root = partsOf(text);
  const { width, up, down } = sizeOf(root);
  const pad = 10;
  const full = { width: width + 2 * pad, height: up + down + 8 };
  const y = up + 6;
  return s(
    "svg",
    {
      viewBox: `0 0 ${full.width} ${full.height}`,
      width: full.width,
      height: full.height,
      class: "ts-schematic",
      role: "img",
      "aria-label": `Circuit ${text}`,
    },
    wire(`M0 ${y}H${pad}`),
    ...drawPart(root, pad, y, width),
    wire(`M${pad + width} ${y}H${full.width}`),
  );
}
