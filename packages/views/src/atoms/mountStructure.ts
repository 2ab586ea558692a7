/** Atoms of a trajectory in space: frame by frame, with the paths of its ions and the surface that holds them for a share of the time. */
import type { StructureView } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import type { PartModel } from "../parts/model.ts";
import { toolbar } from "../plot/tools.ts";
import { cellEdges, fitOf } from "../scene/cell.ts";
import { lookOf } from "../scene/elements.ts";
import type { Surface } from "../scene/model.ts";
import { mountScene } from "../scene/mountScene.ts";
import { drawnAtoms, placesAt, type Shown, structureScene, surfaceOf, type Unpacked, unpacked } from "./structureScene.ts";

const FIRST: Shown = { frame: 0, paths: false, framework: true, share: 0.5 };

export function mountStructure(element: HTMLElement, first: PartModel<"atoms">): Mounted<PartModel<"atoms">> {
  let model = first;
  let own: Unpacked | null = null;
  let shown = FIRST;
  let surface: { share: number; background: string; made: Surface | null } | null = null;
  const readout = h("p", { class: "ts-note", role: "status" });
  const scene = mountScene(point, () => draw());
  const frame = slider("Frame", (k) => change({ frame: k }));
  const share = slider("Surface", (k) => change({ share: k / 100 }));
  share.input.max = "95";
  share.input.step = "5";
  share.label.title = "surface that holds an ion for this share of the time; at the left end none is drawn";
  const paths = toggle("paths", "ways of the ions over all frames", () => change({ paths: !shown.paths }));
  const framework = toggle("framework", "atoms that stay, and their bonds", () => change({ framework: !shown.framework }));
  const key = h("span", { class: "ts-legend" });
  const table = h("div", { class: "ts-as-table", hidden: true });
  const view = h("section", { class: "ts-view", "data-view": "structure", "aria-label": "Structure and trajectory" });
  const tools = toolbar({
    view,
    title: "Structure and trajectory",
    name: () => `${model.part.source ?? "atoms"}-structure`,
    figure: () => null,
    data: positionsTable,
    command: () => `thioscope ${model.part.command.replace(/^md \w+/, "md density")}`,
    python: (csv) =>
      `import matplotlib.pyplot as plt\nimport pandas as pd\n\ndata = pd.read_csv(${JSON.stringify(csv)}, skiprows=[1])\nax = plt.figure().add_subplot(projection="3d")\nfor name, atoms in data.groupby("atom"):\n    ax.scatter(atoms["x"], atoms["y"], atoms["z"], label=name)\nax.set_aspect("equal")\nax.legend()\nplt.show()\n`,
    toggleTable(asTable) {
      scene.element.hidden = asTable;
      table.hidden = !asTable;
      if (asTable) table.replaceChildren(tableElement(positionsTable(), "Places of the atoms"));
    },
  });
  view.append(
    h("header", { class: "ts-head" }, h("h3", {}, "Structure and trajectory"), paths, framework, scene.tools, key, tools.element),
    scene.element,
    table,
    h("div", { class: "ts-sliders", role: "group", "aria-label": "What is shown" }, frame.label, share.label),
    readout,
  );
  element.append(view);

  function slider(name: string, act: (value: number) => void) {
    const input = h("input", { type: "range", min: "0", step: "1", "aria-label": name });
    const value = h("output", {});
    input.addEventListener("input", () => act(Number(input.value)));
    return { input, value, label: h("label", { class: "ts-slider" }, h("span", {}, name), input, value) };
  }
  function toggle(text: string, title: string, act: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "ts-switch", title }, text);
    button.addEventListener("click", act);
    return button;
  }
  function change(next: Partial<Shown>): void {
    shown = { ...shown, ...next };
    draw();
  }

  function draw(isNew = false): void {
    if (!own) return;
    const { view: structure } = own;
    const { species } = model.part;
    const colours = scene.colours();
    const background = colours.background.join();
    if (surface?.share !== shown.share || surface.background !== background) {
      surface = { share: shown.share, background, made: surfaceOf(own, shown.share, colours) };
    }
    frame.input.value = String(shown.frame);
    share.input.value = String(Math.round(100 * shown.share));
    const time = `${(shown.frame * structure.stepPs).toPrecision(3)} ps`;
    say(frame, `${shown.frame + 1} of ${structure.frames}, ${time}`);
    say(share, shown.share > 0 ? `${Math.round(100 * shown.share)} % of the time` : "none");
    paths.setAttribute("aria-pressed", String(shown.paths));
    framework.setAttribute("aria-pressed", String(shown.framework));
    const counts = structure.symbols.map((s, k) => `${Array.from(structure.kinds).filter((kind) => kind === k).length} ${s}`).join(", ");
    const at = structure.temperature === null ? "" : ` at ${structure.temperature} K`;
    const around = structure.cell ? cellEdges(structure.cell) : placesAt(own, 0);
    scene.show(
      structureScene(own, shown, species, colours, surface.made),
      `Structure of ${counts}${at}, ${time}`,
      isNew ? fitOf(around, 0.8) : undefined,
    );
    if (!table.hidden) table.replaceChildren(tableElement(positionsTable(), "Places of the atoms"));
  }
  function say({ input, value }: { input: HTMLInputElement; value: HTMLElement }, text: string): void {
    input.setAttribute("aria-valuetext", text);
    value.textContent = text;
  }

  function point(ball: number): void {
    const atom = own && ball >= 0 ? drawnAtoms(own, shown, model.part.species)[ball] : undefined;
    readout.textContent = own && atom !== undefined ? describe(own, atom) : rest();
  }
  function describe(from: Unpacked, atom: number): string {
    const places = placesAt(from, shown.frame);
    const xyz = [0, 1, 2].map((d) => places[3 * atom + d]!.toFixed(2));
    return `${from.view.symbols[from.view.kinds[atom]!]!} ${atom + 1} at ${xyz.join(", ")} Å`;
  }
  function rest(): string {
    const density = own?.view.density;
    const smoothing = density ? ` The density is spread by ${density.smoothing.toFixed(2)} Å.` : "";
    return own ? `Every ${own.view.stepPs.toPrecision(3)} ps of ${model.part.files[0]?.name ?? "the first file"}.${smoothing}` : "";
  }

  function positionsTable(): DataTable {
    if (!own) return { columns: [] };
    const places = placesAt(own, shown.frame);
    const axis = (d: number): Float64Array => Float64Array.from({ length: places.length / 3 }, (_, i) => places[3 * i + d]!);
    return {
      columns: [
        { name: "atom", unit: "", values: Array.from(own.view.kinds, (k) => own!.view.symbols[k]!) },
        ...["x", "y", "z"].map((name, d) => ({ name, unit: "Å", values: axis(d) })),
      ],
    };
  }

  function legend(structure: StructureView): void {
    key.replaceChildren(
      ...structure.symbols.slice(0, 12).map((symbol) => {
        const dot = h("span", { class: "ts-atom", "aria-hidden": "true" });
        dot.style.background = `rgb(${lookOf(symbol).colour.join(",")})`;
        return h("span", { class: "ts-key" }, dot, symbol);
      }),
    );
  }

  function refresh(next: PartModel<"atoms">): void {
    model = next;
    const { structure } = next.part;
    element.hidden = structure === null;
    if (!structure || structure === own?.view) return;
    own = unpacked(structure);
    surface = null;
    shown = { ...FIRST, share: structure.density ? FIRST.share : 0 };
    frame.input.max = String(structure.frames - 1);
    frame.label.hidden = structure.frames < 2;
    paths.hidden = structure.frames < 2;
    share.label.hidden = structure.density === null;
    framework.hidden = structure.symbols.every((s) => next.part.species.includes(s));
    legend(structure);
    readout.textContent = rest();
    draw(true);
  }
  refresh(first);
  return {
    update: refresh,
    destroy() {
      tools.close();
      scene.destroy();
      view.remove();
    },
  };
}
