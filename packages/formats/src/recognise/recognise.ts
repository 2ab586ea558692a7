/**
 * What a raw file is: one question over the readers of all areas. By content; a name decides only where the content of two kinds is the same
 * (two columns of numbers). Only the head is read, of HDF5 files the tree.
 */
import { packingOf, unpackedChunks } from "../bytes/chunks.ts";
import type { ByteSource } from "../bytes/source.ts";
import { looksLikeGeometry } from "../geometry/index.ts";
import { type Item, walk } from "../images/hdf5/access.ts";
import { LazyFile } from "../images/hdf5/lazyFile.ts";
import { findImageReader, readImageStack } from "../images/readImageStack.ts";
import { findImpedanceReader } from "../impedance/readImpedance.ts";
import { CYCLING_READERS } from "../readCycling.ts";
import { readRaw } from "../readRaw.ts";
import { kindOfSpectra, readSpectra } from "../spectra/index.ts";
import { TRAJECTORY_READERS } from "../trajectory/index.ts";
import type { RawKind, Recognition } from "./kinds.ts";
import { recogniseText } from "./text.ts";

const HEAD = 65_536;
/** Spectra up to this size are read whole to learn their axis. */
const MOST_READ = 2 ** 26;

/** Two columns of numbers: what people call such files. */
const ENDINGS: readonly (readonly [RegExp, RawKind])[] = [
  [/\.(xy|xye|chi|fxye|gsas|gsa|uxd|xrdml|raw|cpi|esg|xra)$/i, "powder"],
  [/\.(gr|sq|fq|iq|sgr)$/i, "pdf"],
  [/\.(xmu|xdi|nor|chik)$/i, "absorption"],
  [/raman/i, "raman"],
];

/** The kind of source that the axis of a spectrum belongs to. */
const OF_AXIS: Readonly<Record<string, RawKind>> = {
  ramanShift: "raman",
  wavelength: "raman",
  bindingEnergy: "photoelectrons",
  kineticEnergy: "photoelectrons",
  massToCharge: "masses",
};

/** What the file most likely is; null where no reader knows it. Never throws for what the content is. */
export async function recognise(source: ByteSource): Promise<Recognition | null> {
  if (source.size === 0) return null;
  const raw = await source.read(0, Math.min(HEAD, source.size));
  const image = await findImageReader(source).catch(() => undefined);
  if (image?.id === "nexus") return await ofHdf5(source).catch(() => ({ kind: "frames" as const, format: image.title, certainty: 0.5 }));
  if (image) return { kind: (await isPicture(source, image.id)) ? "picture" : "frames", format: image.title, certainty: 1 };
  if (await looksLikeGeometry(source)) return { kind: "geometry", format: "geometry", certainty: 0.95 };
  const head = packingOf(raw) === null ? raw : await unpackedHead(source);
  const found = [await ofTrajectory(source, head), asText(head, source.name), await ofCycler(source), await ofSpectrum(source)];
  const best = found.reduce((a, b) => ((b?.certainty ?? 0) > (a?.certainty ?? 0) ? b : a));
  if (best && best.certainty >= 0.5) return best;
  const named = ENDINGS.find(([pattern]) => pattern.test(source.name));
  const isColumns = found[1] !== null || found[3] !== null || (best?.certainty ?? 0) > 0;
  if (named && (isColumns || named[1] === "powder")) return { kind: named[1], format: "by its name, columns of numbers", certainty: 0.4 };
  if (best?.certainty === undefined || best.certainty >= 0.3 || source.size > MOST_READ) return best;
  // columns without a mark: a table of cycling or a sweep of frequencies says so when it is read
  const isCycler = await readRaw(source).then(
    () => true,
    () => false,
  );
  if (isCycler) return { kind: "cycler", format: "columns", certainty: 0.3 };
  return best.kind === "cycler" ? (found[1] ?? null) : best;
}

/** Detectors count further than 255; microscopes and masks do not. */
async function isPicture(source: ByteSource, reader: string): Promise<boolean> {
  if (reader === "png") return true;
  if (reader !== "tiff") return false;
  const stack = await readImageStack(source).catch(() => null);
  const { dtype } = stack ?? { dtype: "" };
  stack?.close();
  return dtype === "uint8";
}

async function unpackedHead(source: ByteSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of unpackedChunks(source)) {
      parts.push(chunk.slice(0, HEAD - size));
      size += Math.min(chunk.length, HEAD - size);
      if (size >= HEAD) break;
    }
  } catch {
    // what does not unpack is told by the reader that is asked to read it
  }
  const head = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  return head;
}

/** The head as text; empty for binary content. */
function textOf(head: Uint8Array): string {
  const text = new TextDecoder(head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : "utf-8").decode(head);
  let strange = 0;
  for (const char of text.slice(0, 2000)) if (char === "\ufffd" || char < "\t" || (char > "\r" && char < " ")) strange++;
  return strange > 20 ? "" : text;
}

/** Binary content that no reader of images, cyclers or trajectories claims. */
function ofMagic(head: Uint8Array): Recognition | null {
  const start = new TextDecoder("latin1").decode(head.subarray(0, 8));
  if (start.startsWith("SSRL ")) return { kind: "absorption", format: "SSRL, binary", certainty: 0.9 };
  return /^RAW(1\.01|4\.00| |2)/.test(start) ? { kind: "powder", format: "Bruker RAW", certainty: 0.9 } : null;
}

function asText(head: Uint8Array, name: string): Recognition | null {
  const text = textOf(head);
  if (text === "") return ofMagic(head);
  const found = recogniseText(text);
  const isCif = /^\s*(?:#.*\n\s*)*data_\S/.test(text) && (/_cell_length_a/.test(text) || /\.cif$/i.test(name));
  return isCif && found?.kind !== "powder" ? { kind: "structure", format: "CIF", certainty: 0.95 } : found;
}

async function ofTrajectory(source: ByteSource, head: Uint8Array): Promise<Recognition | null> {
  const text = new TextDecoder("latin1").decode(head.subarray(0, 1 << 14));
  const name = source.name.replace(/\.(?:gz|bz2|zst)$/i, "");
  const reader = TRAJECTORY_READERS.find((one) => one.id !== "cif" && one.recognises(text, name));
  return reader ? { kind: "trajectory", format: reader.name, certainty: 0.85 } : null;
}

async function ofCycler(source: ByteSource): Promise<Recognition | null> {
  const head = await source.read(0, Math.min(HEAD, source.size));
  let best: Recognition | null = null;
  for (const reader of CYCLING_READERS) {
    const certainty = await reader.sniff(head, source);
    if (certainty > (best?.certainty ?? 0)) best = { kind: "cycler", format: reader.title, certainty };
  }
  const spectra = await findImpedanceReader(source);
  if (spectra && spectra.certainty > (best?.certainty ?? 0))
    best = { kind: "cycler", format: spectra.reader.title, certainty: spectra.certainty };
  return best;
}

async function ofSpectrum(source: ByteSource): Promise<Recognition | null> {
  const found = await kindOfSpectra(source);
  if (!found) return null;
  const { certainty } = found;
  if (found.kind !== "spectra")
    return { kind: found.kind, format: found.kind === "ions" ? "table of ions" : "thermal analysis", certainty };
  if (certainty < 0.5 || source.size > MOST_READ) return { kind: "spectra", format: "columns", certainty };
  const file = await readSpectra(source).catch(() => null);
  return { kind: OF_AXIS[file?.spectra[0]?.axis ?? ""] ?? "spectra", format: file?.format ?? "spectrum", certainty };
}

/** Names of datasets that only one kind of file has. */
async function ofHdf5(source: ByteSource): Promise<Recognition> {
  const lazy = await LazyFile.open(source);
  try {
    const { items } = await walk(lazy);
    const has = (test: (item: Item) => boolean): boolean => items.some(test);
    const sure = (kind: RawKind, format: string): Recognition => ({ kind, format, certainty: 1 });
    if (has(({ path }) => path === "/exchange/data")) return sure("scan", "Data Exchange");
    if (has(({ path }) => path.endsWith("/image_key")) && has(({ path }) => path.endsWith("/rotation_angle")))
      return sure("scan", "NXtomo");
    if (has(({ path }) => /^\/particles\/[^/]+\/position/.test(path))) return sure("trajectory", "H5MD");
    if (has(({ path, nxClass }) => nxClass === "NXdata" && items.some((item) => item.path === `${path}/I`)))
      return sure("patterns", "NXazint");
    const images = has(({ metadata }) => (metadata?.shape?.length ?? 0) >= 2 && metadata!.shape!.slice(-2).every((n) => n >= 16));
    const energies = has(
      ({ path, metadata }) => /\/(energy|energy_enc|mono_energy|energies)$/i.test(path) && (metadata?.total_size ?? 0) >= 8,
    );
    if (energies && !images) return sure("absorption", "NXxas or ESRF scan");
    return { kind: "frames", format: "NeXus/HDF5", certainty: images ? 1 : 0.5 };
  } finally {
    lazy.close();
  }
}
