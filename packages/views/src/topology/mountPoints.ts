/** The points of a set in space, with the chosen bar traced back to them: its ring, the two that meet, the corners of its cavity. */
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import type { PartModel } from "../parts/model.ts";
import { toolbar } from "../plot/tools.ts";
import { fitOf } from "../scene/cell.ts";
import { mountScene } from "../scene/mountScene.ts";
import { BAR, barChosen, chosenSet, levelsOf, type PointSet } from "./chosen.ts";
import { placesOf, pointScene } from "./pointScene.ts";

/** Bars of each dimension that the list offers. */
const OFFERED = 40;

export function mountPoints(element: HTMLElement, first: PartModel<"topology">): Mounted<PartModel<"topology">> {
  let model = first;
  let shown: PointSet | null = null;
  let places: Float32Array = new Float32Array(0);
  let points: readonly number[] = [];
  let drawnFor = "";
  const readout = h("p", { class: "ts-note", role: "status" });
  const scene = mountScene(point, () => draw(true));
  const list = h("select", { class: "ts-choice", "aria-label": "Bar traced back to its points", title: "Bar traced back to its points" });
  list.addEventListener("change", () => {
    const { cursor } = model.study;
    cursor.set({ choices: { ...cursor.state.choices, [BAR]: list.value } });
  });
  const table = h("div", { class: "ts-as-table", hidden: true });
  const view = h("section", { class: "ts-view", "data-view": "points", "aria-label": "Points" });
  const tools = toolbar({
    view,
    title: "Points",
    name: () => `${model.part.source ?? "topology"}-points`,
    figure: () => null,
    data: pointTable,
    command: () => `thioscope ${model.part.command}`,
    python: (csv) =>
      `import matplotlib.pyplot as plt\nimport pandas as pd\n\ndata = pd.read_csv(${JSON.stringify(csv)}, skiprows=[1])\nax = plt.figure().add_subplot(projection="3d")\nax.scatter(data["x"], data["y"], data["z"], c=["C1" if b == "yes" else "C0" for b in data["in the bar"]])\nax.set_aspect("equal")\nplt.show()\n`,
    toggleTable(asTable) {
      scene.element.hidden = asTable;
      table.hidden = !asTable;
      draw(true);
    },
  });
  view.append(
    h("header", { class: "ts-head" }, h("h3", {}, "Points"), h("span", { class: "ts-choices" }, list), scene.tools, tools.element),
    scene.element,
    table,
    readout,
  );
  element.append(view);

  const context = () => ({ part: model.part, state: model.study.cursor.state });

  function draw(anyway = false): void {
    const set = chosenSet(context());
    element.hidden = !set?.positions;
    if (!set?.positions) return;
    const isNew = set !== shown;
    if (isNew) {
      shown = set;
      places = placesOf(set);
      offer(set);
    }
    const { choices } = model.study.cursor.state;
    const key = choices[BAR] ?? "";
    if (!isNew && !anyway && key === drawnFor) return;
    drawnFor = key;
    const bar = barChosen(context());
    list.value = bar ? key : "";
    const made = pointScene(set, places, bar, scene.colours());
    points = made.points;
    const said = bar ? barText(set, bar.dimension, bar.k) : `${set.points} points`;
    scene.show(made.scene, `Points of ${model.part.files[set.file]?.name ?? "the set"}: ${said}`, isNew ? fitOf(places, 0.1) : undefined);
    readout.textContent = rest();
    if (!table.hidden) table.replaceChildren(tableElement(pointTable(), "Points"));
  }

  function offer(set: PointSet): void {
    const place = model.part.sets.indexOf(set);
    list.replaceChildren(h("option", { value: "" }, "no bar chosen"));
    for (const dimension of [1, 2, 0]) {
      const barcode = set.barcodes[dimension];
      if (!barcode || barcode.birth.length === 0) continue;
      const group = h("optgroup", { label: `H${dimension}: ${barcode.name}` });
      const most = Math.min(OFFERED, barcode.birth.length);
      for (let k = 0; k < most; k++) group.append(h("option", { value: `${place}:${dimension}:${k}` }, barText(set, dimension, k)));
      list.append(group);
    }
    // a bar that a click may choose is in the list too
    const bar = barChosen(context());
    if (bar && bar.k >= OFFERED) list.append(h("option", { value: drawnFor }, barText(set, bar.dimension, bar.k)));
  }

  function rest(): string {
    const set = shown;
    const bar = barChosen(context());
    if (!set) return "";
    if (!bar)
      return "A bar chosen here, or by a click in the barcode or the diagram, is traced back to its points; ↑ and ↓ go to the next one.";
    const walks = set.barcodes[bar.dimension]!.points[bar.k] ?? [];
    const name = (i: number): string => `${set.symbols?.[i] ?? ""} ${i}`.trim();
    return `${barText(set, bar.dimension, bar.k)}: ${walks.map((walk) => walk.map(name).join("–")).join("; ")}`;
  }
  function point(ball: number): void {
    const i = points[ball];
    if (i === undefined || !shown) {
      readout.textContent = rest();
      return;
    }
    const bars = levelsOf(shown).filter(
      ({ dimension, k }) => dimension > 0 && shown!.barcodes[dimension]!.points[k]?.some((walk) => walk.includes(i)),
    );
    const xyz = [0, 1, 2].map((d) => places[3 * i + d]!.toFixed(2)).join(", ");
    readout.textContent = `${shown.symbols?.[i] ?? "point"} ${i} at ${xyz} ${shown.unit}, on ${bars.length} ${bars.length === 1 ? "ring or cavity" : "rings and cavities"}`;
  }

  function pointTable(): DataTable {
    const set = shown;
    if (!set) return { columns: [] };
    const bar = barChosen(context());
    const members = new Set(bar ? (set.barcodes[bar.dimension]!.points[bar.k] ?? []).flat() : []);
    const count = places.length / 3;
    const axis = (d: number): Float64Array => Float64Array.from({ length: count }, (_, i) => places[3 * i + d]!);
    return {
      columns: [
        { name: "point", unit: "", values: Float64Array.from({ length: count }, (_, i) => i) },
        ...(set.symbols ? [{ name: "atom", unit: "", values: set.symbols }] : []),
        ...["x", "y", "z"].map((name, d) => ({ name, unit: set.unit, values: axis(d) })),
        { name: "in the bar", unit: "", values: Array.from({ length: count }, (_, i) => (members.has(i) ? "yes" : "no")) },
      ],
    };
  }

  let stop = model.study.cursor.subscribe(() => draw());
  draw();
  return {
    update(next) {
      if (next.study.cursor !== model.study.cursor) {
        stop();
        stop = next.study.cursor.subscribe(() => draw());
      }
      model = next;
      draw();
    },
    destroy() {
      stop();
      tools.close();
      scene.destroy();
      view.remove();
    },
  };
}

function barText(set: PointSet, dimension: number, k: number): string {
  const { birth, death, open, points } = set.barcodes[dimension]!;
  const count = new Set((points[k] ?? []).flat()).size;
  const range = `${birth[k]!.toFixed(2)} to ${open[k] ? "open" : death[k]!.toFixed(2)} ${set.unit}`.trim();
  return `H${dimension} ${range}, ${count} points`;
}
