/** Figures of plating around a defect. Expected: the numbers of the part, and the model's own at what the sliders say. */
import { depositionContent, depositionPicture } from "@thioscope/core/deposition";
import type { PlacedPart, Story } from "@thioscope/core/story";
import { beforeAll, expect, test } from "vitest";
import { createCursor } from "../cursor.ts";
import type { LineMark, MapMark } from "../figure/model.ts";
import { offerModels } from "../parts/live.ts";
import { solveModel } from "../parts/solveModel.ts";
import { GROWTH, INTERFACE, MAPS, SIZES } from "./figures.ts";
import { FILLED, SLIDER } from "./solve.ts";

offerModels(solveModel);

type DepositionPart = Extract<PlacedPart, { kind: "deposition" }>;

let part: DepositionPart;
beforeAll(() => {
  part = {
    step: "simulate.deposition",
    source: null,
    title: "Plating around a defect",
    files: [],
    run: null,
    runFile: null,
    sentences: [],
    notices: [],
    command: 'simulate deposition --pore "10 µm"',
    ...depositionContent({ radius: "10 µm" }),
  };
});

const at = (choices: Record<string, string> = {}) => ({
  part,
  story: { files: [] } as unknown as Story,
  state: createCursor({ choices }).state,
  run: null,
});

test("maps of both electrolytes have one scale, mirrored halves, and no value in the metal", () => {
  const { panels, note } = MAPS.figure(at());
  expect(panels).toHaveLength(2);
  const maps = panels.map(({ marks }) => marks.find((m): m is MapMark => m.kind === "map")!);
  expect(maps[0]!.scale).toEqual(maps[1]!.scale);
  expect(note).toContain("Na3PS4 19.8 µm");
  const values = Array.from(maps[0]!.values);
  const columns = maps[0]!.x.length - 1;
  expect(values.slice(0, columns)).toEqual(values.slice(0, columns).toReversed());
  // the lowest row in the middle is metal, the corner is not
  expect(values[columns / 2]).toBeNaN();
  expect(values[0]).toBeGreaterThan(0);
  // far above the pore the current density is the applied one
  const current = MAPS.figure(at({ "deposition.quantity": "current" })).panels[0]!.marks.find((m): m is MapMark => m.kind === "map")!;
  expect(Array.from(current.values).at(-1)).toBeCloseTo(1, 1);
});

test("the current along the interface begins at the tip with the hot spot and follows the sliders", () => {
  const lines = (choices = {}) => INTERFACE.figure(at(choices)).panels[0]!.marks.filter((m): m is LineMark => m.kind === "line");
  expect(lines()[0]!.y[0]).toBeCloseTo(part.solved.electrolytes[0]!.forms[0]!.hotSpot.value, 12);
  const larger = lines({ [SLIDER.radius]: "30 µm" });
  expect(larger[0]!.y[0]).toBe(depositionPicture({ radius: "30 µm" }).electrolytes[0]!.forms[0]!.ratio[0]);
  // with a pressure there are both forms of every electrolyte
  expect(lines({ [SLIDER.pressure]: "100 MPa" })).toHaveLength(4);
  expect(INTERFACE.command(at({ [SLIDER.radius]: "30 µm" }))).toBe("thioscope simulate deposition --pore '30 µm'");
});

test("a pore filled in part: no current on the wall above the metal, the map says where the electrolyte ends", () => {
  const lines = INTERFACE.figure(at({ [FILLED]: "0.5" })).panels[0]!.marks.filter((m): m is LineMark => m.kind === "line");
  const whole = depositionPicture({ defect: "partly-filled", radius: "10 µm", depth: "10 µm", level: "5 µm" });
  expect(lines[0]!.y[0]).toBe(whole.electrolytes[0]!.forms[0]!.ratio[0]);
  // the first metal lies a third of a quarter of the circumference and more from the axis
  expect(lines[0]!.x[0]).toBeCloseTo((Math.PI / 3) * 10, 1);
});

test("what cannot be solved says why, in place of the plot", () => {
  expect(INTERFACE.figure(at({ [SLIDER.radius]: "300 µm" })).empty).toContain("does not fit");
});

test("sizes and growth are those of the step, also as tables", () => {
  const sizes = SIZES.figure(at()).data().columns;
  expect(sizes.map((c) => c.name)).toEqual(["radius", "Na3PS4", "Na3SbS4"]);
  expect(sizes[1]!.values).toHaveLength(7);
  const growth = GROWTH.figure(at());
  expect(growth.panels).toHaveLength(3);
  expect(growth.note).toMatch(/Na3PS4: .*critical current/);
});
