/**
 * Seeded random numbers: the same seed gives the same stream on every machine.
 * xoshiro128** (Blackman and Vigna, ACM Trans. Math. Softw. 47, 2021), seeded by splitmix32.
 */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Normal, mean 0, standard deviation 1 (Marsaglia polar method). */
  normal(): number;
  /** Integer in [0, below). */
  integer(below: number): number;
  /** An independent stream, determined by this one's state and `name`. */
  fork(name: string): Random;
}

function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

/** @param seed an integer, or text that is hashed to one (FNV-1a) */
export function random(seed: number | string): Random {
  let number = 0x811c9dc5;
  for (const char of String(seed)) number = Math.imul(number ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const next = splitmix32(number);
  const s = Uint32Array.of(next(), next(), next(), next() | 1);
  let spare = Number.NaN;

  const bits = (): number => {
    const x = Math.imul(s[1]!, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2] = s[2]! ^ s[0]!;
    s[3] = s[3]! ^ s[1]!;
    s[1] = s[1]! ^ s[2]!;
    s[0] = s[0]! ^ s[3]!;
    s[2] = s[2]! ^ t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  };
  const uniform = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;

  return {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const r = u * u + v * v;
        if (r > 0 && r < 1) {
          const factor = Math.sqrt((-2 * Math.log(r)) / r);
          spare = v * factor;
          return u * factor;
        }
      }
    },
    integer: (below) => Math.floor(uniform() * below),
    fork: (name) => random(`${name}/${bits()}`),
  };
}
