/** Cases of a campaign by their number. */
import { random } from "@thioscope/core";
import { storedZip, unzipped } from "../../zip.ts";
import { mutator } from "./mutate.ts";
import { longestOf, type Target } from "./targets.ts";

const known = new WeakMap<Uint8Array, Record<string, Uint8Array>>();

/** One member of an archive is changed, the others stay; the archive itself is whole. */
function throughArchive(seed: Uint8Array, change: (bytes: Uint8Array) => Uint8Array, pick: (count: number) => number): Uint8Array | null {
  try {
    const members = known.get(seed) ?? unzipped(seed);
    known.set(seed, members);
    const names = Object.keys(members);
    const name = names[pick(names.length)];
    if (name === undefined) return null;
    return storedZip({ ...members, [name]: change(members[name]!) });
  } catch {
    return null;
  }
}

/** The n-th case of a reader; a corpus that grows gives later cases more to start from. */
export function caseMaker(name: string, of: Target, corpus: readonly Uint8Array[]): (n: number) => Uint8Array {
  const longest = longestOf(of);
  return (n) => {
    const draw = random(`${name} ${n}`);
    const { mutate } = mutator(draw, longest, of.words);
    const seed = corpus[draw.integer(corpus.length)]!;
    const inside =
      of.archive && draw.uniform() < 0.7
        ? throughArchive(
            seed,
            (bytes) => mutate(bytes, [bytes]),
            (count) => draw.integer(count),
          )
        : null;
    const bytes = inside ?? mutate(seed, corpus);
    return bytes.length > longest ? bytes.slice(0, longest) : bytes;
  };
}
