/** Any file of X-ray absorption, recognised by its content. */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { detectEncoding } from "../delimited/encoding.ts";
import { isText } from "../impedance/text.ts";
import { athenaReader } from "./athena/project.ts";
import type { AbsorptionFile, AbsorptionReader, AbsorptionReadOptions } from "./model.ts";
import { nxxasReader } from "./nxxas.ts";
import { photonFactoryReader } from "./photonFactory.ts";
import { ssrlReader } from "./ssrl.ts";
import { textReader } from "./text.ts";

/** In the order in which they are asked; columns of text take what no other knows. */
const ABSORPTION_READERS: readonly AbsorptionReader[] = [athenaReader, nxxasReader, ssrlReader, photonFactoryReader, textReader];

const HEAD = 8192;

/** Throws FILE_EMPTY, FILE_FOREIGN, FILE_CUT, FILE_DAMAGED or MAPPING_NEEDED. */
export async function readAbsorption(source: ByteSource, options: AbsorptionReadOptions = {}): Promise<AbsorptionFile> {
  if (source.size === 0) throw new ThioscopeError("FILE_EMPTY", "the file holds no bytes", { file: source.name });
  const head = await source.read(0, Math.min(source.size, HEAD));
  const { encoding, skip } = detectEncoding(head);
  const decoded = new TextDecoder(encoding).decode(head.subarray(skip));
  const text = isText(decoded) ? decoded : "";
  const reader = ABSORPTION_READERS.find((one) => one.sniff(head, text));
  if (!reader)
    throw new ThioscopeError("FILE_FOREIGN", "the content is no absorption scan: neither text nor a known binary format", {
      file: source.name,
    });
  return reader.read(source, options);
}
