/**
 * Real patterns of laboratories, read and refined: LaB6 against the certificates (SRM 660a 4.15692 Å, 660c 4.156826 Å, which differ less than the limit), fluorapatite against the
 * refinement that GSAS wrote beside its data, and what other files say of themselves.
 */
import { phaseStructure, radiationOf, spaceGroup, tiedParameters, unitCell } from "@thioscope/core/crystal";
import { refinePattern } from "@thioscope/core/powder";
import { readPattern } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

const POWDER = "xrd/powder-1d";
const pattern = (name: string) => readPattern(dataSource(`${POWDER}/${name}`));

describeData("powder patterns of laboratories", () => {
  test("LaB6 on a diffractometer with a strip detector, both copper lines: a within 0.0002 Å of the certificate, the misfit that of the counts", async () => {
    const { x, y, sigma } = await pattern("LaB6_d500_si_psd.xye.bz2");
    const kept = [...x.keys()].filter((k) => x[k]! > 20 && x[k]! < 149);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (k) => values[k]!);
    const { wavelengthAngstrom, doublet } = radiationOf("CuKa")!;
    const fit = refinePattern({ twoTheta: pick(x), intensity: pick(y), sigma: sigma && pick(sigma) }, [phaseStructure("LaB6")], {
      wavelengthAngstrom,
      doublet: doublet!,
      method: "pawley",
      free: ["zero", "height", "u", "v", "w", "x", "y", "axial"],
      background: 10,
    });
    expect(fit.converged).toBe(true);
    const a = fit.phases[0]!.cell[0]!;
    expect(Math.abs(a.value - 4.15692)).toBeLessThan(2e-4);
    expect(a.sigma!).toBeLessThan(5e-5);
    expect(fit.rwp.value / fit.rexp.value).toBeLessThan(1.05);
  });

  test("LaB6, Bruker RAW1.01 with its own wavelengths: a within 0.0002 Å", async () => {
    const { x, y, wavelengthAngstrom, doublet, format, meta } = await pattern("LaB6_Jan2018.raw");
    expect(format).toBe("Bruker RAW, RAW1.01");
    expect(meta.anode).toBe("Cu");
    expect([x.length, x[0], wavelengthAngstrom]).toEqual([3040, 10, 1.5406]);
    expect(doublet).toEqual({ wavelengthAngstrom: 1.54439, ratio: 0.5 });
    const fit = refinePattern({ twoTheta: x, intensity: y, sigma: null }, [phaseStructure("LaB6")], {
      wavelengthAngstrom: wavelengthAngstrom!,
      doublet: doublet!,
      method: "pawley",
      free: ["zero", "w", "x", "y", "axial"],
      background: 10,
    });
    expect(Math.abs(fit.phases[0]!.cell[0]!.value - 4.15689)).toBeLessThan(2e-4);
  });

  test("fluorapatite: the cell of the refinement that GSAS wrote, within 0.0001 Å", async () => {
    const { x, y, sigma } = await pattern("FAP.XRA");
    const group = spaceGroup("P 63/m");
    const site = (label: string, element: string, position: [number, number, number], uIso: number) => ({
      label,
      element,
      charge: 0,
      position,
      occupancy: 1,
      uIso,
      uAniso: null,
    });
    // the atoms of the .EXP file
    const apatite = {
      name: "fluorapatite",
      source: "FAP.EXP",
      cell: unitCell([9.3717, 9.3717, 6.8859, 90, 90, 120], null, tiedParameters(group)),
      group,
      sites: [
        site("Ca1", "Ca", [1 / 3, 2 / 3, 0.001913], 0.006079),
        site("Ca2", "Ca", [0.241976, 0.992603, 0.25], 0.004561),
        site("P", "P", [0.397416, 0.367704, 0.25], 0.003978),
        site("F", "F", [0, 0, 0.25], 0.01385),
        site("O1", "O", [0.325053, 0.484763, 0.25], 0.004916),
        site("O2", "O", [0.591494, 0.469954, 0.25], 0.006609),
        site("O3", "O", [0.33951, 0.258126, 0.070641], 0.006713),
      ],
      notices: [],
    };
    const fit = refinePattern({ twoTheta: x, intensity: y, sigma }, [apatite], {
      wavelengthAngstrom: 1.5405,
      doublet: { wavelengthAngstrom: 1.5443, ratio: 0.5 },
      method: "rietveld",
      free: ["zero", "u", "w", "x", "y", "axial"],
      background: 10,
    });
    const [a, , c] = fit.phases[0]!.cell;
    expect(fit.converged).toBe(true);
    expect(Math.abs(a!.value - 9.371724)).toBeLessThan(1e-4);
    expect(Math.abs(c!.value - 6.885867)).toBeLessThan(1e-4);
    expect(fit.rwp.value).toBeLessThan(10);
  });

  test("GSAS: 49,494 points of 11-BM with errors and wavelength, neutrons with their counters", async () => {
    const beamline = await pattern("11bmb_8716.fxye");
    expect(beamline).toMatchObject({ format: "GSAS FXYE", wavelengthAngstrom: 0.413259 });
    expect([beamline.x.length, beamline.sigma![0]]).toEqual([49_494, 32.809444]);
    expect(beamline.x[0]).toBeCloseTo(0.5, 8);
    const neutrons = await pattern("garnet.raw");
    expect(neutrons.format).toBe("GSAS STD");
    expect(neutrons.x[0]).toBe(24);
    expect(neutrons.y[0]).toBe(162);
  });
});
