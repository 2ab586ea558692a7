/**
 * Virtual volumes of a stacked cell: electrolyte over interlayer over anode, with pores, and either a smooth interlayer that covers all
 * (passivated) or a patchy one with low-grey branches that grow into the electrolyte (dendritic). Truth is known from the drawing.
 *
 * Effects that the analysis does not model: blur of the optics, noise, a slow cup over the plane, stripes of rings.
 */
import { type Random, random } from "@thioscope/core";

export interface VirtualStack {
  nx: number;
  ny: number;
  nz: number;
  /** metres */
  voxel: number;
  values: Float32Array;
  truth: {
    /** metres, per column; 0 where there is none */
    thickness: Float32Array;
    /** volumes of the pores inside the electrolyte, m³ */
    pores: readonly number[];
    /** volume of the branches, m³ */
    branches: number;
  };
}

export interface StackSetup {
  size: number;
  depth: number;
  /** metres; the scan of the published cell has 3.61 µm */
  voxel: number;
  /** mean thickness of the interlayer and its roughness, voxels */
  thickness: number;
  roughness: number;
  pores: number;
  branches: number;
  /** voxels */
  blur: number;
  noise: number;
}

export const STACK: StackSetup = {
  size: 64,
  depth: 56,
  voxel: 3.61e-6,
  thickness: 7,
  roughness: 0.8,
  pores: 6,
  branches: 0,
  blur: 0.7,
  noise: 0.03,
};

/** Grey values of the materials, as attenuation. */
export const STACK_GREYS = { void: 0.05, electrolyte: 0.5, interlayer: 0.75, anode: 1 } as const;

/** Samples per voxel and axis when the drawing is turned into voxels. */
const FINE = 3;

type Place = readonly [number, number, number];

interface Ball {
  centre: Place;
  radii: Place;
}

export function virtualStack(setup: StackSetup, seed: number | string): VirtualStack {
  const { size, depth, voxel } = setup;
  const draw = random(`stack ${seed}`);
  const upper = surface(size, draw, depth * 0.55, setup.roughness);
  const lower = surface(size, draw, depth * 0.55 + setup.thickness, setup.roughness);
  const balls: Ball[] = [];
  for (let tries = 0; balls.length < setup.pores && tries < 1000; tries++) {
    const r = 2 + 1.8 * draw.uniform();
    const ball: Ball = {
      centre: [6 + (size - 12) * draw.uniform(), 6 + (size - 12) * draw.uniform(), 6 + (depth * 0.55 - 16) * draw.uniform()],
      radii: [r, r * (0.8 + 0.4 * draw.uniform()), r],
    };
    if (balls.every((other) => Math.hypot(...ball.centre.map((c, k) => c - other.centre[k]!)) > 12)) balls.push(ball);
  }
  const branches: Ball[] = [];
  for (let k = 0; k < setup.branches; k++) {
    const [x, y] = [8 + (size - 16) * draw.uniform(), 8 + (size - 16) * draw.uniform()];
    const length = 6 + 8 * draw.uniform();
    // a chain of shrinking balls that leans to a side
    const lean = [draw.normal() * 0.25, draw.normal() * 0.25] as const;
    for (let s = 0; s <= length; s++) {
      const r = 2.2 - (1.2 * s) / length;
      branches.push({ centre: [x + lean[0] * s, y + lean[1] * s, upper(x, y) - s], radii: [r, r, 1.2] });
    }
  }
  const values = new Float32Array(size * size * depth);
  const thickness = new Float32Array(size * size);
  let grown = 0;
  const poreSamples = new Float64Array(balls.length);
  const patchy = (x: number, y: number): boolean => setup.branches > 0 && Math.sin(x / 7 + 1.3) * Math.sin(y / 9 + 0.4) > 0.35;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) thickness[y * size + x] = patchy(x, y) ? 0 : (lower(x, y) - upper(x, y)) * voxel;
  }
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const near = balls.filter((ball) => closeTo(ball, x, y, z));
        const shoots = branches.filter((ball) => closeTo(ball, x, y, z));
        let sum = 0;
        for (let k = 0; k < FINE ** 3; k++) {
          const px = x + ((k % FINE) + 0.5) / FINE - 0.5;
          const py = y + ((Math.floor(k / FINE) % FINE) + 0.5) / FINE - 0.5;
          const pz = z + (Math.floor(k / FINE ** 2) + 0.5) / FINE - 0.5;
          const top = upper(px, py);
          const bottom = patchy(px, py) ? top : lower(px, py);
          if (pz >= bottom) sum += STACK_GREYS.anode;
          else if (pz >= top) sum += STACK_GREYS.interlayer;
          else {
            const pore = near.find((ball) => holds(ball, px, py, pz));
            const shoot = shoots.some((ball) => holds(ball, px, py, pz));
            if (pore) poreSamples[balls.indexOf(pore)]!++;
            if (shoot) grown++;
            sum += pore || shoot ? STACK_GREYS.void : STACK_GREYS.electrolyte;
          }
        }
        values[(z * size + y) * size + x] = sum / FINE ** 3;
      }
    }
  }
  const fine = voxel ** 3 / FINE ** 3;
  return {
    nx: size,
    ny: size,
    nz: depth,
    voxel,
    values: imaged(values, size, depth, setup, draw),
    truth: { thickness, pores: Array.from(poreSamples, (n) => n * fine), branches: grown * fine },
  };
}

/** A gently waved plane: three long waves of random direction. */
function surface(size: number, draw: Random, level: number, roughness: number): (x: number, y: number) => number {
  const waves = Array.from({ length: 3 }, () => ({
    kx: (2 * Math.PI * (draw.uniform() * 2 - 1)) / (size / 2),
    ky: (2 * Math.PI * (draw.uniform() * 2 - 1)) / (size / 2),
    phase: 2 * Math.PI * draw.uniform(),
  }));
  return (x, y) =>
    level + waves.reduce((sum, { kx, ky, phase }) => sum + roughness * Math.sqrt(2 / 3) * Math.sin(kx * x + ky * y + phase), 0);
}

const closeTo = ({ centre, radii }: Ball, x: number, y: number, z: number): boolean =>
  Math.abs(x - centre[0]) < radii[0] + 1 && Math.abs(y - centre[1]) < radii[1] + 1 && Math.abs(z - centre[2]) < radii[2] + 1;

const holds = ({ centre, radii }: Ball, x: number, y: number, z: number): boolean =>
  ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2 + ((z - centre[2]) / radii[2]) ** 2 <= 1;

/** What the optics and the camera make of it. */
function imaged(values: Float32Array, size: number, depth: number, { blur, noise }: StackSetup, draw: Random): Float32Array {
  const reach = Math.ceil(3 * blur);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-0.5 * ((k - reach) / Math.max(blur, 1e-6)) ** 2));
  const total = kernel.reduce((a, b) => a + b, 0);
  let from = values;
  for (const [n, stride] of [
    [size, 1],
    [size, size],
    [depth, size * size],
  ] as const) {
    const to = new Float32Array(from.length);
    for (let i = 0; i < from.length; i++) {
      const place = Math.floor(i / stride) % n;
      for (let k = -reach; k <= reach; k++) {
        to[i]! += (kernel[k + reach]! / total) * from[i + (Math.max(0, Math.min(n - 1, place + k)) - place) * stride]!;
      }
    }
    from = to;
  }
  const half = size / 2;
  return from.map((value, i) => {
    const r = Math.hypot((i % size) - half, (Math.floor(i / size) % size) - half) / half;
    const ring = 0.006 * Math.sin(40 * r);
    return value * (1 + 0.02 * (r * r - 0.5)) + ring + noise * draw.normal();
  });
}
