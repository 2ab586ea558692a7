/**
 * Mutations that know what files look like: fields of a header that hold sizes, numbers and words of a text, lines, cells, brackets. Every mutation
 * follows from the draw alone, so that a case is the same on every machine.
 */
import type { Random } from "@thioscope/core";

/** Where sizes, counts and offsets stand. */
const HEADER = 4096;

const WORDS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const NUMBERS = [
  ...["", "0", "-0", "-1", "NaN", "inf", "-Infinity", "1e999", "1e-999", "2147483648", "4294967296", "9007199254740993", "1,5", "1.2.3"],
  ...["0x10", "--", "*****", "1e", "+", "9".repeat(400), "1_000", "½", "١٢", "−1", "1E+", "65536", "1000000000"],
];
const TEXTS = [
  ...[
    '"',
    "'",
    "\0",
    "\ufeff",
    "\u2028",
    "\u202e",
    "\ud800",
    "ﬀ",
    "é\u0301\u0301\u0301",
    "../../x",
    "=1+1",
    "<script>",
    "&a;",
    "]]>",
    "%s%n",
    "\\",
    "\t",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<![CDATA[",
    "<!ENTITY a 'b'>",
    "*a",
    "&a ",
    "<<: ",
    "!!js/function ",
    "#",
  ],
];

export interface Mutator {
  /** @param others seeds that parts are taken from */
  mutate(seed: Uint8Array, others: readonly Uint8Array[]): Uint8Array;
}

/** @param longest a mutated file has no more bytes */
export function mutator(draw: Random, longest: number, words: readonly string[] = []): Mutator {
  const pick = <T>(from: readonly T[]): T => from[draw.integer(from.length)]!;

  /** Half of the places lie in the head. */
  const place = (length: number): number => (length === 0 ? 0 : draw.integer(draw.uniform() < 0.5 ? Math.min(HEADER, length) : length));

  function setWord(bytes: Uint8Array): Uint8Array {
    const out = bytes.slice();
    const width = pick([1, 2, 4, 8]);
    if (out.length < width) return out;
    const view = new DataView(out.buffer, out.byteOffset, out.length);
    let at = Math.min(place(out.length), out.length - width);
    if (draw.uniform() < 0.7) at -= at % width;
    const little = draw.uniform() < 0.8;
    const value = pick([...WORDS, out.length, out.length - 1, out.length + 1, out.length * 2]);
    if (width === 1) view.setUint8(at, value & 255);
    else if (width === 2) view.setUint16(at, value & 65535, little);
    else if (width === 4) view.setUint32(at, value >>> 0, little);
    else if (draw.uniform() < 0.3) view.setFloat64(at, pick([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, 5e-324, 2 ** 53]), little);
    else view.setBigUint64(at, draw.uniform() < 0.2 ? 2n ** 63n : BigInt(value), little);
    return out;
  }

  /** A word of the header that looks like a size, count or offset gets another value. */
  function setSize(bytes: Uint8Array): Uint8Array {
    const out = bytes.slice();
    if (out.length < 8) return out;
    const view = new DataView(out.buffer, out.byteOffset, out.length);
    const width = pick([2, 4]);
    const little = draw.uniform() < 0.8;
    const read = (at: number): number => (width === 2 ? view.getUint16(at, little) : view.getUint32(at, little));
    const from = place(Math.min(HEADER, out.length - width));
    for (let at = from; at < Math.min(out.length - width, from + 512); at += 2) {
      const value = read(at);
      if (value === 0 || value > 4 * out.length) continue;
      const wanted = pick([value + 1, value - 1, value * 2, 0, value + out.length, 2 ** 31, 2 ** 31 - 1, 2 ** 32 - 1, value << 16]);
      if (width === 2) view.setUint16(at, wanted & 65535, little);
      else view.setUint32(at, wanted >>> 0, little);
      break;
    }
    return out;
  }

  function flip(bytes: Uint8Array): Uint8Array {
    const out = bytes.slice();
    for (let n = 1 + draw.integer(8); n > 0 && out.length > 0; n--) {
      const at = place(out.length);
      out[at] = out[at]! ^ (1 << draw.integer(8));
    }
    return out;
  }

  function overwrite(bytes: Uint8Array): Uint8Array {
    const out = bytes.slice();
    const from = place(out.length);
    const same = draw.uniform() < 0.3 ? draw.integer(256) : -1;
    for (let i = from; i < Math.min(out.length, from + 1 + draw.integer(48)); i++) out[i] = same < 0 ? draw.integer(256) : same;
    return out;
  }

  function joined(...parts: readonly Uint8Array[]): Uint8Array {
    const size = Math.min(
      longest,
      parts.reduce((sum, part) => sum + part.length, 0),
    );
    const out = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      const room = part.subarray(0, size - at);
      out.set(room, at);
      at += room.length;
    }
    return out;
  }

  function remove(bytes: Uint8Array): Uint8Array {
    const from = place(bytes.length);
    return joined(bytes.subarray(0, from), bytes.subarray(from + 1 + draw.integer(draw.uniform() < 0.5 ? 8 : 512)));
  }

  function repeat(bytes: Uint8Array): Uint8Array {
    const from = place(bytes.length);
    const part = bytes.subarray(from, from + 1 + draw.integer(256));
    return joined(bytes.subarray(0, from), ...Array<Uint8Array>(1 + draw.integer(6)).fill(part), bytes.subarray(from));
  }

  function splice(bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
    const other = pick(others);
    const from = place(bytes.length);
    const take = place(other.length);
    return draw.uniform() < 0.5
      ? joined(bytes.subarray(0, from), other.subarray(take))
      : joined(bytes.subarray(0, from), other.subarray(take, take + draw.integer(600)), bytes.subarray(from + draw.integer(600)));
  }

  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  /** Puts `text` in place of bytes from…to. */
  const put = (bytes: Uint8Array, from: number, to: number, text: string): Uint8Array =>
    joined(bytes.subarray(0, from), encode(text), bytes.subarray(to));

  /** The next run of bytes that `test` holds for, from a random place on. */
  function run(bytes: Uint8Array, test: (byte: number) => boolean): readonly [from: number, to: number] | null {
    let from = place(bytes.length);
    const end = Math.min(bytes.length, from + 400);
    while (from < end && !test(bytes[from]!)) from++;
    if (from >= end) return null;
    let to = from;
    while (to < bytes.length && test(bytes[to]!)) to++;
    return [from, to];
  }

  const isNumber = (c: number): boolean => (c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46 || c === 69 || c === 101;
  const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;

  function number(bytes: Uint8Array): Uint8Array {
    const found = run(bytes, isNumber);
    return found ? put(bytes, ...found, pick(NUMBERS)) : flip(bytes);
  }

  function word(bytes: Uint8Array): Uint8Array {
    const found = run(bytes, isLetter);
    return found ? put(bytes, ...found, pick(words.length > 0 && draw.uniform() < 0.7 ? words : TEXTS)) : flip(bytes);
  }

  function insert(bytes: Uint8Array): Uint8Array {
    const at = place(bytes.length);
    const text = pick(words.length > 0 && draw.uniform() < 0.4 ? words : TEXTS);
    return put(bytes, at, at, draw.uniform() < 0.1 ? text.repeat(1 + draw.integer(2000)) : text);
  }

  /** A line is left out, doubled or moved; or ends of lines and separators change. */
  function lines(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const all = text.split("\n");
    const i = Math.min(all.length - 1, draw.integer(draw.uniform() < 0.5 ? Math.min(40, all.length) : all.length));
    switch (draw.integer(6)) {
      case 0:
        all.splice(i, 1 + draw.integer(3));
        break;
      case 1:
        all.splice(i, 0, all[draw.integer(all.length)]!);
        break;
      case 2:
        [all[i], all[0]] = [all[0]!, all[i]!];
        break;
      case 3:
        all[i] = all[i]!.replaceAll(/[,;\t ]/g, pick([",", ";", "\t", " ", "  ", "|", ""]));
        break;
      case 4:
        all[i] = all[i]!.split(/([,;\t ]+)/)
          .slice(draw.integer(3))
          .join("");
        break;
      default:
        return latin(text.replaceAll("\n", pick(["\r\n", "\r", "\n\n", "\n \n"])));
    }
    return latin(all.join("\n"));
  }
  const latin = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(0, longest), "latin1"));

  const cut = (bytes: Uint8Array): Uint8Array => bytes.slice(0, place(bytes.length));

  const BINARY = [setWord, setWord, setSize, setSize, flip, overwrite, remove, repeat, splice, cut];
  const TEXT = [number, number, number, word, word, insert, lines, lines, remove, repeat, splice, cut, flip];

  return {
    mutate(seed, others) {
      let strange = 0;
      for (const byte of seed.subarray(0, 512)) if (byte < 9 || (byte > 13 && byte < 32)) strange++;
      const ways = strange > 8 ? (draw.uniform() < 0.9 ? BINARY : TEXT) : draw.uniform() < 0.93 ? TEXT : BINARY;
      let bytes = seed;
      // most cases differ by one thing, few by many
      for (let n = 1 + (draw.uniform() < 0.4 ? draw.integer(5) : 0); n > 0; n--) bytes = pick(ways)(bytes, others);
      return bytes;
    },
  };
}
