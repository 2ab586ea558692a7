/** A file of claims (YAML) to claims. Every mistake is CLAIMS_INVALID with file and line. */
import type { Notice } from "@thioscope/core";
import type { Claim } from "@thioscope/core/audit";
import { checkStructure, readYaml, type Schema } from "../yaml/index.ts";
import claimsSchema from "./claims.schema.json" with { type: "json" };

/** The JSON Schema (draft 07) of a file of claims, for editors. */
export const CLAIMS_SCHEMA: Readonly<Record<string, unknown>> = claimsSchema;

interface Written {
  claims: (Partial<Claim> & Pick<Claim, "id" | "kind" | "by"> & { paper: string | number })[];
}

/** Keys of a claim that mean something. */
const KNOWN = new Set(Object.keys(claimsSchema.properties.claims.items.properties));

/** @throws ThioscopeError CLAIMS_INVALID with the place in the file */
export function readClaims(text: string, fileName: string): { claims: Claim[]; notices: Notice[] } {
  const { data, places } = readYaml(text, fileName, "CLAIMS_INVALID");
  if (typeof data !== "object" || data === null) places.fail([], "a file of claims is a list under the key claims");
  checkStructure(data, claimsSchema as unknown as Schema, places);
  const { claims } = data as Written;
  const seen = new Set<string>();
  const notices: Notice[] = [];
  const read = claims.map((claim, i): Claim => {
    if (seen.has(claim.id)) places.fail(["claims", i, "id"], `the claim "${claim.id}" is named twice`);
    seen.add(claim.id);
    const unknown = Object.keys(claim).filter((key) => !KNOWN.has(key));
    if (unknown.length > 0) {
      notices.push({
        code: "claim-key-unknown",
        message: `${claim.id}: ${unknown.map((key) => `"${key}"`).join(", ")} means nothing in a claim and is passed over`,
      });
    }
    const { given = {}, external = null, printed = {}, expect = {}, tol = null, note = null, scale = null } = claim;
    return { id: claim.id, paper: String(claim.paper), kind: claim.kind, by: claim.by, given, external, printed, expect, tol, note, scale };
  });
  return { claims: read, notices };
}
