/** What a virtual campaign was made with beside what its analysis found. */

export interface RecoveredContent {
  kind: "recovered";
  /** of the campaign */
  seed: number;
  /** what the files contain and the analysis does not know of */
  effects: readonly string[];
  rows: readonly {
    key: string;
    what: string;
    unit: string;
    truth: number;
    /** null where the analysis has no answer: `why` says it */
    found: number | null;
    sigma: number | null;
    why: string | null;
  }[];
  /** over many campaigns, each with a truth of its own; null where that was not done */
  coverage: {
    seeds: number;
    rows: readonly CoverageRow[];
  } | null;
}

export interface CoverageRow {
  key: string;
  /** campaigns with an answer that has an error */
  answered: number;
  /** share of the answers within one and two standard errors of the truth */
  within1: number;
  within2: number;
  /** mean of found − truth, in the unit of the truth */
  bias: number;
  /** root mean square of found − truth */
  scatter: number;
  /** mean standard error stated */
  stated: number;
}
