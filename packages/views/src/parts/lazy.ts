/** A view whose code is fetched when it is first needed: its place says so until it is there. */
import type { PartKind } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import type { PartModel } from "./model.ts";

type Mount<Kind extends PartKind> = (element: HTMLElement, model: PartModel<Kind>) => Mounted<PartModel<Kind>>;

export function lazily<Kind extends PartKind>(fetch: () => Promise<Mount<Kind>>): Mount<Kind> {
  return (element, first) => {
    let model = first;
    let view: Mounted<PartModel<Kind>> | null = null;
    let isGone = false;
    const waiting = h("p", { class: "ts-nothing", role: "status" }, "Loading the view …");
    element.append(waiting);
    fetch().then(
      (mount) => {
        waiting.remove();
        if (!isGone) view = mount(element, model);
      },
      (error: unknown) => {
        waiting.textContent = `The view could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
      },
    );
    return {
      update(next) {
        model = next;
        view?.update(next);
      },
      destroy() {
        isGone = true;
        waiting.remove();
        view?.destroy();
      },
    };
  };
}
