import type { Figure } from "@thioscope/views";
import { expect, test } from "vitest";
import { figureData } from "./figureData.ts";

const line = (x: number[], y: number[], more: object = {}) => ({ kind: "line" as const, x, y, tone: "first" as const, ...more });
const figure = (marks: readonly object[], legend: Figure["legend"] = []): Figure =>
  ({
    x: { label: [{ text: "Time (h)", shift: 0 }], min: 0, max: 1 },
    panels: [{ weight: 1, left: { label: [{ text: "Voltage (V)", shift: 0 }], min: 0, max: 1 }, marks }],
    legend,
  }) as unknown as Figure;
const label = (text: string) => [{ text, shift: 0 as const }];

test("pieces of one line become one; a line that starts anew stands alone", () => {
  const data = figureData("trace", "A run", figure([line([0, 1], [1, 2]), line([1, 2], [2, 3]), line([0, 2], [5, 6])]));
  expect(data.map(({ fields }) => fields.map(({ values }) => [...(values as Float64Array)]))).toEqual([
    [
      [0, 1, 1, 2],
      [1, 2, 2, 3],
    ],
    [
      [0, 2],
      [5, 6],
    ],
  ]);
  expect(data[0]).toMatchObject({ signal: "Voltage", axes: ["Time"], fields: [{ unit: "h" }, { unit: "V" }] });
});

test("curves over the same places stand together, what was measured first, by the names of the legend", () => {
  const x = [0, 1, 2];
  const marks = [
    line(x, [0, 0, 0], { dash: true, tone: "quiet" }),
    { kind: "points", x, y: [1, 2, 3], sigma: [1, 1, 1], tone: "quiet", shape: "disc" },
    line(x, [1, 2, 2]),
  ];
  const legend: Figure["legend"] = [
    { label: label("fit"), tone: "first", as: "line" },
    { label: label("background"), tone: "quiet", as: "dash" },
  ];
  const [data, ...none] = figureData("fit", "A fit", figure(marks, legend));
  expect(none).toEqual([]);
  expect(data).toMatchObject({ signal: "Voltage", auxiliary: ["background", "fit"] });
  expect(data!.fields.map(({ name }) => name)).toEqual(["Time", "Voltage", "background", "fit"]);
  expect(data!.fields[1]!.errors).toEqual(Float64Array.of(1, 1, 1));
});
