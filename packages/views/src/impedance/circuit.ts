/** The fitted circuit of the spectrum at the cursor: its drawing, and what the fit says about itself (views/fit). */
import type { FitAccount } from "@thioscope/core/fits";
import type { SpectrumFit } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { DataTable } from "../figure/model.ts";
import type { FitModel } from "../fit/model.ts";
import { mountFit } from "../fit/mountFit.ts";
import { mountMover } from "../fit/mountMover.ts";
import { parameterTable } from "../fit/parameters.ts";
import { toolbar } from "../plot/tools.ts";
import { type Context, contextOf, pythonHead, type StudyModel } from "../study/context.ts";
import { richText, setRuns } from "../text.ts";
import { moverOfSpectrum } from "./moved.ts";
import { schematic } from "./schematic.ts";
import { currentSpectrum, eisCommand, shownSpectra } from "./spectra.ts";

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A story of an older program holds no account: values and warnings then stand alone. */
function accountOf({ parameters, warnings, account }: SpectrumFit): FitAccount {
  return (
    account ?? {
      parameters: parameters.map((p) => ({ ...p, state: "free", refused: p.refused?.replace(`${p.name} `, "") ?? null })),
      correlations: [],
      points: 0,
      degreesOfFreedom: 0,
      chi2Reduced: null,
      doubts: [...new Set([...parameters.flatMap(({ refused }) => refused ?? []), ...warnings])].map((text) => ({
        code: "method",
        text: `${capital(text).replaceAll(" -", " −")}.`,
      })),
      passed: [],
    }
  );
}

/** @param below where parameters, correlations and doubts stand */
export function mountCircuit(element: HTMLElement, below: HTMLElement, first: StudyModel): Mounted<StudyModel> {
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
    return found ? parameterTable(accountOf(found), true) : { columns: [] };
  };
  const fileName = (): string => (context()?.file.name ?? "thioscope").replace(/\.[^.]*$/, "").replace(/[^\w.-]+/g, "_");
  const command = (): string => {
    const c = context();
    return c ? eisCommand(c, "fit") : "";
  };
  const tools = toolbar({
    view,
    title: "Circuit",
    name: () => `${fileName()}-circuit`,
    figure: () => null,
    data,
    command,
    python: (csv) =>
      `${pythonHead(csv)}ax.errorbar(data["parameter"], data["value"], data["value sigma"], fmt="o", ms=3)\nax.set(yscale="log")\nfig.savefig("parameters.pdf")\n`,
  });
  view.append(h("header", { class: "ts-head" }, heading, name, tools.element), body);
  element.append(view);

  const mover = mountMover(below, null);
  const account = mountFit(below, null);
  /** the account whose panel is shown stays the same object until the fit is another one */
  let last: { of: SpectrumFit; model: FitModel } | null = null;
  function modelOf(found: SpectrumFit): FitModel {
    if (last?.of === found) return last.model;
    const shownModel = { account: accountOf(found), name: name.textContent ?? "", file: fileName(), command: command() };
    last = { of: found, model: shownModel };
    return shownModel;
  }

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
      below.hidden = true;
      mover.update(null);
      account.update(null);
      return;
    }
    body.replaceChildren(
      schematic(circuit.text),
      setRuns(
        h("p", { class: "ts-note" }),
        richText(`${circuit.text}, ${circuit.how}; weights by ${circuit.weights === "unit" ? "ohm" : "modulus"}`),
      ),
    );
    below.hidden = false;
    // as it was fitted, not as it is moved
    const measured = c?.file.impedance?.spectra[shown];
    const fitted = measured?.fit;
    mover.update(c && measured ? moverOfSpectrum(model.cursor, c.file, measured, shown) : null);
    account.update(modelOf(fitted && !("notComputable" in fitted) ? fitted : found));
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
      mover.destroy();
      account.destroy();
      tools.close();
      view.remove();
    },
  };
}
