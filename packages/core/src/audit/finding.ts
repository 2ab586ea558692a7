/** A finding: the claim's own statement beside what follows. */
import type { Claim, Finding, Verdict } from "./model.ts";
import { flat, printedValue } from "./value.ts";

export function finding(claim: Claim, verdict: Verdict, computed: Finding["computed"], why: readonly string[]): Finding {
  // of an audit what is expected is the finding, of all else what the paper prints
  const stated = { ...(claim.kind === "audit" ? {} : flat(claim.expect)), ...claim.printed };
  const printed = Object.fromEntries(
    Object.entries(stated).flatMap(([name, written]) => {
      const value = printedValue(written);
      return value === null ? [] : [[name, value]];
    }),
  );
  const { tol } = claim;
  const tolerance =
    tol === null
      ? null
      : typeof tol === "object"
        ? Object.entries(tol)
            .map(([name, of]) => `${name} ${of}`)
            .join(", ")
        : String(tol);
  return { id: claim.id, paper: claim.paper, kind: claim.kind, verdict, computed, printed, tolerance, why };
}
