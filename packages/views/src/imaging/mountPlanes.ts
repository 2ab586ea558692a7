/** Three planes through a volume with one crosshair: pointing at a place in one plane moves the two others there. */
import type { VolumeView } from "@thioscope/core/story";
import { h, type Mounted, onNextFrame } from "../dom.ts";
import type { DataTable, Figure } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import type { PartModel } from "../parts/model.ts";
import { toolbar } from "../plot/tools.ts";
import { richText } from "../text.ts";

type Place = [x: number, y: number, z: number];

/** A plane by the axes that it shows: across, down. */
const PLANES = [
  { name: "x–y", across: 0, down: 1, through: 2 },
  { name: "x–z", across: 0, down: 2, through: 1 },
  { name: "y–z", across: 1, down: 2, through: 0 },
] as const;
const AXES = ["x", "y", "z"] as const;

/** Pixels on the page per voxel: the longest side takes so many. */
const LONGEST = 320;
/** Free between the place and the lines through it, pixels. */
const GAP = 7;
/** Of the longest side: a scale bar is no longer. */
const BAR_SHARE = 0.4;

/** The longest of 1, 2, 5 × 10ⁿ that is not above `most`. */
function roundLength(most: number): number {
  const decade = 10 ** Math.floor(Math.log10(most));
  return ([5, 2].find((step) => step * decade <= most) ?? 1) * decade;
}

export function mountPlanes(element: HTMLElement, first: PartModel<"imaging">): Mounted<PartModel<"imaging">> {
  let volume: VolumeView | null = null;
  let bytes = new Uint8Array(0);
  let place: Place = [0, 0, 0];
  let model = first;
  const readout = h("p", { class: "ts-planes-readout", role: "status" });
  const canvases = PLANES.map(({ name }) =>
    h("canvas", {
      class: "ts-plane",
      tabindex: "0",
      role: "img",
      "aria-label": `Plane ${name} of the volume; arrow keys move the crosshair`,
    }),
  );
  const captions = PLANES.map(() => h("span", {}));
  const bars = PLANES.map(() => h("span", { class: "ts-scale-bar" }));
  const planes = h(
    "div",
    { class: "ts-planes" },
    ...canvases.map((canvas, k) => h("figure", { class: "ts-plane-figure" }, canvas, h("figcaption", {}, captions[k]!, bars[k]!))),
    readout,
  );
  const table = h("div", { class: "ts-as-table", hidden: true });
  const view = h("section", { class: "ts-view", "data-view": "planes", "aria-label": "Planes through the volume" });
  const tools = toolbar({
    view,
    title: "Planes through the volume",
    name: () => `${model.part.source ?? "volume"}-planes`,
    figure: planeFigure,
    data: lines,
    command: () => `thioscope ${model.part.command}`,
    python: (csv) =>
      `import matplotlib.pyplot as plt\nimport pandas as pd\n\ndata = pd.read_csv(${JSON.stringify(csv)}, skiprows=[1])\nfor axis, one in data.groupby("along"):\n    plt.plot(one["place"], one["grey"], label=axis)\nplt.xlabel("Place (um)")\nplt.legend()\nplt.show()\n`,
    toggleTable(asTable) {
      planes.hidden = asTable;
      table.hidden = !asTable;
      if (asTable) table.replaceChildren(tableElement(lines(), "Greys along the lines of the crosshair"));
    },
  });
  view.append(h("header", { class: "ts-head" }, h("h3", {}, "Planes through the volume"), tools.element), planes, table);
  element.append(view);

  const sides = (): Place => (volume ? [volume.nx, volume.ny, volume.nz] : [1, 1, 1]);

  function grey(x: number, y: number, z: number): number {
    return bytes[(z * volume!.ny + y) * volume!.nx + x]!;
  }

  const value = (x: number, y: number, z: number): number => volume!.low + ((volume!.high - volume!.low) * grey(x, y, z)) / 255;

  /** Greys along the three lines that meet in the crosshair. */
  function lines(): DataTable {
    if (!volume) return { columns: [] };
    const { voxelMicrometre, unit } = volume;
    const rows = AXES.flatMap((along, axis) =>
      Array.from({ length: sides()[axis as 0 | 1 | 2] }, (_, i) => {
        const at: Place = [...place];
        at[axis as 0 | 1 | 2] = i;
        return { along, at: i * voxelMicrometre, grey: value(...at) };
      }),
    );
    return {
      columns: [
        { name: "along", unit: "", values: rows.map(({ along }) => along) },
        { name: "place", unit: "um", values: rows.map(({ at }) => at) },
        { name: "grey", unit, values: rows.map((row) => row.grey) },
      ],
      notes: [`through ${placeText()}`],
    };
  }

  /** The plane across z, with its axes, for a figure of a paper. */
  function planeFigure(): Figure | null {
    if (!volume) return null;
    const { nx, ny, voxelMicrometre: voxel, low, high, unit } = volume;
    const edges = (n: number): Float64Array => Float64Array.from({ length: n + 1 }, (_, i) => i * voxel);
    const values = Float64Array.from({ length: nx * ny }, (_, i) => value(i % nx, Math.floor(i / nx), place[2]));
    return {
      x: { label: richText("x (µm)"), min: 0, max: nx * voxel },
      panels: [
        {
          weight: 1,
          left: { label: richText("y (µm)"), min: ny * voxel, max: 0 },
          marks: [
            {
              kind: "map",
              x: edges(nx),
              y: edges(ny),
              values,
              scale: { label: richText(unit === "" ? "Grey" : `Grey (${unit})`), low, high, colours: "cividis" },
            },
          ],
        },
      ],
      legend: [],
      aspect: ny / nx,
      data: lines,
    };
  }

  const placeText = (): string => place.map((p, axis) => `${AXES[axis]} ${(p * volume!.voxelMicrometre).toFixed(0)} µm`).join(", ");

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
    const { voxelMicrometre, unit } = volume;
    const bar = roundLength(BAR_SHARE * Math.max(...n) * voxelMicrometre);
    for (const [k, { name, through }] of PLANES.entries()) {
      captions[k]!.textContent = `${name}, ${AXES[through]} = ${(place[through] * voxelMicrometre).toFixed(0)} µm`;
      bars[k]!.textContent = `${bar} µm`;
      bars[k]!.style.width = `${(bar / voxelMicrometre) * scale}px`;
    }
    readout.textContent = `${placeText()}: grey ${value(...place).toPrecision(3)}${unit.replace("1/", " per ")}`;
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

  function refresh(next: PartModel<"imaging">): void {
    model = next;
    const { part } = next;
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
      tools.close();
      view.remove();
    },
  };
}
