/**
 * Workbooks (.xlsx, .xlsm; ECMA-376): which sheets there are, and their cells on demand, one sheet at a time, so
 * that memory holds one sheet and the shared strings.
 */
import { checkCancelled, QUIET, type TaskContext, ThioscopeError } from "@thioscope/core";
import type { ByteSource } from "../bytes/source.ts";
import { listZip, looksLikeZip, readZipMember, type ZipMember } from "../bytes/zip.ts";
import { readSharedStrings } from "./sharedStrings.ts";
import { readCells, type Sheet, StringPool } from "./sheet.ts";
import { readStyles, serialOfUnixEpoch } from "./styles.ts";
import { asUtf8, scanTags } from "./xml.ts";

export interface Workbook {
  /** names of the worksheets in the order of their tabs */
  sheetNames: readonly string[];
  /** serial days count from 1904 instead of 1900 */
  dates1904: boolean;
  /** the cells of the sheet at `index` of `sheetNames` */
  readSheet(index: number, task?: TaskContext): Promise<Sheet>;
}

/** A sheet of 1,048,576 rows and 16 columns of full doubles takes about 0.8 GB of XML. */
const MAX_SHEET = 2 ** 30;
const MAX_STRINGS = 2 ** 29;
const MAX_SMALL_PART = 2 ** 26;
/** Cell markup repeats itself and packs 5 to 25 to 1; what claims far more is made to fill memory. */
const MAX_RATIO = 200;
const RATIO_FREE_BELOW = 2 ** 24;

/** True if the directory of a ZIP archive is that of a workbook. */
function isWorkbook(members: readonly ZipMember[]): boolean {
  return members.some((member) => /(^|\/)workbook\.xml$/i.test(member.name));
}

/** The archive's members if the content is a workbook, else undefined; never throws. */
export async function sniffWorkbook(head: Uint8Array, source: ByteSource): Promise<readonly ZipMember[] | undefined> {
  if (!looksLikeZip(head)) return undefined;
  try {
    const members = await listZip(source);
    return isWorkbook(members) ? members : undefined;
  } catch {
    return undefined;
  }
}

/** True if the archive's first member is one that workbooks begin with. */
export function startsAsWorkbook(head: Uint8Array): boolean {
  if (!looksLikeZip(head) || head.length < 64) return false;
  const name = new TextDecoder("latin1").decode(head.subarray(30, 30 + Math.min(head[26]! | (head[27]! << 8), 64)));
  return /^(\[Content_Types\]\.xml|_rels\/|xl\/|docProps\/)/.test(name);
}

/** Path of a part named in a relation of `base`. */
function resolve(base: string, target: string): string {
  if (target.startsWith("/")) return target.slice(1);
  const parts = base.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/**
 * Opens a workbook: reads the list of sheets, the strings and the styles, not yet any cells.
 *
 * @throws ThioscopeError FILE_CUT without an archive directory, FILE_DAMAGED where a part is missing, does not
 * parse, or claims an impossible size, FILE_FOREIGN where the archive is no workbook
 */
export async function openWorkbook(source: ByteSource): Promise<Workbook> {
  const members = await listZip(source);
  const byName = new Map(members.map((member) => [member.name.toLowerCase(), member]));

  async function readPart(member: ZipMember, limit: number): Promise<Uint8Array> {
    if (member.size > limit || (member.size > RATIO_FREE_BELOW && member.size > MAX_RATIO * member.compressedSize)) {
      throw new ThioscopeError(
        "FILE_DAMAGED",
        `"${member.name}" claims ${member.size} bytes from ${member.compressedSize}; at most ${limit} bytes and ${MAX_RATIO} to 1 are read`,
        { file: source.name, offset: member.offset },
      );
    }
    return asUtf8(await readZipMember(source, member));
  }
  const damagedPart =
    (member: ZipMember) =>
    (what: string, offset?: number): ThioscopeError =>
      new ThioscopeError("FILE_DAMAGED", `"${member.name}" is damaged${offset === undefined ? "" : ` at its byte ${offset}`}: ${what}`, {
        file: source.name,
        offset: member.offset,
      });
  async function readText(member: ZipMember): Promise<string> {
    return new TextDecoder().decode(await readPart(member, MAX_SMALL_PART));
  }

  const book = members.find((member) => /(^|\/)workbook\.xml$/i.test(member.name));
  if (!book)
    throw new ThioscopeError("FILE_FOREIGN", "the archive is not a workbook: it has no workbook.xml", { file: source.name, offset: 0 });
  const listed: { name: string; relation: string }[] = [];
  let dates1904 = false;
  scanTags(await readText(book), damagedPart(book), {
    open(name, attributes) {
      if (name === "sheet") listed.push({ name: attributes["name"] ?? "", relation: attributes["id"] ?? "" });
      else if (name === "workbookPr") dates1904 = attributes["date1904"] === "1" || attributes["date1904"] === "true";
    },
  });

  const relations = new Map<string, { target: string; type: string }>();
  const relationPart = byName.get(book.name.replace(/([^/]+)$/, "_rels/$1.rels").toLowerCase());
  if (!relationPart) throw damagedPart(book)("its list of parts is missing");
  scanTags(await readText(relationPart), damagedPart(relationPart), {
    open(name, attributes) {
      if (name !== "Relationship") return;
      const type = attributes["Type"] ?? "";
      const target = resolve(book.name, attributes["Target"] ?? "");
      relations.set(attributes["Id"] ?? "", { target, type: type.slice(type.lastIndexOf("/") + 1) });
    },
  });
  const partOf = (type: string): ZipMember | undefined => {
    for (const relation of relations.values()) if (relation.type === type) return byName.get(relation.target.toLowerCase());
    return undefined;
  };

  const stylePart = partOf("styles");
  const styles = stylePart ? readStyles(await readText(stylePart), damagedPart(stylePart)) : new Uint8Array(0);
  const stringPart = partOf("sharedStrings");
  const shared = stringPart ? readSharedStrings(await readPart(stringPart, MAX_STRINGS), damagedPart(stringPart)) : [];
  // charts and dialogs are listed among the sheets too
  const sheets = listed.filter(({ relation }) => (relations.get(relation)?.type ?? "worksheet") === "worksheet");
  return {
    sheetNames: sheets.map((sheet) => sheet.name),
    dates1904,
    async readSheet(index, task = QUIET) {
      const sheet = sheets[index];
      if (!sheet) throw new ThioscopeError("INVALID_INPUT", `sheet ${index} of ${sheets.length}`, { file: source.name });
      checkCancelled(task);
      const member = byName.get(relations.get(sheet.relation)?.target.toLowerCase() ?? "");
      if (!member) throw damagedPart(book)(`the part of sheet "${sheet.name}" is missing`);
      const cells = readCells(
        sheet.name,
        await readPart(member, MAX_SHEET),
        styles,
        new StringPool([...shared]),
        serialOfUnixEpoch(dates1904),
        damagedPart(member),
      );
      task.progress(index + 1, sheets.length, "sheets");
      return cells;
    },
  };
}

/** All sheets of a workbook with their cells. */
export async function readWorkbook(source: ByteSource, task: TaskContext = QUIET): Promise<{ sheets: Sheet[]; dates1904: boolean }> {
  const book = await openWorkbook(source);
  const sheets: Sheet[] = [];
  for (let i = 0; i < book.sheetNames.length; i++) sheets.push(await book.readSheet(i, task));
  return { sheets, dates1904: book.dates1904 };
}
