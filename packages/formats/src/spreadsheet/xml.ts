/** The small parts of a workbook (lists of sheets, relations, styles) through a checking XML parser. */
import type { ThioscopeError } from "@thioscope/core";
import { SaxesParser } from "saxes";
import { lookup } from "../lookup.ts";

export interface TagHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

/**
 * Calls the handler for each element with names free of namespace prefixes; entities other than XML's own are
 * not expanded, so a document cannot grow. Throws what `damaged` makes of the parser's complaint.
 */
export function scanTags(xml: string, damaged: (what: string) => ThioscopeError, handler: TagHandler): void {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw damaged(error.message);
  });
  parser.on("opentag", (tag) => {
    const attributes: Record<string, string> = {};
    for (const [name, value] of Object.entries(tag.attributes)) attributes[local(name)] = value as string;
    handler.open(local(tag.name), attributes);
  });
  parser.on("closetag", (tag) => handler.close?.(local(tag.name)));
  parser.write(xml).close();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Text content with entities and the spreadsheet's `_x000D_` escapes resolved. */
export function unescapeText(text: string): string {
  let out = text;
  if (out.includes("&")) {
    out = out.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
      if (name !== undefined) return lookup(ENTITIES, name) ?? whole;
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
  }
  return out.includes("_x") ? out.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))) : out;
}

/** A part's bytes as UTF-8 bytes: parts may also be written in UTF-16 with a byte order mark. */
export function asUtf8(bytes: Uint8Array): Uint8Array {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  return little || big ? new TextEncoder().encode(new TextDecoder(little ? "utf-16le" : "utf-16be").decode(bytes)) : bytes;
}
