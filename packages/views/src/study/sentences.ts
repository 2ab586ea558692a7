/** The story: a sentence per event; each number is a link to its rows. */
import type { RowRange, Sentence } from "@thioscope/core/story";
import { h, type Mounted } from "../dom.ts";
import { readingText, richText, setRuns } from "../text.ts";
import type { StudyModel } from "./context.ts";

/** Shows the rows of a number in all views: the cursor at their start, the brush around them. */
export function showRows(model: StudyModel, from: RowRange): void {
  const rows = model.story.files[from.file]?.rows ?? 0;
  const all = from.first <= 0 && from.last >= rows - 1;
  const brush = from.last > from.first && !all ? { first: from.first, last: from.last } : null;
  model.cursor.set({ file: from.file, row: from.first, pinned: true, brush });
}

/** The address of rows on this page: "#rows=0:812-1304". */
function hashOfRows({ file, first, last }: RowRange): string {
  return `#rows=${file}:${first}-${last}`;
}

/** The rows that an address names; null for any other. */
export function rowsOfHash(hash: string): RowRange | null {
  const match = /^#rows=(\d+):(\d+)-(\d+)$/.exec(hash);
  return match ? { file: Number(match[1]), first: Number(match[2]), last: Number(match[3]) } : null;
}

/** Sentences from which a story is folded, and how many of it stand before. */
const LONG_STORY = 48;
const SHOWN_OF_LONG = 24;

/**
 * @param which sentences are told; all without it. Asked again when another file is shown
 * @param leads sentences that say what all others together mean: where there are some, they stand alone and the others are folded away
 */
export function mountSentences(
  element: HTMLElement,
  first: StudyModel,
  which: (sentence: Sentence) => boolean = () => true,
  leads: (sentence: Sentence, story: StudyModel["story"]) => boolean = () => false,
): Mounted<StudyModel> {
  let model = first;
  const list = h("ol", { class: "ts-sentences" });
  const summary = h("summary", {});
  const rest = h("ol", { class: "ts-sentences" });
  const fold = h("details", { class: "ts-story-rest" }, summary, rest);
  const view = h("section", { class: "ts-story", "aria-label": "The story" }, h("h3", {}, "The story"), list, fold);
  element.append(view);

  function sentence(of: Sentence): HTMLElement {
    const item = h("li");
    for (const part of of.parts) {
      if (typeof part === "string") {
        const text = h("span");
        item.append(setRuns(text, richText(part)));
        continue;
      }
      const { quantity, from, note } = part;
      const text = readingText(quantity);
      if (!from) {
        item.append(setRuns(h("span", { class: "ts-number", title: note }), richText(text)));
        continue;
      }
      const rows = `rows ${from.first}–${from.last} of ${model.story.files[from.file]?.name ?? `file ${from.file + 1}`}`;
      const link = h("a", { href: hashOfRows(from), class: "ts-number ts-link", title: note ? `${note}; ${rows}` : rows });
      setRuns(link, richText(text));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        showRows(model, from);
      });
      item.append(link);
    }
    return item;
  }
  function refresh(): void {
    const told = model.story.sentences.filter(which);
    const leading = told.filter((one) => leads(one, model.story));
    // without leading ones a long story begins, and the rest unfolds
    const first = leading.length > 0 ? leading : told.length > LONG_STORY ? told.slice(0, SHOWN_OF_LONG) : told;
    const others = told.filter((one) => !first.includes(one));
    list.replaceChildren(...first.map(sentence));
    rest.replaceChildren(...others.map(sentence));
    const what = leading.length > 0 ? "What each run and each instrument shows" : "The rest";
    summary.textContent = others.length > 0 ? `${what}: ${others.length} sentences` : "";
    fold.hidden = others.length === 0;
    view.hidden = told.length === 0;
  }
  const follow = (): (() => void) =>
    model.cursor.subscribe((state, before) => {
      if (state.file !== before.file) refresh();
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
      view.remove();
    },
  };
}
