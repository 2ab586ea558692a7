import * as h5wasm from "h5wasm/node";
import { expect, test } from "vitest";
import { type NexusDocument, writeNexusData } from "./writeNexusData.ts";

const MAP: NexusDocument = {
  title: "A map",
  data: [
    {
      name: "stress / MPa",
      title: "Stress",
      signal: "stress",
      axes: ["position", "time"],
      fields: [
        { name: "position", unit: "um", values: [0, 1, 2] },
        { name: "time", unit: "h", values: [0, 1, 2, 3] },
        { name: "stress", unit: "MPa", values: [1, 2, 3, 4, 5, Number.NaN], shape: [2, 3], errors: [1, 1, 1, 1, 1, 1] },
        { name: "phase", unit: "", values: ["Na2S", "β-Na₂S₂"] },
      ],
    },
    {
      name: "stress_MPa",
      title: "Of the same name",
      signal: "y",
      axes: [null],
      auxiliary: ["fit of y"],
      fields: ["y", "fit of y"].map((name) => ({ name, unit: "V", values: Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i)) })),
    },
  ],
  process: { program: "p", version: "1", date: "2026-11-21T00:00:00Z", record: { a: [1, "β"] } },
};

async function opened(document: NexusDocument): Promise<h5wasm.File> {
  const { FS } = await h5wasm.ready;
  FS.writeFile("/test.nxs", await writeNexusData(document));
  return new h5wasm.File("/test.nxs", "r");
}

test("maps with edges, errors and texts; names told apart; what made it", async () => {
  const file = await opened(MAP);
  const attribute = (path: string, name: string): unknown => (path === "/" ? file : (file.get(path) as h5wasm.Group)).attrs[name]?.value;
  const at = (path: string): h5wasm.Dataset => file.get(path) as h5wasm.Dataset;
  expect([attribute("/", "default"), attribute("/entry", "default"), attribute("/entry", "NX_class")]).toEqual([
    "entry",
    "stress_MPa",
    "NXentry",
  ]);
  expect([attribute("/entry/stress_MPa", "signal"), attribute("/entry/stress_MPa", "axes")]).toEqual(["stress", ["position", "time"]]);
  expect([at("/entry/stress_MPa/stress").shape, at("/entry/stress_MPa/stress_errors").shape]).toEqual([
    [2, 3],
    [2, 3],
  ]);
  expect(Array.from(at("/entry/stress_MPa/stress").value as Float64Array)).toEqual([1, 2, 3, 4, 5, Number.NaN]);
  expect([attribute("/entry/stress_MPa/time", "units"), attribute("/entry/stress_MPa/stress", "long_name")]).toEqual(["h", "stress (MPa)"]);
  expect(at("/entry/stress_MPa/phase").value).toEqual(["Na2S", "β-Na₂S₂"]);
  expect((at("/entry/stress_MPa_2/y").value as Float64Array)[4999]).toBe(Math.sin(4999));
  expect(attribute("/entry/stress_MPa_2", "axes")).toEqual(["."]);
  expect(attribute("/entry/stress_MPa_2", "auxiliary_signals")).toEqual(["fit_of_y"]);
  expect(JSON.parse(at("/entry/process/record/data").value as string)).toEqual({ a: [1, "β"] });
  file.close();
});

test("the same results are the same bytes", async () => {
  expect(await writeNexusData(MAP)).toEqual(await writeNexusData(MAP));
});

test("what does not fit is refused with its name", async () => {
  const broken = (change: object): Promise<Uint8Array> => writeNexusData({ title: "x", data: [{ ...MAP.data[0]!, ...change }] });
  await expect(broken({ signal: "strain" })).rejects.toThrow(/no field "strain"/);
  await expect(broken({ axes: ["time", "position"] })).rejects.toThrow(/axis "time" has 4 values, "stress" has 2/);
  await expect(broken({ auxiliary: ["time"] })).rejects.toThrow(/"time" has another shape than "stress"/);
  await expect(broken({ axes: ["time"] })).rejects.toThrow(/1 axes for 2 dimensions/);
  await expect(broken({ fields: [{ name: "stress", unit: "", values: [1], shape: [2] }] })).rejects.toThrow(/has 1 values/);
});
