/** What `inspect` says of files that no cycler wrote, by what they are. */
import { basename } from "node:path";
import type { TaskContext } from "@thioscope/core";
import { type ByteSource, RAW_KINDS, recognise } from "@thioscope/formats";
import { lookInto } from "@thioscope/study";
import { warningLines } from "../inputs.ts";
import { inspectAbsorption } from "./inspectAbsorption.ts";
import { type DiffractionFacts, inspectDiffraction } from "./inspectDiffraction.ts";
import { inspectSpectra } from "./inspectSpectra.ts";

/** Null for tables of cyclers and what may be one. */
export async function inspectOther(source: ByteSource, path: string, context: TaskContext): Promise<DiffractionFacts | null> {
  const known = await recognise(source);
  if (!known) return null;
  switch (known.kind) {
    case "cycler":
      return null;
    case "frames":
    case "picture":
    case "geometry":
      return inspectDiffraction(source, path);
    case "absorption":
      return inspectAbsorption(source, basename(path));
    case "raman":
    case "photoelectrons":
    case "masses":
    case "spectra":
    case "thermal":
    case "ions":
      return inspectSpectra(source, path, known.kind);
  }
  const file = basename(path);
  const found = await lookInto(source, known.kind, context, { single: true });
  if (!found) return null;
  const { format, what, rows, species, notices } = found;
  const text = [`${file}  ${format} · ${RAW_KINDS[known.kind]} · ${what}`, ...warningLines(notices).map((line) => `  warning   ${line}`)];
  return {
    facts: { file, format, technique: RAW_KINDS[known.kind], kind: known.kind, what, count: rows, species, warnings: notices },
    text: text.join("\n"),
  };
}
