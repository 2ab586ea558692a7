/** Reads a geometry file, recognised by its content. */
import { ThioscopeError } from "@thioscope/core";
import { type ByteSource, readAll } from "../bytes/source.ts";
import { hdf5Reader } from "../images/hdf5/nexus.ts";
import { looksLikeImctrl, readImctrl } from "./imctrl.ts";
import type { GeometryFile } from "./model.ts";
import { readNexusGeometry } from "./nexusGeometry.ts";
import { looksLikePoni, readPoni } from "./poni.ts";

/** Text files of geometry are small. */
const MAX_TEXT = 2 ** 20;

/** The text of a PONI or imctrl file, undefined for anything else. */
async function geometryText(source: ByteSource): Promise<string | undefined> {
  if (source.size === 0 || source.size > MAX_TEXT) return undefined;
  const bytes = await readAll(source);
  if (bytes.includes(0)) return undefined;
  const text = new TextDecoder("utf-8").decode(bytes);
  return looksLikePoni(text) || looksLikeImctrl(text) ? text : undefined;
}

/** True for the text of a PONI or imctrl file. NeXus files are images first. */
export async function looksLikeGeometry(source: ByteSource): Promise<boolean> {
  return (await geometryText(source)) !== undefined;
}

/**
 * Geometry of a PONI, imctrl or NeXus file, as far as it states one; {@link completeGeometry} makes it whole with the image.
 *
 * @throws FILE_*, FORMAT_VERSION with file and line
 */
export async function readGeometry(source: ByteSource): Promise<GeometryFile> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file is empty (0 bytes)", { file: source.name, offset: 0 });
  const text = await geometryText(source);
  if (text !== undefined) return looksLikePoni(text) ? readPoni(text, source.name) : readImctrl(text, source.name);
  const head = await source.read(0, Math.min(65_536, source.size));
  if (hdf5Reader.sniff(head)) return readNexusGeometry(source);
  throw new ThioscopeError(
    "FILE_FOREIGN",
    "the content is no geometry known here; known are PONI (pyFAI, Dioptas), GSAS-II image controls, NeXus",
    {
      file: source.name,
      offset: 0,
    },
  );
}
