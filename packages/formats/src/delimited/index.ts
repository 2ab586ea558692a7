/** Text tables of any origin: the reader that is asked last. */
import { recognise } from "../header.ts";
import type { Reader } from "../reader.ts";
import { findLayout } from "./layout.ts";
import { type Dialect, readDelimited } from "./reader.ts";

const ANY: Dialect = {
  id: "delimited",
  title: "delimited text (.csv, .txt, .tsv)",
  endings: [".csv", ".txt", ".tsv", ".dat"],
  technique: "cycling",
  marks: [],
  synonyms: [],
};

export const delimitedReaders: readonly Reader[] = [
  {
    id: ANY.id,
    title: ANY.title,
    endings: ANY.endings,
    sniff(head, source) {
      const layout = findLayout(head, head.length >= source.size);
      if (!layout) return 0;
      const known = new Set(layout.headers.map((header) => recognise(header)?.column));
      if (known.has("voltage_volt")) return 0.5;
      // a table that needs a mapping is still a table
      return layout.rows >= 2 ? 0.1 : 0;
    },
    read: (source, options) => readDelimited(source, options, ANY),
  },
];
