/** Both definitions called NXxas and a plain scan of the ESRF, written with the HDF5 library and read back. */
import type { Group, File as H5File } from "h5wasm";
import { expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { loadHdf5 } from "../images/hdf5/library.ts";
import { readAbsorption } from "./readAbsorption.ts";

let written = 0;

async function file(fill: (file: H5File) => void): Promise<ReturnType<typeof sourceOfBytes>> {
  const hdf5 = await loadHdf5();
  const path = `/xas-${++written}.h5`;
  const own = new hdf5.h5.File(path, "w");
  fill(own);
  own.close();
  const bytes = hdf5.files.readFile(path).slice();
  hdf5.files.unlink(path);
  return sourceOfBytes("scan.h5", bytes);
}

function group(parent: H5File | Group, name: string, nxClass: string): Group {
  const own = parent.create_group(name)!;
  own.create_attribute("NX_class", nxClass);
  return own;
}

const numbers = (parent: Group, name: string, data: Float64Array, shape = [data.length], unit?: string): void => {
  const dataset = parent.create_dataset({ name, data, shape, dtype: "<d" });
  if (unit) dataset.create_attribute("units", unit);
};

const ENERGY = Float64Array.from({ length: 40 }, (_, i) => 2460 + i);
const MU = ENERGY.map((e) => 0.2 + 1 / (1 + Math.exp(2472 - e)));
const I0 = ENERGY.map(() => 1000);

test("the official definition: incoming and absorbed beams, energy of the monochromator in keV", async () => {
  const source = await file((root) => {
    const entry = group(root, "entry", "NXentry");
    entry.create_dataset({ name: "definition", data: "NXxas" });
    entry.create_dataset({ name: "title", data: "sulfur" });
    entry.create_dataset({ name: "start_time", data: "2026-01-15T08:00:00Z" });
    const instrument = group(entry, "instrument", "NXinstrument");
    numbers(
      group(instrument, "monochromator", "NXmonochromator"),
      "energy",
      ENERGY.map((e) => e / 1000),
      [40],
      "keV",
    );
    numbers(group(instrument, "incoming_beam", "NXdetector"), "data", I0);
    numbers(
      group(instrument, "absorbed_beam", "NXdetector"),
      "data",
      MU.map((m, i) => I0[i]! * Math.exp(-m)),
    );
  });
  const { scans, format } = await readAbsorption(source);
  expect(format).toBe("nxxas");
  expect(scans).toHaveLength(1);
  expect(scans[0]).toMatchObject({ name: "sulfur", mode: "transmission", startSecond: Date.UTC(2026, 0, 15, 8) / 1000 });
  expect(scans[0]!.energy[3]).toBeCloseTo(2463, 9);
  expect(scans[0]!.mu[20]).toBeCloseTo(MU[20]!, 9);
});

test("the contributed definition: element, edge, and a matrix of spectra over energies", async () => {
  const source = await file((root) => {
    const entry = group(root, "entry", "NXentry");
    entry.create_dataset({ name: "element", data: "S" });
    entry.create_dataset({ name: "edge", data: "K" });
    const data = group(entry, "data", "NXdata");
    numbers(data, "energy", ENERGY, [40], "eV");
    numbers(data, "data", Float64Array.from([...MU, ...MU.map((m) => 2 * m)]), [2, 40]);
  });
  const { scans } = await readAbsorption(source);
  expect(scans).toHaveLength(2);
  expect(scans[1]).toMatchObject({ element: "S", edge: "K" });
  expect(scans[1]!.mu[5]).toBeCloseTo(2 * MU[5]!, 12);
});

test("a scan of counters; a file that holds none is refused", async () => {
  const source = await file((root) => {
    const measurement = group(group(root, "1.1", "NXentry"), "measurement", "NXcollection");
    numbers(measurement, "energy", ENERGY, [40], "eV");
    numbers(measurement, "I0", I0);
    numbers(
      measurement,
      "fluor_S",
      MU.map((m) => 3 * m),
    );
  });
  const { scans } = await readAbsorption(source);
  expect(scans[0]).toMatchObject({ mode: "fluorescence", how: "fluor_S/I0" });
  const empty = await file((root) => {
    numbers(group(root, "entry", "NXentry"), "x", ENERGY);
  });
  await expect(readAbsorption(empty)).rejects.toMatchObject({ code: "FILE_FOREIGN" });
});
