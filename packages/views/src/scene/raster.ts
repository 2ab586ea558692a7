/**
 * Draws a scene into pixels: balls and lines with a depth for every pixel, then the nearest sheet of a surface over them, half transparent.
 *
 * No graphics hardware is asked for, so the picture is the same on the page, in a report opened from disk and on machines without a GPU. Work is bounded by the pixels that are
 * covered, not by atoms: a thousand atoms or ten thousand in the same picture take about the same time. Farther things fade towards the background.
 */
import type { Camera, Rgb, Scene } from "./model.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** red, green, blue, opacity */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** which ball is seen in each pixel, -1 for none */
  readonly ball: Int32Array;
}

/** Towards the light: from above, left, and the eye. */
const LIGHT = [-0.42, 0.5, 0.757] as const;
const AMBIENT = 0.5;
/** Share of the background at the far end. */
const FADE = 0.55;
/** Of the surface, seen straight on and edgewise. */
const OPACITY = [0.42, 0.85] as const;

/**
 * @param ratio pixels per CSS pixel; width and height are in pixels
 * @param into a picture of the same size to draw in again
 */
export function rasterise(
  scene: Scene,
  camera: Camera,
  size: { width: number; height: number; ratio: number },
  background: Rgb,
  into?: Picture,
): Picture {
  const { width, height, ratio } = size;
  const same = into?.width === width && into.height === height;
  const pixels = same ? into.pixels : new Uint8ClampedArray(new ArrayBuffer(4 * width * height));
  const ball = same ? into.ball : new Int32Array(width * height);
  const depth = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
  const words = new Uint32Array(pixels.buffer);
  words.fill((0xff000000 | (background[2] << 16) | (background[1] << 8) | background[0]) >>> 0);
  ball.fill(-1);
  const project = projection(camera, width, height, ratio);
  const range = depthRange(scene, project);

  const shade = (at: number, red: number, green: number, blue: number, light: number, z: number): void => {
    const far = FADE * Math.min(1, Math.max(0, (range.near - z) / range.span));
    const own = (1 - far) * light;
    pixels[4 * at] = own * red + far * background[0];
    pixels[4 * at + 1] = own * green + far * background[1];
    pixels[4 * at + 2] = own * blue + far * background[2];
  };

  const p: [number, number, number] = [0, 0, 0];
  const { positions, radius, colours } = scene.balls;
  for (let i = 0; i < radius.length; i++) {
    project(positions, 3 * i, p);
    const [cx, cy, cz] = p;
    const r = Math.max(0.6, radius[i]! * camera.scale * ratio);
    const [red, green, blue] = [colours[3 * i]!, colours[3 * i + 1]!, colours[3 * i + 2]!];
    const [top, bottom] = [Math.max(0, Math.ceil(cy - r)), Math.min(height - 1, Math.floor(cy + r))];
    for (let y = top; y <= bottom; y++) {
      const dy = y - cy;
      const half = Math.sqrt(Math.max(0, r * r - dy * dy));
      const end = Math.min(width - 1, Math.floor(cx + half));
      for (let x = Math.max(0, Math.ceil(cx - half)); x <= end; x++) {
        const dx = x - cx;
        const dz = Math.sqrt(Math.max(0, r * r - dx * dx - dy * dy));
        const z = cz + dz;
        const at = y * width + x;
        if (z <= depth[at]!) continue;
        depth[at] = z;
        ball[at] = i;
        const facing = dz / r;
        const lit = Math.max(0, (LIGHT[0] * dx - LIGHT[1] * dy + LIGHT[2] * dz) / r);
        // a dark rim tells neighbours of one colour apart
        shade(at, red, green, blue, (AMBIENT + (1 - AMBIENT) * lit) * (facing < 0.3 ? 0.62 + 1.26 * facing : 1), z);
      }
    }
  }

  const q: [number, number, number] = [0, 0, 0];
  for (const { ends, colour, width: thick } of scene.lines) {
    const w = Math.max(1, Math.round(thick * ratio));
    const from = -((w - 1) >> 1);
    for (let i = 0; i < ends.length; i += 6) {
      project(ends, i, p);
      project(ends, i + 3, q);
      const steps = Math.ceil(Math.max(Math.abs(q[0] - p[0]), Math.abs(q[1] - p[1])));
      // what leaves the picture by far is not walked along
      if (steps > 4 * (width + height)) continue;
      for (let s = 0; s <= steps; s++) {
        const t = steps === 0 ? 0 : s / steps;
        const [x0, y0, z] = [Math.round(p[0] + t * (q[0] - p[0])), Math.round(p[1] + t * (q[1] - p[1])), p[2] + t * (q[2] - p[2])];
        for (let y = Math.max(0, y0 + from); y < Math.min(height, y0 + from + w); y++) {
          for (let x = Math.max(0, x0 + from); x < Math.min(width, x0 + from + w); x++) {
            const at = y * width + x;
            if (z <= depth[at]!) continue;
            depth[at] = z;
            ball[at] = -1;
            shade(at, ...colour, 1, z);
          }
        }
      }
    }
  }
  if (scene.surface) blendSurface(scene.surface, project, camera, depth, pixels, { width, height }, range, background);
  return { width, height, pixels, ball };
}

type Project = (from: ArrayLike<number>, at: number, out: [number, number, number]) => void;

function projection({ rotation: m, centre, scale }: Camera, width: number, height: number, ratio: number): Project {
  const k = scale * ratio;
  return (from, at, out) => {
    const x = from[at]! - centre[0];
    const y = from[at + 1]! - centre[1];
    const z = from[at + 2]! - centre[2];
    out[0] = width / 2 + k * (m[0]! * x + m[1]! * y + m[2]! * z);
    out[1] = height / 2 - k * (m[3]! * x + m[4]! * y + m[5]! * z);
    out[2] = k * (m[6]! * x + m[7]! * y + m[8]! * z);
  };
}

interface Range {
  near: number;
  span: number;
}

function depthRange({ balls, lines }: Scene, project: Project): Range {
  let near = Number.NEGATIVE_INFINITY;
  let far = Number.POSITIVE_INFINITY;
  const p: [number, number, number] = [0, 0, 0];
  for (const xyz of [balls.positions, ...lines.map(({ ends }) => ends)]) {
    for (let at = 0; at < xyz.length; at += 3) {
      project(xyz, at, p);
      near = Math.max(near, p[2]);
      far = Math.min(far, p[2]);
    }
  }
  return near >= far ? { near, span: Math.max(1e-6, near - far) } : { near: 0, span: 1 };
}

function blendSurface(
  { positions, normals, triangles, colour }: NonNullable<Scene["surface"]>,
  project: Project,
  { rotation: m }: Camera,
  depth: Float32Array,
  pixels: Uint8ClampedArray,
  { width, height }: { width: number; height: number },
  range: Range,
  background: Rgb,
): void {
  const count = positions.length / 3;
  const place = new Float32Array(3 * count);
  /** light on a corner, and how much it faces the eye */
  const light = new Float32Array(count);
  const facing = new Float32Array(count);
  const p: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    project(positions, 3 * i, p);
    place.set(p, 3 * i);
    const [x, y, z] = [normals[3 * i]!, normals[3 * i + 1]!, normals[3 * i + 2]!];
    const n = [0, 3, 6].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z) as [number, number, number];
    // both sides are lit
    const side = n[2] < 0 ? -1 : 1;
    light[i] = AMBIENT + (1 - AMBIENT) * Math.max(0, side * (LIGHT[0] * n[0] + LIGHT[1] * n[1] + LIGHT[2] * n[2]));
    facing[i] = Math.abs(n[2]);
  }
  // the nearest sheet over what is solid
  const sheet = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
  const lit = new Float32Array(width * height);
  const seen = new Float32Array(width * height);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const [ax, ay, bx, by, cx, cy] = [place[3 * a]!, place[3 * a + 1]!, place[3 * b]!, place[3 * b + 1]!, place[3 * c]!, place[3 * c + 1]!];
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area === 0) continue;
    const [left, right] = [Math.max(0, Math.ceil(Math.min(ax, bx, cx))), Math.min(width - 1, Math.floor(Math.max(ax, bx, cx)))];
    const [top, bottom] = [Math.max(0, Math.ceil(Math.min(ay, by, cy))), Math.min(height - 1, Math.floor(Math.max(ay, by, cy)))];
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
        const v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
        const w = 1 - u - v;
        if (u < 0 || v < 0 || w < 0) continue;
        const z = u * place[3 * a + 2]! + v * place[3 * b + 2]! + w * place[3 * c + 2]!;
        const at = y * width + x;
        if (z <= depth[at]! || z <= sheet[at]!) continue;
        sheet[at] = z;
        lit[at] = u * light[a]! + v * light[b]! + w * light[c]!;
        seen[at] = u * facing[a]! + v * facing[b]! + w * facing[c]!;
      }
    }
  }
  for (let at = 0; at < sheet.length; at++) {
    if (sheet[at] === Number.NEGATIVE_INFINITY) continue;
    const far = FADE * Math.min(1, Math.max(0, (range.near - sheet[at]!) / range.span));
    const opacity = OPACITY[1] + (OPACITY[0] - OPACITY[1]) * seen[at]!;
    for (let k = 0; k < 3; k++) {
      const own = (1 - far) * lit[at]! * colour[k]! + far * background[k]!;
      pixels[4 * at + k] = opacity * own + (1 - opacity) * pixels[4 * at + k]!;
    }
  }
}
