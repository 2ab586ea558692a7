/** ZIP archives for tests: stored members only, written by the format's description, not by the product. */
import { crc32, inflateRawSync } from "node:zlib";

/** An archive holding `files` (text or bytes) uncompressed. */
export function storedZip(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const chunks: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const title = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, place, title);
    const local = [Buffer.from("PK\x03\x04", "latin1"), fields, title, bytes];
    chunks.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...chunks, ...directory, end]));
}

/** The members of an archive by its central directory; whole archives only. */
export function unzipped(archive: Uint8Array): Record<string, Uint8Array> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  const members: Record<string, Uint8Array> = {};
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [title, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [number, number, number];
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(from, from + packed);
    members[bytes.toString("utf8", at + 46, at + 46 + title)] = new Uint8Array(method === 0 ? content : inflateRawSync(content));
    at += 46 + title + extra + comment;
  }
  return members;
}

/** What a workbook needs around its sheets' XML: `sheets` maps tab names to the content of `<sheetData>`. */
export function workbook(
  sheets: Readonly<Record<string, string>>,
  extra: { strings?: readonly string[]; formats?: readonly string[]; properties?: string } = {},
): Record<string, string> {
  const names = Object.keys(sheets);
  const { strings = [], formats = [], properties = "" } = extra;
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
  const files: Record<string, string> = {
    "xl/workbook.xml":
      `<workbook>${properties}<sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="r${i}"/>`).join("")}</sheets></workbook>`.replace(
        "<workbook>",
        '<workbook xmlns="main" xmlns:r="relations">',
      ),
    "xl/_rels/workbook.xml.rels": `<Relationships>${names.map((_, i) => relation(`r${i}`, "worksheet", `worksheets/sheet${i + 1}.xml`)).join("")}${relation("s", "styles", "styles.xml")}${relation("t", "sharedStrings", "sharedStrings.xml")}</Relationships>`,
    // style 0 is plain, style n shows formats[n - 1]
    "xl/styles.xml": `<styleSheet><numFmts>${formats.map((code, i) => `<numFmt numFmtId="${170 + i}" formatCode="${code.replaceAll('"', "&quot;")}"/>`).join("")}</numFmts><cellXfs><xf numFmtId="0"/>${formats.map((_, i) => `<xf numFmtId="${170 + i}"/>`).join("")}</cellXfs></styleSheet>`,
    "xl/sharedStrings.xml": `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join("")}</sst>`,
  };
  for (const [i, name] of names.entries())
    files[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet><sheetData>${sheets[name]}</sheetData></worksheet>`;
  return files;
}

/** Rows of numbers and texts as `<row>` elements with cell references and inline strings. */
export function sheetRows(rows: readonly (readonly (number | string | undefined)[])[], first = 1): string {
  const cell = (value: number | string, place: string): string =>
    typeof value === "number" ? `<c r="${place}"><v>${value}</v></c>` : `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
  return rows
    .map((row, i) => {
      const cells = row.map((value, k) => (value === undefined ? "" : cell(value, `${String.fromCharCode(65 + k)}${first + i}`)));
      return `<row r="${first + i}">${cells.join("")}</row>`;
    })
    .join("");
}
