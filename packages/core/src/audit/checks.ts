/**
 * Checks of statements that are not one number: each names what it needs and says whether the statements can stand together. A check without what it needs says nothing.
 */
import { isFormula } from "../chemistry/formula.ts";
import { isExtinct, spaceGroup } from "../crystal/index.ts";
import { convert } from "../units/units.ts";
import type { Known } from "./inputs.ts";
import type { Claim } from "./model.ts";
import { isSpan, isSpans, type Span, spanText, type Value } from "./value.ts";

interface Checked {
  contradicts: boolean;
  why: string;
}

type Check = (claim: Claim, known: Known) => Checked | null;

const span = (known: Known, name: string): Span | null => {
  const value = known.get(name);
  return value !== undefined && isSpan(value) ? value : null;
};

const spans = (known: Known, name: string): readonly Span[] | null => {
  const value = known.get(name);
  return value === undefined ? null : isSpan(value) ? [value] : isSpans(value) ? value : null;
};

const texts = (value: Value): readonly string[] | null =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? (value as readonly string[]) : null;

const printedOf = (known: Known): (readonly [string, Value])[] =>
  [...known].filter(([name]) => name.startsWith("printed.")).map(([name, value]) => [name.slice("printed.".length), value]);

/** Two formulas for one thing. */
const oneFormula: Check = (_claim, known) => {
  for (const [name, value] of printedOf(known)) {
    const list = texts(value);
    if (list && list.length > 1 && list.every(isFormula)) {
      const different = new Set(list);
      return { contradicts: different.size > 1, why: `${name} is written ${[...different].join(" and ")}` };
    }
  }
  return null;
};

/** One window on two scales has one width. */
const oneWidth: Check = (_claim, known) => {
  const windows = printedOf(known).flatMap(([name, value]) =>
    /^window_vs_/.test(name) && isSpans(value) && value.length === 2 ? [{ name, width: value[1]!.high - value[0]!.low }] : [],
  );
  const [a, b] = windows;
  if (!a || !b) return null;
  return {
    contradicts: Math.abs(a.width - b.width) > 0.02 * Math.max(a.width, b.width),
    why: `${a.name} is ${a.width.toFixed(2)} V wide, ${b.name} ${b.width.toFixed(2)} V: one window has one width on every scale`,
  };
};

const RATE = /^([\d.]+)\s*([a-zA-Zµ]+\/(?:s|min|h))$/;

/** What is compared must be measured alike; a current is no capacity. */
const alike: Check = (_claim, known) => {
  const rates = printedOf(known).flatMap(([, value]) => {
    const match = typeof value === "string" ? RATE.exec(value) : null;
    return match ? [convert(Number(match[1]), match[2]!, "V/s")] : [];
  });
  const currents = printedOf(known).flatMap(([name, value]) =>
    /rates?_/.test(name) && typeof value === "string" && /mAh\/g/.test(value) ? [value] : [],
  );
  if (rates.length < 2) return null;
  const ratio = Math.max(...rates) / Math.min(...rates);
  known.set("scan_rate_ratio", { low: ratio, high: ratio });
  return {
    contradicts: ratio > 1.05 || currents.length > 0,
    why: `scan rates differ by a factor of ${Number(ratio.toPrecision(4))}${currents.length > 0 ? `; a current is printed as ${currents.join(", ")}` : ""}`,
  };
};

/** Places in a paper: the same quantity in several of them is one result. */
const PLACES = /^(?:abstract|introduction|results|discussion|methods|conclusion|caption|text|table)_(.+)$/;

/** Several statements of one result. */
const oneResult: Check = (_claim, known) => {
  const statements = printedOf(known).flatMap(([name, value]) => {
    const what = PLACES.exec(name)?.[1];
    return what !== undefined && isSpan(value) ? [{ name, what, value }] : [];
  });
  const [first, ...rest] = statements;
  if (!first || rest.length === 0) return null;
  const apart = rest.find(({ what, value }) => what === first.what && (value.low > first.value.high || value.high < first.value.low));
  if (apart)
    return { contradicts: true, why: `${first.name} is ${spanText(first.value)}, ${apart.name} ${spanText(apart.value)}: one result` };
  return { contradicts: false, why: `${statements.map(({ name }) => name).join(", ")} can be one result` };
};

/** Two numbers that are said to agree. */
const closeTogether: Check = (_claim, known) => {
  const [a, b] = [span(known, "Ea_experiment_eV"), span(known, "Ea_aimd_eV")];
  if (!a || !b) return null;
  const ratio = Math.max(a.high, b.high) / Math.min(a.low, b.low);
  return {
    contradicts: ratio > 1.25,
    why: `the two activation energies, ${spanText(a)} and ${spanText(b)} eV, differ by a factor of ${ratio.toFixed(2)}`,
  };
};

/** Equilibrium through the thickness fixes the mean axial stress at the stack pressure. */
const equilibrium: Check = (_claim, known) => {
  const [mean, stated] = [span(known, "printed.mean_axial_MPa"), known.get("printed.stack_MPa")];
  const stack = typeof stated === "string" ? Number(/[\d.]+/.exec(stated)?.[0]) : stated && isSpan(stated) ? stated.low : Number.NaN;
  if (!mean || !Number.isFinite(stack)) return null;
  const tensile = /axial tensile/.test(String(known.get("printed.deviatoric") ?? ""));
  const needed = span(known, "printed.stabilising_pressure_MPa");
  const argument = needed ? `; the argument needs ${spanText(needed)} MPa of pressure` : "";
  return {
    contradicts: Math.abs(mean.high - stack) > 0.2 * stack || tensile,
    why: `the area-averaged axial stress equals the stack pressure of ${stack} MPa, ${spanText(mean)} MPa is printed${tensile ? ", tensile: a tension is no pressure" : ""}${argument}`,
  };
};

/** Reflections that the space group forbids; crystal systems. */
const reflections: Check = (claim, known) => {
  const groups = new Map(
    [...String(typeof claim.external === "string" ? claim.external : "").matchAll(/([A-Z]\w*) ([PIFABCR][\w/-]+)/g)].map(
      ([, formula, symbol]) => [formula!, symbol!],
    ),
  );
  const found: Checked[] = [];
  for (const [name, value] of printedOf(known)) {
    if (typeof value !== "string") continue;
    for (const [, h, k, l, formula] of value.matchAll(/\((\d)(\d)(\d)\) of ([A-Z]\w*)/g)) {
      const symbol = groups.get(formula!);
      if (symbol === undefined) continue;
      const extinct = isExtinct(spaceGroup(symbol), Number(h), Number(k), Number(l));
      found.push({ contradicts: extinct, why: `${h}${k}${l} of ${formula} is ${extinct ? "extinct" : "allowed"} in ${symbol}` });
    }
    const group = groups.get(name);
    if (group !== undefined && value !== "") {
      const { system } = spaceGroup(group);
      const said = value === "rhombohedral" ? "trigonal" : value;
      found.push({ contradicts: said !== system, why: `${name} in ${group} is ${system}, ${value} is printed` });
    }
  }
  if (found.length === 0) return null;
  return { contradicts: found.some(({ contradicts }) => contradicts), why: found.map(({ why }) => why).join("; ") };
};

/** One line through a glass transition. */
const oneSideOfTg: Check = (_claim, known) => {
  const [tg, hot, cold] = [span(known, "Tg_K"), spans(known, "AIMD_K"), spans(known, "EIS_C")];
  if (!tg || !hot || !cold) return null;
  const above = hot.every(({ low }) => low > tg.high);
  const below = cold.every(({ high }) => high + 273.15 < tg.low);
  return {
    contradicts: above && below,
    why:
      above && below
        ? `all simulated temperatures lie above the glass transition at ${spanText(tg)} K, all measured ones below`
        : "simulated and measured temperatures lie on one side of the glass transition",
  };
};

/** An anode cannot give more than it holds. */
const inventory: Check = (_claim, known) => {
  const [li, need] = [span(known, "Li_mAh_cm2"), spans(known, "theoretical_mAh_cm2")];
  if (!li || !need) return null;
  const most = Math.max(...need.map(({ high }) => high));
  return {
    contradicts: most > li.high,
    why: `the anode holds ${spanText(li, 3)} mAh/cm², the sulfur can take ${need.map((n) => spanText(n, 3)).join(" and ")}`,
  };
};

/** "X-dominant" needs more than half. */
const dominance: Check = (_claim, known) => {
  const product = known.get("printed.product");
  const share = span(known, "Li2S_fraction_two_product_reading");
  if (typeof product !== "string" || !share) return null;
  const wants = /^(\w+)-dominant$/.exec(product)?.[1];
  if (wants === undefined) return null;
  const own = wants === "Li2S" ? share : { low: 1 - share.high, high: 1 - share.low };
  return { contradicts: own.high < 0.5, why: `${wants} is ${spanText(own, 3)} of the sulfur if nothing but Li2S2 and Li2S is there` };
};

/** A semicircle below the bulk's own relaxation is not the bulk. */
const bulkArc: Check = (_claim, known) => {
  const [relaxation, most] = [span(known, "bulk_relaxation_MHz"), span(known, "f_max_Hz")];
  if (!relaxation || !most) return null;
  return {
    contradicts: most.high / 1e6 < relaxation.low,
    why: `the bulk relaxes at ${spanText(relaxation, 3)} MHz, the sweep ends at ${spanText({ low: most.low / 1e6, high: most.high / 1e6 })} MHz`,
  };
};

/** A diffusivity from less than one hop per ion. */
const enoughHops: Check = (_claim, known) => {
  const [rms, hop] = [spans(known, "rms_A"), span(known, "hop_A")];
  if (!rms || !hop) return null;
  const short = rms.every(({ high }) => high < hop.low);
  return {
    contradicts: short,
    why: `rms displacements of ${rms.map((r) => spanText(r, 3)).join(", ")} Å ${short ? "stay below" : "reach"} one hop of ${spanText(hop, 3)} Å`,
  };
};

/** A difference that is told in words must be more than scatter. */
const significant: Check = (_claim, known) => {
  const p = ["welch_p_n5", "welch_p_n3"].map((name) => span(known, name));
  const said = known.get("printed.text");
  if (!p[0] || !p[1] || typeof said !== "string") return null;
  const counts = printedOf(known).flatMap(([, value]) =>
    typeof value === "string"
      ? [...value.matchAll(/\b(two|three|four|five|six) (?:independent|spots|measurements|replicates)/g)].map(([, n]) => n!)
      : [],
  );
  const several = new Set(counts).size > 1 ? `; the number of replicates is printed as ${[...new Set(counts)].join(" and ")}` : "";
  return {
    contradicts: p[0].low > 0.05 || several !== "",
    why: `p = ${spanText(p[0], 2)} with five replicates, ${spanText(p[1], 2)} with three: "${said}" is ${p[0].low > 0.05 ? "not significant at 5 %" : "significant at 5 %"}${several}`,
  };
};

/** A discharge whose second step lies above the first has no intermediate in equilibrium. */
const stepsDescend: Check = (_claim, known) => {
  const [first, second, hull] = [span(known, "S_to_Li2S2_V"), span(known, "Li2S2_to_Li2S_V"), span(known, "Li2S2_above_hull_eV_atom")];
  if (!first || !second || !hull) return null;
  return {
    contradicts: second.low > first.high,
    why: `the second step at ${spanText(second, 3)} V ${second.low > first.high ? "lies above" : "follows"} the first at ${spanText(first, 3)} V; Li2S2 is ${spanText(hull, 2)} eV/atom above the hull`,
  };
};

export const CHECKS: readonly Check[] = [
  oneFormula,
  oneWidth,
  alike,
  closeTogether,
  equilibrium,
  reflections,
  oneSideOfTg,
  inventory,
  dominance,
  bulkArc,
  enoughHops,
  significant,
  stepsDescend,
  oneResult,
];
