/** The few DOM helpers that all views share, and what every view is. */

/** A mounted view: give it a new model, or take it away with all its listeners. */
export interface Mounted<Model> {
  update(model: Model): void;
  destroy(): void;
}

type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** `<tag attributes>children</tag>`; attributes that are false or undefined are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function s(tag: string, attributes: Readonly<Record<string, string | number>> = {}, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Whether the cursor is at an entry of a list, and whether it is what the views are narrowed to. Only what changes is written: lists are long, the cursor moves with every frame. */
export function markPlace(button: HTMLElement, { isHere, isPressed }: { isHere: boolean; isPressed: boolean }): void {
  if (button.classList.contains("ts-here") !== isHere) button.classList.toggle("ts-here", isHere);
  if (button.getAttribute("aria-pressed") !== String(isPressed)) button.setAttribute("aria-pressed", String(isPressed));
}

/** Calls `draw` once in the next frame however often it is asked. */
export function onNextFrame(draw: () => void): { ask(): void; cancel(): void } {
  let pending = 0;
  return {
    ask() {
      if (pending === 0)
        pending = requestAnimationFrame(() => {
          pending = 0;
          draw();
        });
    },
    cancel() {
      cancelAnimationFrame(pending);
      pending = 0;
    },
  };
}

/** A frame at 60 per second has 16 ms; what takes turns leaves the rest of it to drawing and to the pointer. */
const TURN_MILLISECOND = 4;
const waiting = new Set<() => void>();
let nextTurn = 0;

function takeTurns(): void {
  nextTurn = 0;
  const began = performance.now();
  for (const work of waiting) {
    waiting.delete(work);
    work();
    if (performance.now() - began > TURN_MILLISECOND) break;
  }
  if (waiting.size > 0) nextTurn = requestAnimationFrame(takeTurns);
}

/**
 * Calls `work` in one of the next frames, once however often it is asked: views that all follow one change take turns, so that no frame has
 * to hold them all.
 */
export function inTurn(work: () => void): { ask(): void; cancel(): void } {
  return {
    ask() {
      waiting.add(work);
      if (nextTurn === 0) nextTurn = requestAnimationFrame(takeTurns);
    },
    cancel() {
      waiting.delete(work);
    },
  };
}

/** Hands a file to the user's downloads. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
