/** What the fits of the peaks in focus say about themselves: discharge and charge of the cycle whose peaks are drawn. */
import type { HalfCycleCurve } from "@thioscope/core/story";
import { h, inTurn, type Mounted } from "../dom.ts";
import type { FitModel } from "../fit/model.ts";
import { mountFit } from "../fit/mountFit.ts";
import { type Context, contextOf, type StudyModel, shellWord } from "./context.ts";
import { cycleInFocus, showsPeaks } from "./peaks.ts";

const DIRECTIONS = ["discharge", "charge"] as const;

export function mountPeakFits(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  let model = first;
  const fits = DIRECTIONS.map((direction) => {
    const place = h("div");
    element.append(place);
    return { direction, fit: mountFit(place, null), shown: null as HalfCycleCurve | null };
  });

  function refresh(): void {
    const c = contextOf(model.story, model.cursor.state);
    const focus = c && showsPeaks(c) ? cycleInFocus(c) : null;
    for (const entry of fits) {
      const half = c?.file.halfCycles.find(({ cycle, direction }) => cycle === focus && direction === entry.direction) ?? null;
      if (half === entry.shown) continue;
      entry.shown = half;
      entry.fit.update(c && half ? modelOf(c, half) : null);
    }
  }
  const later = inTurn(refresh);
  const follow = (): (() => void) => model.cursor.subscribe(later.ask);
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
      later.cancel();
      for (const { fit } of fits) fit.destroy();
    },
  };
}

function modelOf({ file }: Context, { cycle, direction, peaks }: HalfCycleCurve): FitModel | null {
  if (!peaks || "notComputable" in peaks || !peaks.account) return null;
  const name = `cycle ${cycle}, ${direction}`;
  const plain = file.name.replace(/\.[^.]*$/, "");
  return {
    account: peaks.account,
    name,
    file: `${plain}-${name}`.replace(/[^\w.-]+/g, "_"),
    command: `thioscope dqdv ${shellWord(file.name)} --peaks`,
  };
}
