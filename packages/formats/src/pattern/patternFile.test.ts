/** Powder patterns of laboratories' formats: written here by the published layouts, read again; what is cut, lies or is foreign is refused with a code. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { raw1, raw2, raw3, raw4 } from "../../../../tests/brukerRaw.ts";
import { sourceOfBytes } from "../bytes/source.ts";
import { readPattern } from "./readPattern.ts";

const text = (name: string, body: string) => readPattern(sourceOfBytes(name, new TextEncoder().encode(body)));
const counts = Array.from({ length: 24 }, (_, k) => 100 + 7 * k);
const angles = counts.map((_, k) => 10 + 0.02 * k);

const RAWS = { raw1, raw2, raw3, raw4 };

describe("Bruker RAW", () => {
  test.each(Object.entries(RAWS))("%s: counts, angles and wavelength come back", async (_, write) => {
    const found = await readPattern(sourceOfBytes("x.raw", write(counts)));
    expect(Array.from(found.y)).toEqual(counts);
    for (const [k, at] of angles.entries()) expect(found.x[k]).toBeCloseTo(at, 5);
    expect(found.wavelengthAngstrom).toBeCloseTo(1.5406, 5);
    expect(found.sigma).toBeNull();
  });

  test("a doublet is told; more ranges are said; headers that lie and files that are cut are refused", async () => {
    const found = await readPattern(sourceOfBytes("x.raw", raw3(counts, { ranges: 3 })));
    expect(found.doublet).toEqual({ wavelengthAngstrom: 1.54439, ratio: 0.5 });
    expect(found.notices.map(({ code }) => code)).toEqual(["ranges-left"]);
    await expect(readPattern(sourceOfBytes("x.raw", raw3(counts, { headers: 300 })))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
    await expect(readPattern(sourceOfBytes("x.raw", raw4(counts, "Rocking Curve")))).rejects.toMatchObject({ code: "FORMAT_VERSION" });
    for (const write of Object.values(RAWS)) {
      const whole = write(counts);
      for (const size of [8, 60, 200, whole.length - 1])
        await expect(readPattern(sourceOfBytes("x.raw", whole.subarray(0, size)))).rejects.toMatchObject({
          code: expect.stringMatching(/FILE_/),
        });
    }
    const huge = raw3(counts);
    new DataView(huge.buffer).setUint32(716, 0xffffffff, true);
    await expect(readPattern(sourceOfBytes("x.raw", huge))).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });
});

describe("GSAS", () => {
  const head = (kind: string, rest = "1000 2 0 0") =>
    `a title\n# Calibrated wavelength = 0.413259\nBANK 1 ${counts.length} 3 CONST ${rest} ${kind}\n`;
  const inTens = (fields: readonly string[]): string =>
    Array.from({ length: Math.ceil(fields.length / 10) }, (_, k) => fields.slice(10 * k, 10 * k + 10).join("")).join("\n");

  test("STD: means of counters have the error of all of them; padding and empty points are left out and said", async () => {
    const fields = counts.map((y, k) => (k % 2 === 0 ? " 4" : "  ") + String(y).padStart(6));
    fields[3] = " 1     0";
    const found = await text("x.gsa", head("STD") + inTens([...fields, "       0", "       0"]));
    expect(found.x).toHaveLength(counts.length - 1);
    expect(found.x[0]).toBeCloseTo(10, 10);
    expect(found.x[3]).toBeCloseTo(10.08, 10);
    expect(found.sigma![0]).toBeCloseTo(Math.sqrt(100 / 4), 10);
    expect(found.sigma![1]).toBeCloseTo(Math.sqrt(107), 10);
    expect(found.notices.map(({ code }) => code)).toEqual(["points-without-counts"]);
    expect(found.wavelengthAngstrom).toBe(0.413259);
  });

  test("ESD and FXYE", async () => {
    const esd = await text("x.gsa", head("ESD") + inTens(counts.flatMap((y) => [String(y).padStart(8), "2.5".padStart(8)])));
    expect(Array.from(esd.y)).toEqual(counts);
    expect(esd.sigma![5]).toBe(2.5);
    const fxye = await text("x.fxye", head("FXYE") + counts.map((y, k) => ` ${(100 * angles[k]!).toFixed(6)} ${y}.0 3.0`).join("\n"));
    expect(fxye.x[7]).toBeCloseTo(angles[7]!, 8);
    expect(fxye.sigma![7]).toBe(3);
  });

  test.each([
    ["BANK 1 24 3 RALF 1 2 3 4 FXYE\n", "FORMAT_VERSION"],
    ["BANK 1 24 3 CONST 1000 2 0 0 ALT\n", "FORMAT_VERSION"],
    ["BANK 1 24 3 CONST 1000 0 0 0 STD\n  100\n", "FILE_DAMAGED"],
    ["BANK 1 24 3 CONST 1000 2 0 0 STD\n     100     100\n", "FILE_CUT"],
    ["BANK 1 24 3 CONST 1000 2 0 0 FXYE\n1000 x 3\n", "FILE_DAMAGED"],
    ["BANK 1 99999999 3 CONST 1000 2 0 0 FXYE\n1000 1 3\n", "FILE_DAMAGED"],
  ])("%j: %s", async (body, code) => {
    await expect(text("x.gsa", `title\n${body}`)).rejects.toMatchObject({ code });
  });
});

const xrdml = (scans: string): string =>
  `<?xml version="1.0"?><xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5"><sample type="To be analyzed"><id>LaB6</id></sample><xrdMeasurement>` +
  `<usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">1.5405980</kAlpha1><kAlpha2 unit="Angstrom">1.5444260</kAlpha2><ratioKAlpha2KAlpha1>0.5000</ratioKAlpha2KAlpha1></usedWavelength>${scans}</xrdMeasurement></xrdMeasurements>`;
const scan = (inner: string, axis = "2Theta"): string =>
  `<scan><dataPoints><positions axis="${axis}" unit="deg"><startPosition>10</startPosition><endPosition>10.46</endPosition></positions>` +
  `<positions axis="Omega" unit="deg"><startPosition>5</startPosition><endPosition>5.23</endPosition></positions><commonCountingTime unit="seconds">10</commonCountingTime>${inner}</dataPoints></scan>`;

describe("XRDML", () => {
  const intensities = `<intensities unit="counts">${counts.join(" ")}</intensities>`;
  test("positions, intensities, both wavelengths; repeated scans are added", async () => {
    const found = await text("x.xrdml", xrdml(scan(intensities) + scan(intensities)));
    expect(Array.from(found.y)).toEqual(counts.map((y) => 2 * y));
    for (const [k, at] of angles.entries()) expect(found.x[k]).toBeCloseTo(at, 9);
    expect(found).toMatchObject({
      wavelengthAngstrom: 1.540598,
      doublet: { wavelengthAngstrom: 1.544426, ratio: 0.5 },
      meta: { sample: "LaB6" },
    });
    expect(found.sigma![0]).toBeCloseTo(Math.sqrt(200), 10);
    expect(found.notices.map(({ code }) => code)).toEqual(["scans-added"]);
  });
  test("an attenuator: counts are multiplied, and so are their errors", async () => {
    const factors = counts.map((_, k) => (k === 4 ? 100 : 1));
    const found = await text(
      "x.xrdml",
      xrdml(
        scan(`<beamAttenuationFactors>${factors.join(" ")}</beamAttenuationFactors><counts unit="counts">${counts.join(" ")}</counts>`),
      ),
    );
    expect(found.y[4]).toBe(100 * counts[4]!);
    expect(found.sigma![4]).toBeCloseTo(100 * Math.sqrt(counts[4]!), 8);
  });
  test.each([
    [xrdml(scan(intensities, "Phi")), "FORMAT_VERSION"],
    [xrdml(scan(`<beamAttenuationFactors>1 2</beamAttenuationFactors>${intensities}`)), "FILE_DAMAGED"],
    [xrdml(scan(intensities)).slice(0, -60), "FILE_DAMAGED"],
    [xrdml(scan(`<intensities>${counts.join(" ")} word</intensities>`)), "FILE_DAMAGED"],
  ])("%#: %s is refused", async (body, code) => {
    await expect(text("x.xrdml", body)).rejects.toMatchObject({ code });
  });
});

test("Bruker text: steps and pairs, counts per second with their time", async () => {
  const facts = "; file\n_SAMPLE='LaB6'\n_WL1=1.540600\n_WL2=1.544390\n_WLRATIO=0.5\n_STEPTIME=2\n_STEPSIZE=0.02\n_START=10\n";
  const steps = await text("x.uxd", `${facts}_COUNTS\n${counts.join(" ")}\n`);
  expect(Array.from(steps.y)).toEqual(counts);
  expect(steps.x[23]).toBeCloseTo(10.46, 10);
  expect(steps.doublet).toEqual({ wavelengthAngstrom: 1.54439, ratio: 0.5 });
  const pairs = await text(
    "x.uxd",
    `${facts}_2THETACPS\n${counts.map((y, k) => `${angles[k]!.toFixed(4)} ${y}`).join("\n")}\n_RANGE=2\n_COUNTS\n1 2\n`,
  );
  expect(pairs.sigma![0]).toBeCloseTo(Math.sqrt(200) / 2, 10);
  expect(pairs.notices.map(({ code }) => code)).toEqual(["ranges-left"]);
  await expect(text("x.uxd", "_COUNTS\n1 2 3\n")).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  await expect(text("x.uxd", `${facts}_2THETACOUNTS\n1 2 3\n`)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
});

test("CIF: a loop with errors in brackets, a range in steps, weights", async () => {
  const loop = `data_a\n_diffrn_radiation_wavelength 1.5406\nloop_\n_pd_meas_2theta_scan\n_pd_meas_intensity_total\n${counts.map((y, k) => `${angles[k]!.toFixed(3)} ${y}(9)`).join("\n")}\n`;
  const found = await text("x.cif", loop);
  expect(Array.from(found.y)).toEqual(counts);
  expect(found.sigma![0]).toBe(9);
  expect(found.wavelengthAngstrom).toBe(1.5406);
  const range = `data_a\n_pd_meas_2theta_range_min 10\n_pd_meas_2theta_range_max 10.46\n_pd_meas_2theta_range_inc 0.02\nloop_\n_pd_meas_counts_total\n_pd_proc_ls_weight\n${counts.map((y) => `${y} 0.25`).join("\n")}\n`;
  const stepsFound = await text("x.cif", range);
  expect(stepsFound.x[23]).toBeCloseTo(10.46, 10);
  expect(stepsFound.sigma![3]).toBe(2);
  await expect(text("x.cif", "data_a\nloop_\n_pd_meas_counts_total\n1\n2\n3\n")).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  await expect(text("x.cif", "data_a\n_pd_meas_counts_total 3\n")).rejects.toMatchObject({ code: "FILE_FOREIGN" });
});

test("whatever bytes are changed or cut: a pattern, or an error with a code", async () => {
  const files = [
    ...Object.values(RAWS).map((write) => write(counts)),
    ...[
      xrdml(scan(`<intensities>${counts.join(" ")}</intensities>`)),
      `t\nBANK 1 24 3 CONST 1000 2 0 0 STD\n${counts.map((y) => String(y).padStart(8)).join("")}`,
      `_STEPSIZE=0.02\n_START=10\n_COUNTS\n${counts.join(" ")}\n`,
      `data_a\nloop_\n_pd_meas_2theta_scan\n_pd_meas_counts_total\n${counts.map((y, k) => `${angles[k]} ${y}`).join("\n")}\n`,
    ].map((body) => new TextEncoder().encode(body)),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.999999, noNaN: true }), fc.nat(255)), { maxLength: 6 }),
      fc.double({ min: 0.02, max: 1, noNaN: true }),
      async (which, changes, kept) => {
        const bytes = files[which]!.slice();
        for (const [at, value] of changes) bytes[Math.floor(at * bytes.length)] = value;
        const cut = bytes.subarray(0, Math.max(1, Math.floor(kept * bytes.length)));
        const found = await readPattern(sourceOfBytes("x", cut)).catch((error: { code?: string }) => error);
        if ("x" in found) expect(found.x.every((x, k) => Number.isFinite(x) && (k === 0 || x > found.x[k - 1]!))).toBe(true);
        else expect((found as { code?: string }).code).toMatch(/^(FILE_|FORMAT_VERSION|INVALID_INPUT)/);
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});
