/**
 * A study as a research object: `ro-crate-metadata.json` by RO-Crate 1.1 (P. Sefton et al., 2021, doi:10.5281/zenodo.4541002) and the profile Process Run
 * Crate 0.5 (S. Leo et al., PLoS ONE 19, e0309210 (2024)).
 *
 * Every file of the folder is an entity with size and SHA-256. Every result is a CreateAction: its software, its inputs and parameters as objects, its files as
 * results, when it began and ended. Raw files that are not part of the folder are described all the same, with their hashes.
 */
import type { RunRecord } from "../results.ts";

export interface CrateFile {
  /** relative to the crate, with "/" */
  path: string;
  size: number;
  sha256: string;
  about: string;
}

export interface CrateRun {
  record: RunRecord;
  /** names of the raw files or sources, or of the study */
  of: string;
  /** paths of files in the crate that are the same result, as written and as other formats */
  files: readonly string[];
  /** raw files that it was made of, by path in the study */
  raw: readonly string[];
  /** other results that it was made of, "step/hash" */
  results: readonly string[];
}

export interface CrateFacts {
  title: string;
  description: string;
  /** ISO 8601: when the study was last run */
  finished: string;
  /** SPDX identifier; null where nobody stated one */
  licence: string | null;
  version: string;
  files: readonly CrateFile[];
  /** raw files of the study; `inside` those that the crate holds */
  raw: readonly { path: string; size: number; sha256: string; inside: boolean }[];
  runs: readonly CrateRun[];
}

type Entity = { "@id": string; "@type": string | readonly string[] } & Record<string, unknown>;

const SPECIFICATION = "https://w3id.org/ro/crate/1.1";
const PROFILE = "https://w3id.org/ro/wfrun/process/0.5";
const SOFTWARE = "#thioscope";
const COMPLETED = "http://schema.org/CompletedActionStatus";

/** By the end of a file's name. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  h5: "application/x-hdf5",
  html: "text/html",
  json: "application/json",
  jsonld: "application/ld+json",
  md: "text/markdown",
  nxs: "application/x-hdf5",
  parquet: "application/vnd.apache.parquet",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  yaml: "application/yaml",
};

const ref = (id: string): { "@id": string } => ({ "@id": id });
/** Paths as relative references (RFC 3986): spaces and what has a meaning in them are escaped. */
const idOf = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

export function roCrate(facts: CrateFacts): object {
  const { title, description, finished, licence, version, files, raw, runs } = facts;
  const inside = raw.filter((file) => file.inside);
  const outside = raw.filter((file) => !file.inside);
  const parts = [...files.map(fileEntity), ...inside.map((file) => fileEntity({ ...file, about: "raw file, as the instrument wrote it" }))];
  const licenceEntity: Entity | null =
    licence === null ? null : { "@id": `https://spdx.org/licenses/${licence}`, "@type": "CreativeWork", name: licence };
  const root: Entity = {
    "@id": "./",
    "@type": "Dataset",
    name: title,
    description,
    datePublished: finished,
    license: licenceEntity ? ref(licenceEntity["@id"]) : "No licence is stated: all rights stay with those who measured.",
    conformsTo: [ref(PROFILE)],
    hasPart: parts.map((entity) => ref(entity["@id"])),
    mentions: runs.map(({ record }) => ref(actionId(record))),
  };
  const raws = new Map<string, string>([
    // cell files and the like
    ...files.map(({ path }) => [path, idOf(path)] as const),
    ...inside.map(({ path }) => [path, idOf(path)] as const),
    ...outside.map(({ path }) => [path, rawId(path)] as const),
  ]);
  const made = new Map(runs.map(({ record: { step, hash }, files: own }) => [`${step}/${hash}`, own.map(idOf)]));
  const graph: Entity[] = [
    { "@id": "ro-crate-metadata.json", "@type": "CreativeWork", conformsTo: ref(SPECIFICATION), about: ref("./") },
    root,
    { "@id": PROFILE, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
    {
      "@id": SOFTWARE,
      "@type": "SoftwareApplication",
      name: "Thioscope",
      softwareVersion: version,
      description: "raw files of solid-state sodium and lithium–sulfur cells to mechanism with errors and provenance",
    },
    ...(licenceEntity ? [licenceEntity] : []),
    ...parts,
    ...outside.map(
      ({ path, size, sha256 }): Entity => ({
        "@id": rawId(path),
        "@type": "CreativeWork",
        name: path,
        description: "raw file, not part of this folder",
        contentSize: String(size),
        sha256,
      }),
    ),
    ...runs.flatMap((run) => actionEntities(run, raws, made)),
  ];
  return {
    "@context": [`${SPECIFICATION}/context`, { sha256: "https://w3id.org/ro/terms/workflow-run#sha256" }],
    "@graph": graph,
  };
}

const rawId = (path: string): string => `#${idOf(path)}`;
const actionId = ({ step, hash }: RunRecord): string => `#run/${step}/${hash}`;

function fileEntity({ path, size, sha256, about }: CrateFile): Entity {
  const type = MEDIA_TYPES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  return {
    "@id": idOf(path),
    "@type": "File",
    name: path.slice(path.lastIndexOf("/") + 1),
    description: about,
    contentSize: String(size),
    sha256,
    ...(type === undefined ? {} : { encodingFormat: type }),
  };
}

/** The action of a result, and its parameters and constants. */
function actionEntities(
  { record, of, files, raw, results }: CrateRun,
  raws: ReadonlyMap<string, string>,
  made: ReadonlyMap<string, readonly string[]>,
): Entity[] {
  const { step, hash, task, constants, started, durationSecond, versions } = record;
  const value = (kind: string, name: string, said: unknown, more: object = {}): Entity => ({
    "@id": `#${kind}/${hash}/${encodeURIComponent(name)}`,
    "@type": "PropertyValue",
    name,
    value: typeof said === "number" || typeof said === "string" || typeof said === "boolean" ? said : JSON.stringify(said),
    ...more,
  });
  const values = [
    ...Object.entries(task.parameters ?? {}).map(([name, said]) => value("parameter", name, said)),
    ...constants.map(({ name, value: said, source }) => value("constant", name, said, { description: source })),
    ...Object.entries(versions).map(([name, said]) => value("version", name, said)),
  ];
  const inputs = [...raw.flatMap((path) => raws.get(path) ?? []), ...results.flatMap((result) => made.get(result) ?? [])];
  const action: Entity = {
    "@id": actionId(record),
    "@type": "CreateAction",
    name: `${step} of ${of}`,
    startTime: started,
    endTime: new Date(Date.parse(started) + 1000 * durationSecond).toISOString(),
    actionStatus: ref(COMPLETED),
    instrument: ref(SOFTWARE),
    object: [...inputs, ...values.map((entity) => entity["@id"])].map(ref),
    result: files.map((path) => ref(idOf(path))),
  };
  return [action, ...values];
}
