/**
 * Pair distribution functions against PDFgetX3 (its own files, same limits), and lattices of standards against published ones.
 * Ni 3.5239 and Si 5.4307 Å at room temperature, Pb 4.9505 Å (grains of some nanometres in this file) as in the CIF files beside the data.
 */
import { fitSmallBox, gridOf, pairDistribution, transformReduced } from "@thioscope/core/pdf";
import { readCifStructures, readCurve } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

const LAB6 = "pdf/lab6-pdfgetx3";
const misfit = (found: Float64Array, wanted: Float64Array): number => {
  let [above, below] = [0, 0];
  for (let k = 0; k < wanted.length; k++) {
    above += (found[k]! - wanted[k]!) ** 2;
    below += wanted[k]! ** 2;
  }
  return Math.sqrt(above / below);
};
const curve = (path: string) => readCurve(dataSource(path));

describeData("pair distribution functions", () => {
  test("G(r) of a given F(q) is PDFgetX3's: Rw < 0.002", async () => {
    const f = await curve(`${LAB6}/output_LaB6_0p4mm_011_av10_monitor.fq`);
    const g = await curve(`${LAB6}/output_LaB6_0p4mm_011_av10_monitor.gr`);
    expect(f.meta).toMatchObject({ rpoly: "1.5", qmaxinst: "23.4501", composition: "LaB6" });
    const q = { first: f.x[0]!, step: (f.x.at(-1)! - f.x[0]!) / (f.x.length - 1), count: f.x.length };
    const made = transformReduced(q, f.y, null, { qMin: 0, qMax: 23, r: gridOf(0.5, 50, 0.01), lorch: false });
    expect(made.g).toHaveLength(g.y.length);
    expect(misfit(made.g, g.y)).toBeLessThan(0.002);
  });

  test("from the pattern and the capillary with the same limits: Rw < 0.05", async () => {
    const toQ = (twoTheta: Float64Array): Float64Array => twoTheta.map((x) => (4 * Math.PI * Math.sin((x * Math.PI) / 360)) / 0.270793);
    const [raw, empty] = [
      await curve(`${LAB6}/LaB6_0p4mm_011_av10_monitor.xye`),
      await curve(`${LAB6}/0p4mm_capillary_018_av17_monitor.xye`),
    ];
    const wanted = await curve(`${LAB6}/output_LaB6_0p4mm_011_av10_monitor.gr`);
    const pattern = ({ x, y, sigma }: typeof raw) => ({ q: toQ(x), intensity: y, sigma });
    const limits = { qMin: 1, qMax: 23, qMaxInst: 23.4501, rPoly: 1.5, rMin: 0.5, rMax: 50, rStep: 0.01 };
    const found = pairDistribution(pattern(raw), pattern(empty), { composition: "LaB6", ...limits });
    const rw = misfit(found.g, wanted.y);
    expect(rw).toBeLessThan(0.05);
    // the files' own Lorch-free curve is met far closer: only the scale's convention is not known
    expect(rw).toBeLessThan(0.01);
    expect(found.gSigma!.every((s) => s > 0 && s < 0.1)).toBe(true);
  });

  test.each([
    ["ni-q27r60-xray.gr", "ni.cif", 27, 3.5239],
    ["si-q27r60-xray.gr", "si.cif", 27, 5.4307],
  ])("%s: the published lattice within 0.003 Å", async (file, cif, qMax, a) => {
    const { x, y } = await curve(`pdf/gr/${file}`);
    const source = dataSource(`pdf/gr/${cif}`);
    const [structure] = readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), cif);
    const fit = fitSmallBox(structure!, x, y, { qMax, rMax: 20 });
    const found = fit.parameters.find(({ name }) => name === "a")!.value;
    expect(fit.converged).toBe(true);
    expect(fit.rw.value).toBeLessThan(0.1);
    expect("value" in found && Math.abs(found.value - a)).toBeLessThan(0.003);
  });

  test("grains of lead: diameter and lattice; sodium chloride: 5.601 Å, between the room's 5.640 and 5.596 at 80 K", async () => {
    const structureOf = async (cif: string) => {
      const source = dataSource(`pdf/gr/${cif}`);
      return readCifStructures(new TextDecoder().decode(await source.read(0, source.size)), cif)[0]!;
    };
    const value = (fit: ReturnType<typeof fitSmallBox>, name: string): number => {
      const found = fit.parameters.find((p) => p.name === name)!.value;
      return "value" in found ? found.value : Number.NaN;
    };
    const lead = await curve("pdf/gr/pb_100_qmin1.gr");
    const grains = fitSmallBox(await structureOf("pb.cif"), lead.x, lead.y, {
      qMax: 25,
      rMin: 2,
      rMax: 14,
      free: ["scale", "a", "U.Pb", "diameter"],
    });
    expect(Math.abs(value(grains, "a") - 4.9505)).toBeLessThan(0.003);
    expect(value(grains, "diameter")).toBeGreaterThan(15);
    expect(value(grains, "diameter")).toBeLessThan(22);
    const salt = await curve("pdf/gr/NaCl.gr");
    const cold = fitSmallBox(await structureOf("NaCl.cif"), salt.x, salt.y, { qMax: 21, rMax: 20 });
    expect(Math.abs(value(cold, "a") - 5.601)).toBeLessThan(0.003);
  });
});
