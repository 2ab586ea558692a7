/** The page asks for what a frame of a calibrant does not say, and has its rings found; then the geometry can be taken away. */
import { CALIBRANT_NAMES } from "@thioscope/core/crystal";
import { download, h, type Mounted } from "../dom.ts";
import type { PartModel } from "../parts/model.ts";

type Model = PartModel<"diffraction">;

/** At 87.1 keV: where operando experiments on whole cells are made. */
const USUAL = { energy: "87.1", pixel: "200" };

export function mountCalibration(element: HTMLElement, first: Model): Mounted<Model> {
  let model = first;
  const field = (name: string, unit: string, control: HTMLElement): HTMLElement =>
    h("label", { class: "ts-setting" }, h("span", {}, unit === "" ? name : `${name} (${unit})`), control);
  const number = (value: string, label: string): HTMLInputElement =>
    h("input", { type: "number", min: "0", step: "any", value, "aria-label": label, required: true });
  const frame = h("select", { "aria-label": "Frame" });
  const calibrant = h("select", { "aria-label": "Calibrant" }, ...CALIBRANT_NAMES.map((name) => h("option", { value: name }, name)));
  const energy = number(USUAL.energy, "Energy in keV");
  const pixel = number(USUAL.pixel, "Pixel in µm");
  const find = h("button", { type: "submit", class: "ts-switch" }, "Find the rings");
  const save = h("button", { type: "button", class: "ts-switch", title: "the geometry as a PONI file" }, "Save geometry.poni");
  const form = h(
    "form",
    { class: "ts-sliders", "aria-label": "Calibration" },
    field("Frame", "", frame),
    field("Calibrant", "", calibrant),
    field("Energy", "keV", energy),
    field("Pixel", "µm", pixel),
    find,
    save,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find.textContent = "Looking for rings…";
    model.study.findRings?.({
      file: Number(frame.value),
      calibrant: calibrant.value,
      energyKeV: Number(energy.value),
      pixelMicrometre: Number(pixel.value),
    });
  });
  save.addEventListener("click", () => {
    const { calibration } = model.part;
    if (calibration) download("geometry.poni", new Blob([calibration.poni], { type: "text/plain" }));
  });
  element.append(form);

  /** What files state of themselves, or say in their names. */
  function propose(): void {
    const { part } = model;
    energy.value = String(part.stated?.energyKeV ?? USUAL.energy);
    pixel.value = String(part.stated?.pixelMicrometre ?? USUAL.pixel);
    const named = CALIBRANT_NAMES.find((name) => part.files.some((file) => file.name.toLowerCase().includes(name.toLowerCase())));
    if (named) calibrant.value = named;
  }

  function refresh(): void {
    const { part, study } = model;
    const names = part.files.map(({ name }) => name);
    if (names.join("\n") !== Array.from(frame.options, (option) => option.textContent).join("\n")) {
      frame.replaceChildren(...names.map((name, i) => h("option", { value: String(i) }, name)));
      propose();
    }
    find.textContent = "Find the rings";
    // what was read elsewhere has its geometry from there
    const canFind = study.findRings !== undefined;
    for (const control of [frame, calibrant, energy, pixel]) control.parentElement!.hidden = !canFind;
    find.hidden = !canFind;
    save.hidden = part.calibration === null;
    form.hidden = !canFind && part.calibration === null;
  }
  refresh();
  return {
    update(next) {
      model = next;
      refresh();
    },
    destroy: () => form.remove(),
  };
}
