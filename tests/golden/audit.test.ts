/**
 * What four papers claim, audited: each verdict is what the arithmetic of their own numbers demands, and a changed number changes it. Expected verdicts follow
 * from the kind of the claim: a recomputation agrees, an audit does not.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { random, ThioscopeError } from "@thioscope/core";
import { auditClaims, type Claim, type Finding } from "@thioscope/core/audit";
import { readClaims } from "@thioscope/formats";
import { describe, expect, test } from "vitest";

const studies = fileURLToPath(new URL("../../studies", import.meta.url));
// beside the studies lie the keys of their sealed truths once they have been run
const files = readdirSync(studies)
  .map((study) => `${study}/claims.yaml`)
  .filter((file) => existsSync(`${studies}/${file}`));
const read = (file: string): Claim[] => readClaims(readFileSync(`${studies}/${file}`, "utf8"), file).claims;
const all = files.flatMap(read);
const isDecided = ({ kind }: Claim): boolean => kind === "recompute" || kind === "audit";

test("every claim that arithmetic decides has the verdict of its kind", () => {
  const found = auditClaims(all);
  const decided = found.filter(({ kind }) => kind === "recompute" || kind === "audit");
  expect(decided.length).toBe(42);
  for (const { id, kind, verdict } of decided) {
    const wanted = kind === "recompute" ? /^reproduced/ : /^inconsistent/;
    expect(verdict, id).toMatch(wanted);
  }
  const verdictOf = (id: string) => found.find((finding) => finding.id === id)!.verdict;
  expect(verdictOf("NaS-areal-capacity")).toBe("reproduced (rounding)");
  expect(verdictOf("NaS-Na2S3-pressure")).toBe("inconsistent-if");
  expect(verdictOf("NTSC-nernst-einstein")).toBe("inconsistent-if");
  expect(verdictOf("LiS-loading")).toBe("inconsistent");
});

test("both numbers and the deciding input are shown", () => {
  const claim = auditClaims(all).find(({ id }) => id === "NaS-Na2S3-pressure")!;
  expect(claim.why.join("\n")).toMatch(/900 is printed, 360\.9 follows/);
  expect(claim.why.join("\n")).toMatch(/crystal volumes/);
  const half = auditClaims(all).find(({ id }) => id === "NAS-half-C")!;
  expect(half.why.join("\n")).toMatch(/taken from other claims of the paper/);
});

describe("numbers that are changed change the verdict", () => {
  const draw = random("alterations");
  /** By 15 to 60 %, up or down: beyond every tolerance. */
  const changed = (value: number): number =>
    Number(
      (value * (draw.uniform() < 0.5 ? 1 : -1) === value
        ? value * (1.15 + 0.45 * draw.uniform())
        : value / (1.15 + 0.45 * draw.uniform())
      ).toPrecision(6),
    );
  const withValue = (claim: Claim, where: "given" | "expect" | "printed", key: string, value: unknown): Claim => ({
    ...claim,
    [where]: { ...claim[where], [key]: value },
  });
  const verdictWith = (claim: Claim): Finding["verdict"] =>
    auditClaims(all.map((other) => (other.id === claim.id ? claim : other))).find(({ id }) => id === claim.id)!.verdict;

  test("a recomputation whose print is altered is not reproduced", () => {
    let count = 0;
    for (const claim of all.filter(({ kind }) => kind === "recompute")) {
      for (const [key, value] of Object.entries(claim.expect)) {
        const altered =
          typeof value === "number"
            ? changed(value)
            : Array.isArray(value) && typeof value[0] === "number"
              ? [changed(value[0]), ...value.slice(1)]
              : null;
        if (altered === null) continue;
        count++;
        expect(verdictWith(withValue(claim, "expect", key, altered)), `${claim.id} ${key}`).toBe("notReproduced");
      }
    }
    expect(count).toBeGreaterThanOrEqual(40);
  });

  test("a recomputation whose input is altered is not reproduced", () => {
    let count = 0;
    for (const claim of all.filter(({ kind }) => kind === "recompute")) {
      const used = auditClaims(all)
        .find(({ id }) => id === claim.id)!
        .why.join("\n");
      for (const [key, value] of Object.entries(claim.given)) {
        // numbers that no step names decide nothing
        if (typeof value !== "number" || !new RegExp(`\\(from [^)]*\\b${key}\\b`).test(used)) continue;
        count++;
        expect(verdictWith(withValue(claim, "given", key, changed(value))), `${claim.id} ${key}`).toBe("notReproduced");
      }
    }
    expect(count).toBeGreaterThanOrEqual(30);
  });

  test("an audit whose print is what follows is consistent", () => {
    const repaired: readonly (readonly [id: string, key: string, value: unknown])[] = [
      ["NaS-Na2S3-pressure", "stabilising_pressure_MPa", 361],
      ["NAS-areal-vs-specific", "areal_mAh_cm2", 1.0],
      ["LiS-loading", "s_mg_cm2", 0.8],
      ["NTSC-nernst-einstein", "sigma_S_cm", 0.0299],
      ["NTSC-reference-scale", "window_vs_Na15Sn4_V", [1.4, 3.5]],
      ["NTSC-anode-formula", "anode", ["Na15Sn4", "Na15Sn4"]],
      ["LiS-dominance", "product", "Li2S-dominant"],
      ["LiS-areal-statement", "introduction_mAh_cm2", "about 3.0"],
    ];
    for (const [id, key, value] of repaired) {
      const claim = all.find((one) => one.id === id)!;
      expect(verdictWith(withValue(claim, "printed", key, value)), id).toBe("consistent");
    }
  });
});

test("what is asked is computed without looking at what is expected", () => {
  for (const claim of all.filter(isDecided)) {
    const blind = { ...claim, expect: Object.fromEntries(Object.keys(claim.expect).map((key) => [key, 0.123456])) };
    const open = auditClaims(all).find(({ id }) => id === claim.id)!;
    const shut = auditClaims(all.map((other) => (other.id === claim.id ? blind : other))).find(({ id }) => id === claim.id)!;
    expect(shut.computed, claim.id).toEqual(open.computed);
  }
});

test("a file that is no list of claims is refused with its line", () => {
  const refused = (text: string): ThioscopeError => {
    try {
      readClaims(text, "claims.yaml");
    } catch (error) {
      if (error instanceof ThioscopeError) return error;
    }
    throw new Error("it was read");
  };
  expect(refused("claims:\n  - { id: a, paper: p, kind: recomput, by: x }\n")).toMatchObject({
    code: "CLAIMS_INVALID",
    place: { line: 2 },
  });
  expect(refused("claims:\n  - { id: a, paper: p, kind: audit, by: x }\n  - { id: a, paper: p, kind: audit, by: x }\n").message).toMatch(
    /named twice/,
  );
  expect(refused("5\n").code).toBe("CLAIMS_INVALID");
  expect(refused("claims: [ {\n").code).toBe("CLAIMS_INVALID");
});
