/** Claims with their verdicts. */
export interface AuditContent {
  kind: "audit";
  claims: readonly {
    id: string;
    paper: string;
    /** recompute, audit, model, recover */
    of: string;
    verdict: string;
    /** true where what is printed can stand, false where it cannot, null where nothing decides */
    holds: boolean | null;
    printed: string;
    computed: string;
    /** the steps, and the input that decides */
    why: readonly string[];
  }[];
}
