/**
 * bzip2, block by block: Huffman codes, move to front, run lengths, the Burrows–Wheeler transform backwards, CRC of every block.
 *
 * Memory: one block (900 kB at most) as 32-bit numbers. Streams that follow one another are read as one. (The format as its author describes it: J. Seward, bzip2 1.0.8 manual.)
 */
import { ThioscopeError } from "@thioscope/core";

const BLOCK = 0x314159265359;
const END = 0x177245385090;
const LONGEST_CODE = 20;
const GROUP = 50;

const CRC = Int32Array.from({ length: 256 }, (_, i) => {
  let c = i << 24;
  for (let k = 0; k < 8; k++) c = c & 0x80000000 ? (c << 1) ^ 0x04c11db7 : c << 1;
  return c;
});

/** Bits of a stream of chunks, the highest first. */
class Bits {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #count = 0;
  isEnded = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Makes sure that `bytes` more can be read without waiting, or that the end is known. */
  async fill(bytes: number): Promise<void> {
    while (!this.isEnded && this.#chunk.length - this.#at < bytes) {
      const { value, done } = await this.#chunks.next();
      if (done) this.isEnded = true;
      else {
        const joined = new Uint8Array(this.#chunk.length - this.#at + value.length);
        joined.set(this.#chunk.subarray(this.#at));
        joined.set(value, this.#chunk.length - this.#at);
        this.#chunk = joined;
        this.#at = 0;
      }
    }
  }

  get isEmpty(): boolean {
    return this.#at >= this.#chunk.length && this.isEnded;
  }

  /** Up to 24 bits. */
  take(n: number): number {
    while (this.#count < n) {
      if (this.#at >= this.#chunk.length) throw new ThioscopeError("FILE_CUT", "the bzip2 stream ends before its content does");
      this.#held = ((this.#held << 8) | this.#chunk[this.#at++]!) >>> 0;
      this.#count += 8;
    }
    this.#count -= n;
    const value = (this.#held >>> this.#count) & ((1 << n) - 1);
    this.#held &= (1 << this.#count) - 1;
    return value;
  }

  /** Up to the next whole byte. */
  align(): void {
    this.#count = 0;
    this.#held = 0;
  }
}

const damaged = (what: string): ThioscopeError => new ThioscopeError("FILE_DAMAGED", `bzip2: ${what}`);

/** A block of 900 kB packs into less than this, however badly. */
const LONGEST_BLOCK = 1_300_000;

export async function* bunzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bits = new Bits(chunks);
  await bits.fill(4);
  let streams = 0;
  while (!bits.isEmpty) {
    if (bits.take(8) !== 0x42 || bits.take(8) !== 0x5a || bits.take(8) !== 0x68) {
      // padding behind the last stream
      if (streams > 0) return;
      throw damaged("no stream begins here");
    }
    const level = bits.take(8) - 48;
    if (!(level >= 1 && level <= 9)) throw damaged(`block size ${level}`);
    for (;;) {
      await bits.fill(LONGEST_BLOCK);
      const magic = bits.take(24) * 2 ** 24 + bits.take(24);
      const crc = (bits.take(16) << 16) | bits.take(16);
      if (magic === END) break;
      if (magic !== BLOCK) throw damaged("a block has a wrong mark");
      yield expand(...block(bits, 100_000 * level), crc);
    }
    bits.align();
    streams++;
    await bits.fill(4);
  }
}

/** One block after Huffman and move to front: letters in the last column, counts, and where the text begins. */
function block(bits: Bits, most: number): [Int32Array, Int32Array, number, number] {
  if (bits.take(1) === 1) throw damaged("randomised blocks are not read");
  const origin = bits.take(24);
  const used: number[] = [];
  const groups = bits.take(16);
  for (let i = 0; i < 16; i++) {
    if (!((groups >> (15 - i)) & 1)) continue;
    const row = bits.take(16);
    for (let j = 0; j < 16; j++) if ((row >> (15 - j)) & 1) used.push(16 * i + j);
  }
  const size = used.length + 2;
  const tables = bits.take(3);
  const selectorCount = bits.take(15);
  if (used.length === 0 || tables < 2 || tables > 6 || selectorCount === 0) throw damaged("a block has no codes");
  const order = [0, 1, 2, 3, 4, 5];
  const selectors = new Uint8Array(selectorCount);
  for (let i = 0; i < selectorCount; i++) {
    let j = 0;
    while (bits.take(1) === 1) if (++j >= tables) throw damaged("a selector is too large");
    const table = order.splice(j, 1)[0]!;
    order.unshift(table);
    selectors[i] = table;
  }
  const codes = Array.from({ length: tables }, () => codeTable(bits, size));
  const letters = Int32Array.from(used);
  const column = new Int32Array(most);
  const counts = new Int32Array(256);
  let n = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; ; group++) {
    if (group >= selectorCount) throw damaged("a block has more symbols than selectors");
    const table = codes[selectors[group]!]!;
    for (let k = 0; k < GROUP; k++) {
      let code = 0;
      let length = 0;
      let symbol = -1;
      do {
        code = (code << 1) | bits.take(1);
        if (++length > LONGEST_CODE) throw damaged("a code is too long");
        const offset = code - table.first[length]!;
        if (offset >= 0 && offset < table.counts[length]!) symbol = table.symbols[table.start[length]! + offset]!;
      } while (symbol < 0);
      if (symbol <= 1) {
        run += weight << symbol;
        weight *= 2;
        if (run > most) throw damaged("a run is longer than its block");
        continue;
      }
      if (run > 0) {
        if (n + run > most) throw damaged("a block is too long");
        const letter = letters[0]!;
        column.fill(letter, n, n + run);
        counts[letter]! += run;
        n += run;
        run = 0;
        weight = 1;
      }
      if (symbol === size - 1) {
        if (origin >= n) throw damaged("a block begins outside of itself");
        return [column, counts, n, origin];
      }
      if (n >= most) throw damaged("a block is too long");
      const letter = letters[symbol - 1]!;
      letters.copyWithin(1, 0, symbol - 1);
      letters[0] = letter;
      column[n++] = letter;
      counts[letter]!++;
    }
  }
}

interface CodeTable {
  symbols: Int32Array;
  /** for each length: the first code, how many there are, and where their symbols begin */
  first: Int32Array;
  counts: Int32Array;
  start: Int32Array;
}

function codeTable(bits: Bits, size: number): CodeTable {
  const lengths = new Uint8Array(size);
  let length = bits.take(5);
  for (let i = 0; i < size; i++) {
    while (bits.take(1) === 1) length += bits.take(1) === 1 ? -1 : 1;
    if (length < 1 || length > LONGEST_CODE) throw damaged(`a code of ${length} bits`);
    lengths[i] = length;
  }
  const [first, counts, start] = [0, 0, 0].map(() => new Int32Array(LONGEST_CODE + 2)) as [Int32Array, Int32Array, Int32Array];
  for (const l of lengths) counts[l]!++;
  const symbols = new Int32Array(size);
  let at = 0;
  let code = 0;
  for (let l = 1; l <= LONGEST_CODE; l++) {
    code = (code + (l > 1 ? counts[l - 1]! : 0)) << 1;
    first[l] = code;
    start[l] = at;
    for (let i = 0; i < size; i++) if (lengths[i] === l) symbols[at++] = i;
  }
  return { symbols, first, counts, start };
}

/** Backward transform, then runs of four and a count, checked against the block's CRC. */
function expand(column: Int32Array, counts: Int32Array, n: number, origin: number, crc: number): Uint8Array {
  let sum = 0;
  for (let i = 0; i < 256; i++) {
    const c = counts[i]!;
    counts[i] = sum;
    sum += c;
  }
  for (let i = 0; i < n; i++) column[counts[column[i]! & 255]!++]! |= i << 8;
  let out = new Uint8Array(n + (n >> 2) + 256);
  let length = 0;
  let check = -1;
  let at = column[origin]! >> 8;
  let repeated = 0;
  let last = -1;
  for (let i = 0; i < n; i++) {
    const entry = column[at]!;
    const letter = entry & 255;
    at = entry >>> 8;
    let times = 1;
    if (repeated === 4) {
      times = letter;
      repeated = 0;
    } else {
      repeated = letter === last ? repeated + 1 : 1;
      last = letter;
    }
    const byte = repeated === 0 ? last : letter;
    if (repeated === 0) last = -1;
    if (length + times > out.length) {
      const larger = new Uint8Array(2 * out.length + 256);
      larger.set(out.subarray(0, length));
      out = larger;
    }
    for (let k = 0; k < times; k++) {
      out[length++] = byte;
      check = (check << 8) ^ CRC[((check >>> 24) ^ byte) & 255]!;
    }
  }
  if (~check !== crc) throw damaged("the checksum of a block differs");
  return out.subarray(0, length);
}
