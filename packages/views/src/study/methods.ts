/** How the results were made, in prose that a paper can carry, with its references. */
import { h, type Mounted } from "../dom.ts";
import { richText, setRuns } from "../text.ts";
import type { StudyModel } from "./context.ts";

export function mountMethods(element: HTMLElement, first: StudyModel): Mounted<StudyModel> {
  const view = h("section", { class: "ts-methods", "aria-label": "Methods" });
  element.append(view);
  const refresh = ({ story: { methods } }: StudyModel): void => {
    view.hidden = !methods;
    if (!methods) return;
    const paragraph = ({ heading, text }: { heading: string; text: string }): HTMLElement => {
      const own = setRuns(h("span"), richText(text));
      return h("p", {}, h("strong", {}, `${heading}. `), own);
    };
    view.replaceChildren(
      h("h3", {}, "Methods"),
      ...methods.paragraphs.map(paragraph),
      h(
        "ol",
        {},
        ...methods.references.map(({ text, doi }) =>
          h(
            "li",
            {},
            doi === undefined ? text : `${text}, `,
            doi === undefined ? null : h("a", { href: `https://doi.org/${doi}` }, `doi:${doi}`),
          ),
        ),
      ),
    );
  };
  refresh(first);
  return { update: refresh, destroy: () => view.remove() };
}
