/** Figures of the cell model. Expected: the numbers of the part, and the model's own at what the sliders say. */
import { cellModelContent, solveCell } from "@thioscope/core/cellmodel";
import type { PlacedPart, Story } from "@thioscope/core/story";
import { beforeAll, expect, test } from "vitest";
import { createCursor } from "../cursor.ts";
import type { LineMark, MapMark } from "../figure/model.ts";
import { offerModels } from "../parts/live.ts";
import { solveModel } from "../parts/solveModel.ts";
import { CURVE, DQDV, FIELDS, PHASES } from "./figures.ts";
import { idOf, questionAt, RATE } from "./solve.ts";

offerModels(solveModel);

type CellPart = Extract<PlacedPart, { kind: "cellmodel" }>;

let part: CellPart;
beforeAll(() => {
  part = {
    step: "simulate.cell",
    source: null,
    title: "Model of the cathode",
    files: [],
    run: null,
    runFile: null,
    sentences: [],
    notices: [],
    command: 'simulate cell na-s-nps --rate "100 mA/g" --cells 12',
    ...cellModelContent({ model: "na-s-nps", rate: "100 mA/g", with: [], values: {}, energies: null, cells: 12 }),
  };
});

const FILE = {
  name: "measured.mpt",
  bases: [{ unit: "mAh/g", label: "", factor: 500, relativeSigma: 0 }],
  halfCycles: [
    {
      direction: "discharge",
      rows: { file: 0, first: 0, last: 2 },
      capacityMilliampereHour: [0, 1, 2],
      voltageVolt: [1.8, 1.5, 0.6],
      dqdv: { voltageVolt: [1, 1.5], milliampereHourPerVolt: [-1, -2], sigma: [] },
    },
  ],
};

const at = (choices: Record<string, string> = {}, files: unknown[] = []) => ({
  part,
  story: { files } as unknown as Story,
  state: createCursor({ choices }).state,
  run: null,
});

const lines = (context: ReturnType<typeof at>): LineMark[] =>
  CURVE.figure(context).panels[0]!.marks.filter((m): m is LineMark => m.kind === "line");

test("the curve stands before the measured file and the band of the other energy sets; what was calibrated is said", () => {
  const drawn = lines(at({}, [FILE]));
  // the measured discharge, two other sets, discharge and charge
  expect(drawn).toHaveLength(5);
  expect(Array.from(drawn[0]!.x)).toEqual([0, 500, 1000]);
  expect(drawn.at(-2)!.y).toBe(part.solved.halves[0]!.volt);
  expect(CURVE.figure(at()).note).toMatch(/^Calibrated/);
  expect(DQDV.figure(at({}, [FILE])).legend[0]!.label).toBeDefined();
});

test("sliders run the model anew, and the command says so", () => {
  const context = at({ [RATE]: "50", [idOf("temperature")]: "90" });
  const question = questionAt(part, context.state);
  expect(question).toMatchObject({ rate: "50 mA/g", values: { temperature: 90 }, cells: 12 });
  const drawn = lines(context);
  expect(Array.from(drawn.at(-2)!.y)).toEqual(solveCell(question).halves[0]!.volt);
  expect(CURVE.command(context)).toBe('thioscope simulate cell na-s-nps --rate "50 mA/g" --set "temperature=90" --cells 12');
  expect(CURVE.command(at())).toBe('thioscope simulate cell na-s-nps --rate "100 mA/g" --cells 12');
  // values that the model refuses are said in place of a curve
  expect(CURVE.figure(at({ [idOf("sulfurLoading")]: "-1" })).empty).toMatch(/\S/);
});

test("maps have the depth from the separator up and all phases to choose from", () => {
  const map = (choices = {}) => PHASES.figure(at(choices)).panels[0]!.marks.find((m): m is MapMark => m.kind === "map")!;
  expect(map().values).toBe(part.solved.phases.at(-1)!.amount);
  expect(map({ "cellmodel.phase": "Na2S4" }).values).toBe(part.solved.phases.find((p) => p.formula === "Na2S4")!.amount);
  expect(map().values.length).toBe((map().x.length - 1) * (map().y.length - 1));
  for (let k = 1; k < map().x.length; k++) expect(map().x[k]).toBeGreaterThan(map().x[k - 1]!);
  expect(PHASES.figure(at()).note).toContain("separator");
  const pressure = FIELDS.figure(at({ "cellmodel.field": "pressure" }));
  expect(pressure.panels[0]!.marks[0]).toMatchObject({ values: part.solved.pressure });
  expect(pressure.note).toContain("MPa");
});
