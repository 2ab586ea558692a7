/** The same five tools in the same corner of every view: full-screen, table, copy as command, copy as Python, export. */
import { download, h } from "../dom.ts";
import { tableToCsv } from "../figure/csv.ts";
import { FIGURE_PRESETS, type FigurePreset, figureToPng, figureToSvg } from "../figure/export.ts";
import type { DataTable, Figure } from "../figure/model.ts";
import { type Icon, icon } from "./icons.ts";

/** Files of numbers that need a library which a report does not carry. */
const TABLE_FILES = {
  parquet: { label: "Parquet", ending: ".parquet", type: "application/vnd.apache.parquet" },
  hdf5: { label: "HDF5 (NeXus)", ending: ".h5", type: "application/x-hdf5" },
} as const;
export type TableFile = keyof typeof TABLE_FILES;
export type TableWriter = (title: string, table: DataTable, format: TableFile) => Promise<Uint8Array>;

let writer: TableWriter | null = null;

/** From now on views offer these files too. */
export function offerTableFiles(write: TableWriter): void {
  writer = write;
}

/** What the tools act on; asked for when they are used. */
export interface ToolTarget {
  view: HTMLElement;
  title: string;
  /** the exported files' name without ending */
  name(): string;
  /** null for views that are tables only */
  figure(): Figure | null;
  data(): DataTable;
  command(): string;
  python(csvName: string): string;
  /** shows table or plot; absent for views that are tables only */
  toggleTable?(shown: boolean): void;
}

export function toolbar(target: ToolTarget): { element: HTMLElement; close(): void } {
  const said = h("span", { class: "ts-said", role: "status" });
  let silence: ReturnType<typeof setTimeout> | undefined;
  const say = (text: string): void => {
    said.textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => {
      said.textContent = "";
    }, 2600);
  };
  const copy = async (text: string, what: string): Promise<void> =>
    say((await toClipboard(text)) ? `${what} copied` : "The browser does not allow copying here");

  const full = button("fullscreen", "Full screen", () => void toggleFullscreen(target.view));
  const table = button("table", "Show as table", () => {
    const shown = table.getAttribute("aria-pressed") !== "true";
    table.setAttribute("aria-pressed", String(shown));
    table.replaceChildren(icon(shown ? "plot" : "table"));
    label(table, shown ? "Show as plot" : "Show as table");
    target.toggleTable?.(shown);
  });
  table.setAttribute("aria-pressed", target.toggleTable ? "false" : "true");
  table.disabled = !target.toggleTable;
  const command = button("command", "Copy as command", () => void copy(target.command(), "Command"));
  const python = button("python", "Copy as Python", () => void copy(target.python(`${target.name()}.csv`), "Python"));
  const menu = exportMenu(target, say);
  const element = h(
    "div",
    { class: "ts-tools", role: "toolbar", "aria-label": `Tools: ${target.title}` },
    said,
    full,
    table,
    command,
    python,
    menu.element,
  );
  return { element, close: menu.close };
}

function label(element: HTMLElement, text: string): void {
  element.title = text;
  element.setAttribute("aria-label", text);
}

function button(name: Icon, title: string, act: () => void): HTMLButtonElement {
  const element = h("button", { type: "button", class: "ts-tool" }, icon(name));
  label(element, title);
  element.addEventListener("click", act);
  return element;
}

async function toggleFullscreen(view: HTMLElement): Promise<void> {
  if (document.fullscreenElement === view) await document.exitFullscreen();
  else await view.requestFullscreen?.().catch(() => undefined);
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // a report opened from disk may have no clipboard permission: the older way still works there
    const area = h("textarea", { class: "ts-hidden" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function exportMenu(target: ToolTarget, say: (text: string) => void): { element: HTMLElement; close(): void } {
  const failed = (error: unknown): void => say(error instanceof Error ? error.message : String(error));
  const svg = (preset: FigurePreset) => (): void => {
    const figure = target.figure();
    if (figure)
      download(`${target.name()}-${preset}.svg`, new Blob([figureToSvg(figure, target.title, preset)], { type: "image/svg+xml" }));
  };
  const png = (preset: FigurePreset, dotsPerInch: number) => (): void => {
    const figure = target.figure();
    if (figure) figureToPng(figure, preset, dotsPerInch).then((blob) => download(`${target.name()}-${preset}.png`, blob), failed);
  };
  const csv = (): void => download(`${target.name()}.csv`, new Blob([tableToCsv(target.data())], { type: "text/csv" }));
  const table = (write: TableWriter, format: TableFile) => (): void => {
    const { ending, type } = TABLE_FILES[format];
    write(target.title, target.data(), format).then(
      (bytes) => download(`${target.name()}${ending}`, new Blob([bytes as Uint8Array<ArrayBuffer>], { type })),
      failed,
    );
  };
  const plots: [string, () => void][] = [
    ...(Object.keys(FIGURE_PRESETS) as FigurePreset[]).map((preset): [string, () => void] => [
      `SVG, ${FIGURE_PRESETS[preset].label}`,
      svg(preset),
    ]),
    ["PNG, 85 mm at 600 dpi", png("85mm", 600)],
    ["PNG, 170 mm at 300 dpi", png("170mm", 300)],
  ];
  const entries: [string, () => void][] = [...(target.toggleTable ? plots : []), ["CSV with units", csv]];
  const write = writer;
  if (write) for (const format of Object.keys(TABLE_FILES) as TableFile[]) entries.push([TABLE_FILES[format].label, table(write, format)]);
  const list = h("div", { class: "ts-menu", role: "menu", hidden: true });
  const opener = button("export", "Export", () => (list.hidden ? open() : close()));
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  const items = entries.map(([text, act]) => {
    const item = h("button", { type: "button", role: "menuitem", tabindex: "-1" }, text);
    item.addEventListener("click", () => {
      close();
      act();
      opener.focus();
    });
    return item;
  });
  list.append(...items);
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !element.contains(event.target)) close();
  };
  function open(): void {
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    items[0]?.focus();
    document.addEventListener("pointerdown", outside);
  }
  function close(): void {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
  }
  list.addEventListener("keydown", (event) => {
    const i = items.indexOf(document.activeElement as HTMLButtonElement);
    const next = event.key === "ArrowDown" ? i + 1 : event.key === "ArrowUp" ? i - 1 + items.length : -1;
    if (event.key === "Escape") {
      close();
      opener.focus();
    } else if (event.key === "Tab") return close();
    else if (next >= 0) items[next % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const element = h("div", { class: "ts-export" }, opener, list);
  return { element, close };
}
