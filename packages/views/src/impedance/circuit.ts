/** The fitted circuit of the spectrum at the cursor: its drawing, its parameters with errors, what is to be doubted. */
import type { SpectrumFit } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import { tableElement } from "../figure/tableView.ts";
import { toolbar } from "../plot/tools.ts";
import { type Context, contextOf, pythonHead, type StudyModel } from "../study/context.ts";
import { richText, roughText, setRuns, unitText } from "../text.ts";
import { schematic } from "./schematic.ts";
import { currentSpectrum, eisCommand, shownSpectra } from "./spectra.ts";

/** What a parameter's refusal says, without its name. */
const reasonOf = (p: SpectrumFit["parameters"][number]): string | undefined => p.refused?.replace(`${p.name} `, "");

function parameterTable({ parameters, warnings }: SpectrumFit): DataTable {
  const edge = (k: 0 | 1) => parameters.map((p) => (p.refused === null ? (p.interval95?.[k] ?? Number.NaN) : Number.NaN));
  return {
    columns: [
      ...shownColumns(parameters),
      { name: "95 % from", unit: "", values: edge(0) },
      { name: "95 % to", unit: "", values: edge(1) },
    ],
    notes: doubts(parameters, warnings),
  };
}

/** The same for the eye: the interval in one column. */
function shownTable({ parameters, warnings }: SpectrumFit): DataTable {
  const interval = parameters.map(({ refused, interval95 }) =>
    refused === null && interval95 ? `${roughText(interval95[0], 3)} … ${roughText(interval95[1], 3)}` : "",
  );
  return {
    columns: [...shownColumns(parameters), { name: "95 % interval", unit: "", values: interval }],
    notes: doubts(parameters, warnings),
  };
}

function shownColumns(parameters: SpectrumFit["parameters"]): DataTable["columns"] {
  return [
    { name: "parameter", unit: "", values: parameters.map(({ name }) => name) },
    {
      name: "value",
      unit: "",
      values: parameters.map((p) => (p.refused === null ? p.value : Number.NaN)),
      sigma: parameters.map(({ sigma }) => sigma ?? Number.NaN),
      reasons: parameters.map(reasonOf),
    },
    { name: "unit", unit: "", values: parameters.map(({ unit }) => unitText(unit)) },
  ];
}

/** Warnings that do not stand in the table already. */
function doubts(parameters: SpectrumFit["parameters"], warnings: readonly string[]): string[] {
  return warnings.filter((warning) => !parameters.some((p) => p.refused === warning)).map((text) => capital(text).replaceAll(" -", " −"));
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function mountCircuit(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const body = h("div", { class: "ts-circuit" });
  const heading = h("h3", {}, "Circuit");
  const name = h("span", { class: "ts-legend" });
  const view = h("section", { class: "ts-view", "data-view": "circuit", "aria-label": "Circuit" });
  const context = (): Context | null => contextOf(model.story, model.cursor.state);
  const fit = (): SpectrumFit | null => {
    const c = context();
    const answer = c && shownSpectra(c).current?.spectrum.fit;
    return answer && !("notComputable" in answer) ? answer : null;
  };
  const data = (): DataTable => {
    const found = fit();
    return found ? parameterTable(found) : { columns: [] };
  };
  const tools = toolbar({
    view,
    title: "Circuit",
    name: () => `${(context()?.file.name ?? "thioscope").replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "_")}-circuit`,
    figure: () => null,
    data,
    command: () => {
      const c = context();
      return c ? eisCommand(c, "fit") : "";
    },
    python: (csv) =>
      `${pythonHead(csv)}ax.errorbar(data["parameter"], data["value"], data["value sigma"], fmt="o", ms=3)\nax.set(yscale="log")\nfig.savefig("parameters.pdf")\n`,
  });
  view.append(h("header", { class: "ts-head" }, heading, name, tools.element), body);
  element.append(view);

  let shown = -2;
  function refresh(): void {
    const c = context();
    shown = c ? currentSpectrum(c) : -1;
    const circuit = c?.file.impedance?.circuit;
    const found = fit();
    const spectrum = c && shownSpectra(c).current?.spectrum;
    name.textContent = found && spectrum && (c?.file.impedance?.spectra.length ?? 0) > 1 ? spectrum.name : "";
    if (!circuit || "notComputable" in circuit || !found) {
      const reason =
        circuit && "notComputable" in circuit
          ? circuit.notComputable
          : spectrum && "notComputable" in spectrum.fit
            ? spectrum.fit.notComputable
            : "no spectrum in the rows selected";
      body.replaceChildren(h("p", { class: "ts-nothing ts-refused" }, `not fitted: ${reason}`));
      return;
    }
    body.replaceChildren(
      schematic(circuit.text),
      setRuns(
        h("p", { class: "ts-note" }),
        richText(`${circuit.text}, ${circuit.how}; weights by ${circuit.weights === "unit" ? "ohm" : "modulus"}`),
      ),
      tableElement(shownTable(found), "Parameters of the circuit"),
    );
  }
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      const c = context();
      if (state.file !== before.file || state.brush !== before.brush || (c && currentSpectrum(c) !== shown)) refresh();
    });
  let stop = follow();
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = follow();
      refresh();
    },
    destroy() {
      stop();
      tools.close();
      view.remove();
    },
  };
}
