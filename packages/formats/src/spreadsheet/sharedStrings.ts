/**
 * The strings that cells refer to by number (ECMA-376 part 1, 18.4.9): each `<si>` is one string, the runs of a
 * formatted one joined, the reading aids (`<rPh>`) of East Asian text left out.
 */
import type { ThioscopeError } from "@thioscope/core";
import { unescapeText } from "./xml.ts";

/** `<si>`, `<si/>`, `</si>`, `<t …>text</t>`, `<rPh>`; prefixes allowed. */
const PIECE = /<(\/?)(?:[\w.-]+:)?(si|rPh|t)(?=[\s/>])([^>]*)>([^<]*)/g;

/** The strings in order; the part's own count is not trusted. */
export function readSharedStrings(bytes: Uint8Array, damaged: (what: string) => ThioscopeError): string[] {
  const text = new TextDecoder().decode(bytes);
  if (!/<\/(?:[\w.-]+:)?sst\s*>\s*$/.test(text.slice(-200)) && !/<(?:[\w.-]+:)?sst[^>]*\/>\s*$/.test(text.slice(-2000))) {
    throw damaged("the list of strings does not end");
  }
  const strings: string[] = [];
  let current = "";
  let phonetic = false;
  for (const [, slash, name, attributes, content] of text.matchAll(PIECE)) {
    const end = slash === "/";
    const empty = attributes!.endsWith("/");
    if (name === "si") {
      if (end || empty) {
        strings.push(current);
        current = "";
      }
    } else if (name === "rPh") phonetic = !end && !empty;
    else if (!end && !empty && !phonetic) current += unescapeText(content!);
  }
  return strings;
}
