/** Three planes through a volume with one crosshair: pointing at a place in one plane moves the two others there. */
import type { VolumeView } from "@thioscope/core/story";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";

type Place = [x: number, y: number, z: number];

/** A plane by the axes that it shows: across, down. */
const PLANES = [
  { name: "x y", across: 0, down: 1 },
  { name: "x z", across: 0, down: 2 },
  { name: "y z", across: 1, down: 2 },
] as const;

/** Pixels on the page per voxel: the longest side takes so many. */
const LONGEST = 320;
/** Free between the place and the lines through it, pixels. */
const GAP = 7;

export function mountPlanes(element: HTMLElement, first: PartModel<"imaging">): Mounted<PartModel<"imaging">> {
  let volume: VolumeView | null = null;
  let bytes = new Uint8Array(0);
  let place: Place = [0, 0, 0];
  const readout = h("p", { class: "ts-planes-readout", role: "status" });
  const canvases = PLANES.map(({ name }) =>
    h("canvas", {
      class: "ts-plane",
      tabindex: "0",
      role: "img",
      "aria-label": `Plane ${name} of the volume; arrow keys move the crosshair`,
    }),
  );
  const view = h("div", { class: "ts-planes" }, ...canvases, readout);
  element.append(view);

  const sides = (): Place => (volume ? [volume.nx, volume.ny, volume.nz] : [1, 1, 1]);

  function grey(x: number, y: number, z: number): number {
    return bytes[(z * volume!.ny + y) * volume!.nx + x]!;
  }

  const paint = onNextFrame(() => {
    if (!volume) return;
    const n = sides();
    const scale = Math.max(1, Math.floor(LONGEST / Math.max(...n)));
    const accent = getComputedStyle(view).getPropertyValue("--accent");
    for (const [k, { across, down }] of PLANES.entries()) {
      const canvas = canvases[k]!;
      canvas.width = n[across] * scale;
      canvas.height = n[down] * scale;
      const drawing = canvas.getContext("2d");
      if (!drawing) continue;
      const image = drawing.createImageData(n[across] * scale, n[down] * scale);
      const pixels = new Uint32Array(image.data.buffer);
      const at: Place = [...place];
      for (let j = 0; j < image.height; j++) {
        at[down] = Math.floor(j / scale);
        for (let i = 0; i < image.width; i++) {
          at[across] = Math.floor(i / scale);
          pixels[j * image.width + i] = 0xff000000 | (0x010101 * grey(...at));
        }
      }
      drawing.putImageData(image, 0, 0);
      drawing.strokeStyle = accent;
      drawing.beginPath();
      const [x, y] = [(place[across] + 0.5) * scale, (place[down] + 0.5) * scale];
      // the lines leave the place itself free
      for (const [from, to] of [
        [0, x - GAP],
        [x + GAP, canvas.width],
      ] as const) {
        drawing.moveTo(from, y);
        drawing.lineTo(to, y);
      }
      for (const [from, to] of [
        [0, y - GAP],
        [y + GAP, canvas.height],
      ] as const) {
        drawing.moveTo(x, from);
        drawing.lineTo(x, to);
      }
      drawing.stroke();
    }
    const { voxelMicrometre, low, high, unit } = volume;
    const value = low + ((high - low) * grey(...place)) / 255;
    const [x, y, z] = place.map((p) => (p * voxelMicrometre).toFixed(0));
    readout.textContent = `x ${x} µm, y ${y} µm, z ${z} µm: grey ${value.toPrecision(3)}${unit.replace("1/", " per ")}`;
  });

  function moveTo(next: Place): void {
    const n = sides();
    place = next.map((p, axis) => Math.max(0, Math.min(n[axis as 0 | 1 | 2] - 1, Math.round(p)))) as Place;
    paint.ask();
  }

  for (const [k, { across, down }] of PLANES.entries()) {
    const canvas = canvases[k]!;
    const point = (event: PointerEvent): void => {
      const box = canvas.getBoundingClientRect();
      const next: Place = [...place];
      next[across] = ((event.clientX - box.left) / box.width) * sides()[across] - 0.5;
      next[down] = ((event.clientY - box.top) / box.height) * sides()[down] - 0.5;
      moveTo(next);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      point(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 1) point(event);
    });
    canvas.addEventListener("keydown", (event) => {
      const steps: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [-1, 0],
        ArrowRight: [1, 0],
        ArrowUp: [0, -1],
        ArrowDown: [0, 1],
      };
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const next: Place = [...place];
      next[across] += step[0] * (event.shiftKey ? 10 : 1);
      next[down] += step[1] * (event.shiftKey ? 10 : 1);
      moveTo(next);
    });
  }

  function refresh({ part }: PartModel<"imaging">): void {
    view.hidden = part.volume === null;
    if (part.volume === volume || part.volume === null) return;
    volume = part.volume;
    bytes = Uint8Array.from(atob(volume.bytes), (char) => char.charCodeAt(0));
    moveTo([volume.nx / 2, volume.ny / 2, volume.nz / 2]);
  }
  refresh(first);
  return {
    update: refresh,
    destroy() {
      paint.cancel();
      view.remove();
    },
  };
}
