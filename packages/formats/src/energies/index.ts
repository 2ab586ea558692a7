/** Energies of a user's own: by content, not by ending. */
import { ThioscopeError } from "@thioscope/core";
import { packingOf, unpackedChunks } from "../bytes/chunks.ts";
import { type ByteSource, readAll, sourceOfBytes } from "../bytes/source.ts";
import { readEnergyCsv } from "./csv.ts";
import { readEnergyJson } from "./json.ts";
import type { EnergyFile } from "./model.ts";
import { readVasprun } from "./vasprun.ts";

export type { EnergyFile } from "./model.ts";
export { ownEnergySet } from "./ownSet.ts";

/** Text that is read whole; entries with structures come to some kB each. */
const LARGEST_TEXT = 256 << 20;

/**
 * Entries of pymatgen or the Materials Project as JSON, a table, or a vasprun.xml.
 *
 * @throws ThioscopeError FILE_EMPTY, FILE_FOREIGN, FILE_CUT or FILE_DAMAGED
 */
export async function readEnergies(source: ByteSource): Promise<EnergyFile> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no bytes", { file: source.name });
  if (packingOf(await source.read(0, Math.min(16, source.size))) !== null) return readEnergies(await unpacked(source));
  const start = new TextDecoder().decode(await source.read(0, Math.min(4096, source.size))).trimStart();
  if (start.startsWith("<")) return readVasprun(source);
  if (source.size > LARGEST_TEXT)
    throw new ThioscopeError("INVALID_INPUT", `${source.size} bytes of energies: up to ${LARGEST_TEXT} are read`, { file: source.name });
  const text = new TextDecoder().decode(await readAll(source));
  return /^[[{]/.test(start) ? readEnergyJson(text, source.name) : readEnergyCsv(text, source.name);
}

async function unpacked(source: ByteSource): Promise<ByteSource> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of unpackedChunks(source)) {
    size += chunk.length;
    if (size > LARGEST_TEXT)
      throw new ThioscopeError("INVALID_INPUT", `more than ${LARGEST_TEXT} bytes of energies when unpacked`, { file: source.name });
    parts.push(chunk.slice());
  }
  return sourceOfBytes(source.name, new Uint8Array(await new Blob(parts).arrayBuffer()));
}
