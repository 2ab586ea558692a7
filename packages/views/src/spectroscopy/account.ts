/** What the fit of the chosen spectrum says about itself, and its parameters under a slider. */
import type { SpectroscopyCurve } from "@thioscope/core/story";
import type { Mounted } from "../dom.ts";
import type { FitModel } from "../fit/model.ts";
import { mountFit } from "../fit/mountFit.ts";
import { mountMover, moverOfCurve } from "../fit/mountMover.ts";
import { movedId } from "../fit/moved.ts";
import type { PartModel } from "../parts/model.ts";
import { chosen } from "./chosen.ts";

type Model = PartModel<"spectroscopy">;

export function mountAccount(element: HTMLElement, first: Model): Mounted<Model> {
  let model = first;
  let shown: SpectroscopyCurve | undefined;
  const mover = mountMover(element, null);
  const fit = mountFit(element, null);

  function refresh(): void {
    const { part, study } = model;
    const curve = chosen({ part, state: study.cursor.state });
    if (curve === shown) return;
    shown = curve;
    mover.update(curve ? moverOfCurve(study.cursor, curve, movedId(part, part.curves.indexOf(curve))) : null);
    element.hidden = !curve?.account;
    fit.update(curve?.account ? modelOf(curve, model) : null);
  }
  let stop = model.study.cursor.subscribe(refresh);
  element.hidden = true;
  refresh();
  return {
    update(next) {
      stop();
      model = next;
      stop = model.study.cursor.subscribe(refresh);
      // another cursor may come with the same curve
      shown = undefined;
      refresh();
    },
    destroy() {
      stop();
      mover.destroy();
      fit.destroy();
    },
  };
}

function modelOf({ account, name }: SpectroscopyCurve, { part }: Model): FitModel {
  const file = `${part.source ?? ""}-${part.step}-${name}`.replace(/^-/, "").replace(/[^\w.-]+/g, "_");
  return { account: account!, name: part.curves.length > 1 ? name : "", file, command: `thioscope ${part.command}` };
}
