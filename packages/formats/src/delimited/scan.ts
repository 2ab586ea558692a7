/**
 * Rows of a text table to columns, byte by byte: numbers without making strings of them, text with each
 * repeated value stored once. Pieces may end anywhere; a row that is not complete waits for the next piece.
 *
 * A decimal of up to 15 digits and |exponent| ≤ 22 is one integer and one power of ten, both exact as float64,
 * so one division rounds it correctly (Clinger, PLDI 1990); anything longer goes through Number().
 */
import type { ThioscopeError } from "@thioscope/core";
import { type Layout, NO_VALUE } from "./layout.ts";

export interface Scanned {
  rows: number;
  columns: readonly (Float64Array | string[])[];
  /** per column: fields that were no number, and the first row of them */
  failures: readonly { count: number; row: number; text: string }[];
  /** lines that are no data: comments, repeated names */
  skipped: { count: number; line: number };
  /** rows with fewer fields than there are columns, and with more */
  short: { count: number; row: number };
  long: { count: number; row: number };
}

/** What stopped the scanner before the end. */
export type Damage = (code: "FILE_CUT" | "FILE_DAMAGED", message: string, line: number) => ThioscopeError;

const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const MAX_EXACT = 9007199254740991;
const MAX_LINE = 1 << 20;
const LF = 10;
const CR = 13;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const SPACE = 32;
const TAB = 9;

export class Scanner {
  private readonly separator: number;
  private readonly decimal: number;
  private readonly spaces: boolean;
  private readonly count: number;
  private readonly isText: Uint8Array;
  private readonly numbers: Float64Array[];
  private readonly texts: string[][];
  private readonly interned: Map<string, string>[];
  private capacity: number;
  private rows = 0;
  private line = 1;
  private toSkip: number;
  private cells = 0;
  private bytes = 0;
  private rest = new Uint8Array(0);
  private latin: string | undefined;
  private ended = false;
  private readonly failures: { count: number; row: number; text: string }[];
  /** fields of the row being read that should be numbers and are not */
  private readonly pending: { field: number; text: string }[] = [];
  private readonly skipped = { count: 0, line: 0 };
  private readonly short = { count: 0, row: 0 };
  private readonly long = { count: 0, row: 0 };
  private readonly damage: Damage;
  private readonly utf8 = new TextDecoder();
  private readonly oneByte = new TextDecoder("windows-1252");

  /**
   * @param text which columns hold text (the layout's guess, or better)
   * @param expected rows to make room for
   * @param damage makes the error that is thrown where the content contradicts itself
   */
  constructor(layout: Layout, text: readonly boolean[], expected: number, damage: Damage) {
    this.separator = layout.separator.charCodeAt(0);
    this.decimal = layout.decimal.charCodeAt(0);
    this.spaces = layout.separator === " ";
    this.count = layout.headers.length;
    this.toSkip = layout.skip;
    this.isText = Uint8Array.from(text, (is) => (is ? 1 : 0));
    this.capacity = Math.max(16, expected);
    this.numbers = layout.headers.map((_, i) => (text[i] ? new Float64Array(0) : new Float64Array(this.capacity)));
    this.texts = layout.headers.map(() => []);
    this.interned = layout.headers.map(() => new Map());
    this.failures = layout.headers.map(() => ({ count: 0, row: 0, text: "" }));
    this.damage = damage;
  }

  /** The next piece of UTF-8 text. */
  push(piece: Uint8Array): void {
    // one more byte than the text: the newline that ends every loop
    const buffer = new Uint8Array(this.rest.length + piece.length + 1);
    buffer.set(this.rest);
    buffer.set(piece, this.rest.length);
    const end = buffer.length - 1;
    buffer[end] = LF;
    this.bytes += piece.length;
    this.latin = undefined;
    const used = this.scan(buffer, end, false);
    this.rest = buffer.slice(used, end);
    if (this.rest.length > MAX_LINE) throw this.damage("FILE_DAMAGED", `a line is longer than ${MAX_LINE} bytes`, this.line);
  }

  /** The last row, even without a line end. */
  finish(): void {
    if (this.rest.length === 0 || this.ended) return;
    const buffer = new Uint8Array(this.rest.length + 1);
    buffer.set(this.rest);
    buffer[this.rest.length] = LF;
    this.ended = true;
    this.latin = undefined;
    this.scan(buffer, this.rest.length, true);
  }

  result(): Scanned {
    const { rows } = this;
    const columns = this.numbers.map((values, i) => (this.isText[i] ? this.texts[i]!.slice(0, rows) : values.subarray(0, rows)));
    return { rows, columns, failures: this.failures, skipped: this.skipped, short: this.short, long: this.long };
  }

  /** Reads complete rows of bytes[0, end); bytes[end] is a newline. Returns where the first incomplete row starts. */
  private scan(bytes: Uint8Array, end: number, last: boolean): number {
    let at = 0;
    while (this.toSkip > 0 && at < end) {
      let p = at;
      while (bytes[p] !== LF && bytes[p] !== CR) p++;
      const next = afterLine(bytes, p, end, last);
      if (next < 0) return at;
      at = next;
      this.toSkip--;
      this.line++;
    }
    while (at < end) {
      const next = this.row(bytes, at, end, last);
      if (next < 0) return at;
      at = next;
      this.line++;
    }
    return at;
  }

  /** Reads one row from `from`; returns where the next starts, −1 if this one is not complete. */
  private row(bytes: Uint8Array, from: number, end: number, last: boolean): number {
    const { separator, decimal, spaces, count, numbers, isText, rows } = this;
    if (rows === this.capacity) this.grow();
    let p = from;
    let field = 0;
    let parsed = 0;
    let extra = false;
    if (this.pending.length > 0) this.pending.length = 0;
    for (;;) {
      let c = bytes[p]!;
      while (c === SPACE || (c === TAB && separator !== TAB)) c = bytes[++p]!;
      // behind the last separator of a line that is separated by spaces there is nothing
      if (spaces && (c === LF || c === CR) && field > 0) break;
      if (field < count && isText[field] === 0) {
        // digits
        const start = p;
        const negative = c === 45;
        if (negative || c === 43) c = bytes[++p]!;
        let mantissa = 0;
        let digits = 0;
        let exponent = 0;
        let d = c - 48;
        while (d >= 0 && d <= 9) {
          mantissa = mantissa * 10 + d;
          digits++;
          c = bytes[++p]!;
          d = c - 48;
        }
        if (c === decimal) {
          c = bytes[++p]!;
          const whole = p;
          d = c - 48;
          while (d >= 0 && d <= 9) {
            mantissa = mantissa * 10 + d;
            c = bytes[++p]!;
            d = c - 48;
          }
          exponent = whole - p;
          digits += p - whole;
        }
        let value = Number.NaN;
        let fast = digits > 0 && mantissa <= MAX_EXACT;
        if ((c === 101 || c === 69) && digits > 0) {
          c = bytes[++p]!;
          const minus = c === 45;
          if (minus || c === 43) c = bytes[++p]!;
          let power = 0;
          const began = p;
          d = c - 48;
          while (d >= 0 && d <= 9 && power < 10000) {
            power = power * 10 + d;
            c = bytes[++p]!;
            d = c - 48;
          }
          if (p === began) fast = false;
          exponent += minus ? -power : power;
        }
        while (c === SPACE && !spaces) c = bytes[++p]!;
        const ends = c === separator || c === LF || c === CR || (spaces && c === TAB);
        if (ends && fast && exponent >= -22 && exponent <= 22) {
          value = exponent < 0 ? mantissa / POWERS[-exponent]! : mantissa * POWERS[exponent]!;
          if (negative) value = -value;
          parsed++;
        } else {
          p = this.fieldEnd(bytes, start, end);
          if (p < 0) {
            if (!last) return -1;
            p = end;
          }
          const text = this.textOf(bytes, start, p, end);
          value = this.slowNumber(text);
          if (!Number.isNaN(value)) parsed++;
          else if (!NO_VALUE.test(text)) {
            this.checkText(text);
            this.pending.push({ field, text });
          }
        }
        numbers[field]![rows] = value;
      } else {
        const start = p;
        p = this.fieldEnd(bytes, start, end);
        if (p < 0) {
          if (!last) return -1;
          p = end;
        }
        const text = this.textOf(bytes, start, p, end);
        if (field < count) this.texts[field]![rows] = this.intern(field, text);
        else if (text !== "") extra = true;
      }
      // at a separator or a line end
      c = bytes[p]!;
      if (spaces) while (c === SPACE || c === TAB) c = bytes[++p]!;
      if (c === LF || c === CR) {
        field++;
        break;
      }
      if (!spaces) p++;
      field++;
    }
    const next = afterLine(bytes, p, end, last);
    if (next < 0) return -1;
    this.endRow(bytes, from, p, field, parsed, extra, last && p === end);
    return next;
  }

  /** Keeps, completes or discards the row that has just been read. */
  private endRow(bytes: Uint8Array, from: number, to: number, fields: number, parsed: number, extra: boolean, cut: boolean): void {
    const { rows, count, pending } = this;
    let first = from;
    while (first < to && (bytes[first] === SPACE || bytes[first] === TAB)) first++;
    if (first === to) return;
    // a comment, a repeated line of names, a footer
    const comment = bytes[first] === HASH || (pending.length > 0 && parsed === 0) || (fields < 2 && count > 2);
    if (comment && !cut) {
      if (this.skipped.count++ === 0) this.skipped.line = this.line;
      return;
    }
    if (fields < count) {
      for (let i = fields; i < count; i++) {
        if (this.isText[i]) this.texts[i]![rows] = "";
        else this.numbers[i]![rows] = Number.NaN;
      }
      // a trailing separator may be missing, a value may not
      if (this.wasFilled(rows, fields)) {
        if (cut) throw this.damage("FILE_CUT", `the file ends inside line ${this.line}: ${fields} of ${count} fields`, this.line);
        if (this.short.count++ === 0) this.short.row = rows;
      }
    }
    if (extra && this.long.count++ === 0) this.long.row = rows;
    for (const { field, text } of pending) {
      const failure = this.failures[field]!;
      if (failure.count++ === 0) {
        failure.row = rows;
        failure.text = text.slice(0, 40);
      }
    }
    this.rows++;
    this.cells += count;
    if (this.cells > 16 * this.bytes + 65536) {
      throw this.damage("FILE_DAMAGED", `line ${this.line}: the rows are far shorter than the line of names`, this.line);
    }
  }

  /** True if an earlier row had something in one of the columns that are missing now. */
  private wasFilled(rows: number, fields: number): boolean {
    for (let i = fields; i < this.count; i++) {
      for (let row = Math.max(0, rows - 100); row < rows; row++) {
        const filled = this.isText[i] ? this.texts[i]![row] !== "" : !Number.isNaN(this.numbers[i]![row]!);
        if (filled) return true;
      }
    }
    return false;
  }

  /** Text holds no control characters: one of them is damage, not data. */
  private checkText(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 9 || (code > 13 && code < 32) || code === 0x7f) {
        throw this.damage(
          "FILE_DAMAGED",
          `line ${this.line} holds a byte 0x${code.toString(16).padStart(2, "0")}, which is no text`,
          this.line,
        );
      }
    }
  }

  private grow(): void {
    this.capacity = Math.ceil(this.capacity * 1.5);
    for (let i = 0; i < this.count; i++) {
      if (this.isText[i]) continue;
      const larger = new Float64Array(this.capacity);
      larger.set(this.numbers[i]!);
      this.numbers[i] = larger;
    }
  }

  /** Where the field from `start` ends (its separator or line end); −1 if quotes stay open. */
  private fieldEnd(bytes: Uint8Array, start: number, end: number): number {
    let p = start;
    if (bytes[p] === QUOTE) {
      for (p++; p < end; p++) {
        if (bytes[p] !== QUOTE) continue;
        if (bytes[p + 1] !== QUOTE) break;
        p++;
      }
      if (p >= end) return -1;
    }
    const { separator, spaces } = this;
    for (;;) {
      const c = bytes[p]!;
      if (c === separator || c === LF || c === CR || (spaces && c === TAB)) return p;
      p++;
    }
  }

  private textOf(bytes: Uint8Array, start: number, to: number, end: number): string {
    let stop = to;
    while (stop > start && (bytes[stop - 1] === SPACE || bytes[stop - 1] === TAB)) stop--;
    if (stop === start) return "";
    let ascii = true;
    for (let p = start; p < stop; p++) if (bytes[p]! >= 0x80) ascii = false;
    if (ascii) this.latin ??= this.oneByte.decode(bytes.subarray(0, end));
    const text = ascii ? this.latin!.slice(start, stop) : this.utf8.decode(bytes.subarray(start, stop));
    if (bytes[start] !== QUOTE) return text;
    return text
      .slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined)
      .replaceAll('""', '"')
      .trim();
  }

  private intern(field: number, text: string): string {
    const map = this.interned[field]!;
    const known = map.get(text);
    if (known !== undefined) return known;
    this.checkText(text);
    if (map.size < 4096) map.set(text, text);
    return text;
  }

  /** Long numbers, groups of thousands where they cannot be decimals, infinity; NaN for all else. */
  private slowNumber(text: string): number {
    let clean = text;
    if (this.decimal === COMMA) {
      // "1.234" beside decimal commas may be either; "1.234,5" is not
      if (text.includes(".")) clean = /^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/.test(text) ? text.replaceAll(".", "") : "";
      clean = clean.replace(",", ".");
    } else if ((this.separator === COMMA || text.includes(".")) && /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) {
      clean = text.replaceAll(",", "");
    }
    if (/^[+-]?(?:\d|\.\d)[\d.eE+-]*$/.test(clean)) return Number(clean);
    return /^[+-]?inf(?:inity)?$/i.test(clean) ? Number(clean.replace(/inf.*/i, "Infinity")) : Number.NaN;
  }
}

/** Where the line after the one that ends at `p` starts; −1 if that cannot be told yet. */
function afterLine(bytes: Uint8Array, p: number, end: number, last: boolean): number {
  if (p >= end) return last ? end : -1;
  if (bytes[p] === LF) return p + 1;
  // a lone carriage return ends a line too; its newline may come with the next piece
  if (p + 1 >= end) return last ? end : -1;
  return bytes[p + 1] === LF ? p + 2 : p + 1;
}
