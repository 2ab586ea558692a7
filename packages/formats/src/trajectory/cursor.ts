/**
 * A place in a block of text as bytes: numbers and words are taken without making strings of the block.
 *
 * Numbers of up to 15 digits without exponent are exact: the digits as an integer divided by a power of ten is the nearest double. All others go
 * through the engine's own conversion.
 */
import { ThioscopeError } from "@thioscope/core";

const NEWLINE = 10;
const SPACE = 32;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;
/** Words longer than this are no numbers or symbols. */
const LONGEST_WORD = 64;
const TENS = Float64Array.from({ length: 23 }, (_, k) => 10 ** k);
const latin = new TextDecoder("latin1");

export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  to = 0;
  /** of the text, counted from 1 */
  line = 1;
  /** name of the file, for messages */
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  set(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /** The next number of this line; FILE_DAMAGED where there is none. */
  number(): number {
    const b = this.bytes;
    let p = this.at;
    let c = b[p]!;
    while (c === SPACE || c === 9) c = b[++p]!;
    const start = p;
    const isNegative = c === MINUS;
    if (isNegative || c === PLUS) c = b[++p]!;
    const first = p;
    let m = 0;
    let d = c - ZERO;
    while (d >= 0 && d <= 9) {
      m = m * 10 + d;
      d = b[++p]! - ZERO;
    }
    let digits = p - first;
    let decimals = 0;
    if (d === POINT - ZERO) {
      const after = ++p;
      d = b[p]! - ZERO;
      while (d >= 0 && d <= 9) {
        m = m * 10 + d;
        d = b[++p]! - ZERO;
      }
      decimals = p - after;
      digits += decimals;
    }
    c = d + ZERO;
    if (digits === 0 || digits > 15 || !(c === SPACE || c === NEWLINE || c === 9 || c === 13 || c === 60)) return this.#slow(start);
    this.at = p;
    const value = decimals === 0 ? m : m / TENS[decimals]!;
    return isNegative ? -value : value;
  }

  /** The next three numbers of this line into `target` from `k` on: as {@link number}, without a number object for each. */
  triple(target: Float64Array, k: number): void {
    const b = this.bytes;
    let p = this.at;
    for (let n = k; n < k + 3; n++) {
      let c = b[p]!;
      while (c === SPACE || c === 9) c = b[++p]!;
      const start = p;
      const isNegative = c === MINUS;
      if (isNegative || c === PLUS) c = b[++p]!;
      const first = p;
      let m = 0;
      let d = c - ZERO;
      while (d >= 0 && d <= 9) {
        m = m * 10 + d;
        d = b[++p]! - ZERO;
      }
      let digits = p - first;
      let decimals = 0;
      if (d === POINT - ZERO) {
        const after = ++p;
        d = b[p]! - ZERO;
        while (d >= 0 && d <= 9) {
          m = m * 10 + d;
          d = b[++p]! - ZERO;
        }
        decimals = p - after;
        digits += decimals;
      }
      c = d + ZERO;
      if (digits === 0 || digits > 15 || !(c === SPACE || c === NEWLINE || c === 9 || c === 13 || c === 60)) {
        target[n] = this.#slow(start);
        p = this.at;
      } else {
        const value = decimals === 0 ? m : m / TENS[decimals]!;
        target[n] = isNegative ? -value : value;
      }
    }
    this.at = p;
  }

  #slow(start: number): number {
    this.at = start;
    const word = this.word();
    const value = word === "" ? Number.NaN : Number(/[dD]/.test(word) ? word.replace(/[dD]/, "e") : word);
    if (Number.isFinite(value)) return value;
    throw this.error("FILE_DAMAGED", word === "" ? "a number is missing" : `"${word}" is no number`);
  }

  /** A whole number from 0 to `most`. */
  count(what: string, most: number): number {
    const value = this.number();
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw this.error("FILE_DAMAGED", `${value} ${what}: a whole number up to ${most} is needed`);
  }

  /** The next word of this line, "" at its end. */
  word(): string {
    const b = this.bytes;
    let p = this.at;
    while (b[p] === SPACE || b[p] === 9) p++;
    const start = p;
    while (p < this.to && b[p]! > SPACE && b[p] !== 60 && p - start <= LONGEST_WORD) p++;
    this.at = p;
    return latin.decode(b.subarray(start, p));
  }

  /** Is nothing but white space left on this line? */
  isLineEnd(): boolean {
    const b = this.bytes;
    let p = this.at;
    while (b[p] === SPACE || b[p] === 9 || b[p] === 13) p++;
    this.at = p;
    return p >= this.to || b[p] === NEWLINE;
  }

  /** To the first character of the next line. */
  nextLine(): void {
    const b = this.bytes;
    let p = this.at;
    // blocks end with a newline
    while (b[p] !== NEWLINE && p < this.to) p++;
    this.at = p + 1;
    this.line++;
  }

  /** The rest of this line as text (up to 4096 characters); goes to the next line. */
  text(): string {
    const from = this.at;
    this.nextLine();
    return latin.decode(this.bytes.subarray(from, Math.min(this.at - 1, from + 4096)));
  }

  error(code: "FILE_DAMAGED" | "FILE_CUT" | "FILE_FOREIGN" | "FORMAT_VERSION", message: string): ThioscopeError {
    return new ThioscopeError(code, message, { file: this.file, line: this.line });
  }
}
