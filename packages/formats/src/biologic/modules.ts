/**
 * The modules of an .mpr file. After 52 bytes of magic every module starts with the word MODULE, a short and a
 * long name, its length, version and date; EC-Lab 11.50 and later write 8 bytes more (a maximum length, always
 * 0xffffffff, before the length, and a second version after the first, which is the one that counts).
 */
import { ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";

export interface MprModule {
  /** "VMP Set", "VMP data", "VMP LOG", "VMP loop", "VMP ExtDev" */
  name: string;
  version: number;
  /** as written: month, day, year */
  date: string;
  /** of the content */
  offset: number;
  length: number;
  /** bytes of the content that the file holds: less than `length` where it was cut */
  available: number;
}

const MAGIC = "BIO-LOGIC MODULAR FILE\x1a";
const FIRST = 52;
const HEAD_OLD = 57;
const HEAD_NEW = 65;
/** EC-Lab writes at most 6; the bound keeps a file of empty modules from becoming a long list. */
const MOST = 64;

const ascii = (bytes: Uint8Array, from: number, to: number): string => {
  let text = "";
  for (let i = from; i < to && i < bytes.length && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]!);
  return text.trimEnd();
};

/** True if the content starts as an .mpr file does. */
export function looksLikeMpr(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && ascii(head, 0, MAGIC.length) === MAGIC;
}

/**
 * Lists the modules; a list that ends early says why in `damage`.
 *
 * @throws FILE_FOREIGN if the magic is missing
 */
export async function listModules(source: ByteSource): Promise<{ modules: MprModule[]; damage?: ThioscopeError }> {
  const magic = await source.read(0, Math.min(FIRST, source.size));
  if (!looksLikeMpr(magic)) throw new ThioscopeError("FILE_FOREIGN", "no BIO-LOGIC MODULAR FILE", { file: source.name, offset: 0 });
  const modules: MprModule[] = [];
  let at = FIRST;
  while (at < source.size || modules.length === 0) {
    const place = { file: source.name, offset: at };
    if (modules.length === MOST) return { modules, damage: new ThioscopeError("FILE_DAMAGED", `more than ${MOST} modules`, place) };
    const head = at < source.size ? await source.read(at, Math.min(HEAD_NEW, source.size - at)) : new Uint8Array(0);
    if (head.length >= 6 && ascii(head, 0, 6) !== "MODULE") {
      return { modules, damage: new ThioscopeError("FILE_DAMAGED", `a module should start here, found "${ascii(head, 0, 6)}"`, place) };
    }
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const isNew = head.length >= 45 && view.getUint32(41, true) === 0xffffffff;
    const size = isNew ? HEAD_NEW : HEAD_OLD;
    if (head.length < size) {
      return { modules, damage: new ThioscopeError("FILE_CUT", "the file ends within the head of a module", place) };
    }
    const length = view.getUint32(isNew ? 45 : 41, true);
    const available = Math.min(length, source.size - at - size);
    modules.push({
      name: ascii(head, 6, 16),
      version: view.getUint32(isNew ? 53 : 45, true),
      date: ascii(head, size - 8, size),
      offset: at + size,
      length,
      available,
    });
    if (available < length) {
      const message = `module "${ascii(head, 6, 16)}" should hold ${length} bytes, the file ends after ${available}`;
      return { modules, damage: new ThioscopeError("FILE_CUT", message, { file: source.name, offset: source.size }) };
    }
    at += size + length;
  }
  return { modules };
}
