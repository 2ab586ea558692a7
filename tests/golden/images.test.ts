/**
 * Real detector images and geometry files. Sums, weighted sums (pixel i times i mod 8191, in the order of the file) and single pixels are those of
 * fabio 0.14 and, for HDF5, of h5py 3.7; geometry is what the files print, GSAS-II's equation or the data folder's README.
 */
import {
  completeGeometry,
  type DetectorImage,
  imageStatistics,
  joinModules,
  type PixelType,
  readGeometry,
  readImageStack,
} from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataSource, describeData } from "../data.ts";

interface Truth {
  format: string;
  /** columns, rows */
  size: readonly [number, number];
  dtype: PixelType;
  sum: number;
  weighted: number;
  min: number;
  max: number;
  negative?: number;
  /** row, column, value */
  pixel: readonly [number, number, number];
  notices?: readonly string[];
}

const IMAGES: Readonly<Record<string, Truth>> = {
  "dioptas-ceo2/CeO2_Pilatus1M.tif": {
    format: "tiff-dectris",
    size: [981, 1043],
    dtype: "int32",
    sum: 126_770_499,
    weighted: 521_935_730_211,
    min: -2,
    max: 621_698,
    negative: 73_560,
    pixel: [500, 700, 72],
  },
  "lightform-ti64/pixium_03150.tif": {
    format: "tiff",
    size: [1440, 1441],
    dtype: "uint16",
    sum: 10_214_884,
    weighted: 41_927_790_984,
    min: 0,
    max: 3320,
    pixel: [500, 700, 16],
  },
  "lightform-ti64/pixium_03155.tif": {
    format: "tiff",
    size: [1440, 1441],
    dtype: "uint16",
    sum: 10_145_865,
    weighted: 41_618_232_476,
    min: 0,
    max: 3245,
    pixel: [500, 700, 11],
  },
  "gsas-2dstrain/nx09_strain_001.mar2300": {
    format: "mar345",
    size: [2300, 2300],
    dtype: "uint32",
    sum: 485_089_695,
    weighted: 1_972_151_100_321,
    min: 0,
    max: 78_246,
    pixel: [500, 700, 65],
    // the scanner's defaults: Cu Kα and 100 mm at a synchrotron
    notices: ["header-defaults"],
  },
  "gsas-2dstrain/nx09_strain_011.mar2300": {
    format: "mar345",
    size: [2300, 2300],
    dtype: "uint32",
    sum: 487_756_829,
    weighted: 1_993_029_739_555,
    min: 0,
    max: 67_080,
    pixel: [500, 700, 57],
    notices: ["header-defaults"],
  },
};

function weightedSum({ values }: DetectorImage): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * (i % 8191);
  return sum;
}

describeData("images", () => {
  test.each(Object.keys(IMAGES))("%s", async (name) => {
    const truth = IMAGES[name]!;
    const stack = await readImageStack(dataSource(`xrd/${name}`));
    expect([stack.format, stack.width, stack.height, stack.frames, stack.dtype]).toEqual([truth.format, ...truth.size, 1, truth.dtype]);
    expect(stack.notices.map((n) => n.code)).toEqual(truth.notices ?? []);
    const image = await stack.frame(0);
    const { sum, min, max, negative } = imageStatistics(image);
    expect({ sum, min, max, negative }).toEqual({ sum: truth.sum, min: truth.min, max: truth.max, negative: truth.negative ?? 0 });
    expect(weightedSum(image)).toBe(truth.weighted);
    const [row, column, value] = truth.pixel;
    expect(image.values[row * image.width + column]).toBe(value);
  });

  test("the header of a Pilatus", async () => {
    const { facts, meta } = await readImageStack(dataSource("xrd/dioptas-ceo2/CeO2_Pilatus1M.tif"));
    expect(facts).toMatchObject({
      exposureSecond: 3,
      startedAt: "2014:10:24 16:33:09",
      distanceMetre: 0.21143,
      pixel1Metre: 172e-6,
      pixel2Metre: 172e-6,
      beamColumn: 498.18,
      beamRow: 515.77,
      saturationCount: 1_097_223,
    });
    expect(meta).toMatchObject({ model: "PILATUS 1M-F", Threshold_setting: "15000 eV" });
  });
});

/** Module → sums of its ten frames, weighted sums of the first and last, masked pixels. */
const LAMBDA = [
  {
    file: "xrd/dioptas-lambda-h5/testasapo1_1009_00002_m1_part00000.nxs",
    sums: [6307581, 2266498, 3118426, 14890560, 2613241, 878052, 2865333, 4600026, 11525354, 1490120],
    weighted: [25_239_397_171, 5_934_944_659],
    masked: 37_045,
  },
  {
    file: "xrd/dioptas-lambda-h5/testasapo1_1009_00002_m2_part00000.nxs",
    sums: [190292, 46498, 599605, 43255, 597053, 45638, 599493, 44440, 595231, 45888],
    weighted: [826_982_312, 240_352_598],
    masked: 27_470,
  },
];

describeData("NeXus", () => {
  test.each(LAMBDA)("Lambda: $file", async ({ file, sums, weighted, masked }) => {
    const stack = await readImageStack(dataSource(file));
    expect([stack.format, stack.width, stack.height, stack.frames, stack.dtype]).toEqual(["nexus", 1554, 516, 10, "int16"]);
    expect(stack.facts).toMatchObject({ exposureSecond: 0.1, saturationCount: 4095 });
    expect(stack.facts.pixel1Metre).toBeCloseTo(55e-6, 12);
    const found: number[] = [];
    for (let k = 0; k < 10; k++) {
      const image = await stack.frame(k);
      found.push(imageStatistics(image).sum);
      if (k % 9 === 0) expect(weightedSum(image)).toBe(weighted[k / 9]);
    }
    expect(found).toEqual(sums);
    expect((await stack.mask())?.masked.reduce((sum, one) => sum + one, 0)).toBe(masked);
    // the file's flat field holds NaN only
    expect(await stack.flat()).toBeNull();
    stack.close();
  });

  test("two modules as one picture, by their translations of (0, 0) and (−2, 660) pixels", async () => {
    const stacks = await Promise.all(LAMBDA.map(({ file }) => readImageStack(dataSource(file))));
    const joined = joinModules(stacks);
    expect([joined.width, joined.height, joined.frames]).toEqual([1556, 1176, 10]);
    const gaps = 1556 * 1176 - 2 * 516 * 1554;
    expect(imageStatistics(await joined.frame(3)).sum).toBe(LAMBDA[0]!.sums[3]! + LAMBDA[1]!.sums[3]! - gaps);
    const mask = await joined.mask();
    expect(mask?.masked.reduce((sum, one) => sum + one, 0)).toBe(gaps + LAMBDA[0]!.masked + LAMBDA[1]!.masked);
    expect(() => joinModules([stacks[0]!, stacks[0]!])).toThrow(/overlap/);
    joined.close();
  });

  test.each([
    ["gzip", 5012.848641394026, 241210.90031985487],
    ["gzip_shuffle", 5012.848641394026, 241210.90031985487],
    ["szip", 5012.848641394026, 241210.90031985487],
    ["scaleoffset", 5012.848803655799, 241210.8296174035],
  ])("filters: %s", async (path, sum, weighted) => {
    const stack = await readImageStack(dataSource("xrd/h5-filters/compressed.h5"), { path });
    const { values } = await stack.frame(0);
    expect([stack.width, stack.height, stack.dtype]).toEqual([100, 100, "float64"]);
    // sums of floats in another order differ in the last digits
    expect(Array.from(values).reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 8);
    let moment = 0;
    for (let i = 0; i < values.length; i++) moment += values[i]! * (i % 97);
    expect(moment).toBeCloseTo(weighted, 6);
    stack.close();
  });

  test("several datasets and nothing that says which: the paths are named", async () => {
    await expect(readImageStack(dataSource("xrd/h5-filters/compressed.h5"))).rejects.toMatchObject({
      code: "MAPPING_NEEDED",
      message: expect.stringContaining("/gzip_shuffle"),
    });
  });
});

/** distance, poni1, poni2, rot1, rot2, wavelength, pixel, shape, orientation and whether it is stated: as the files print them */
const PONI: Readonly<
  Record<string, readonly [number, number, number, number, number, number, number, readonly [number, number] | null, number, boolean]>
> = {
  "poni/LaB6_40keV_MarCCD.poni": [
    0.196711580484,
    0.0813975852141,
    0.0820662115429,
    0.00615439716514,
    -0.00156720465515,
    3.1e-11,
    7.9e-5,
    null,
    3,
    false,
  ],
  "poni/LaB6_40keV_MarCCD_new_with_orientation.poni": [
    0.196711580484,
    0.0813975852141,
    0.0820662115429,
    0.00615439716514,
    -0.00156720465515,
    3.1e-11,
    7.9e-5,
    null,
    2,
    true,
  ],
  "poni/bench.poni": [
    0.1625632751116802,
    0.09628216537568206,
    0.08636306106268962,
    0.004560201817429482,
    0.0010779500922337233,
    9.218156017338309e-11,
    7.5e-5,
    [2167, 2070],
    3,
    false,
  ],
  "poni/test.poni": [1, 0.05, 0.05, 0, 0, 1e-10, 1e-4, [1000, 1000], 3, false],
  "dioptas-ceo2/CeO2_Pilatus1M.poni": [
    0.208651380603,
    0.0872948482846,
    0.0799601126306,
    -0.0184422457059,
    0.00413760084465,
    4.066e-11,
    1.72e-4,
    null,
    3,
    false,
  ],
  "dioptas-lambda-h5/L2.poni": [
    0.3091923560063649,
    0.03853798250466656,
    0.1406706729173325,
    0.007191643704399693,
    0.001452446985348972,
    4.836e-11,
    5.5e-5,
    null,
    3,
    false,
  ],
  "lightform-ti64/DLS_CeO2_1200mm.poni": [
    1.1940462449808116,
    0.2114663341307606,
    0.2067728488004498,
    -0.0033662037083792896,
    0.00043898240282549706,
    1.393e-11,
    2.96e-4,
    null,
    3,
    false,
  ],
  "lightform-ti64/DLS_CeO2_1200mm_pyFAI.poni": [
    1.1938977457995166,
    0.20469496896709785,
    0.20731936852229463,
    -0.0029150176267784067,
    0.00820827058479353,
    1.393e-11,
    2.96e-4,
    null,
    3,
    false,
  ],
};

describeData("geometry files", () => {
  test.each(Object.keys(PONI))("%s", async (name) => {
    const [distanceMetre, poni1Metre, poni2Metre, rot1, rot2, wavelengthMetre, pixel, shape, orientation, stated] = PONI[name]!;
    const file = await readGeometry(dataSource(`xrd/${name}`));
    expect(file.geometry).toMatchObject({ distanceMetre, poni1Metre, poni2Metre, rot1, rot2, wavelengthMetre, shape, orientation });
    expect(file.geometry.pixel1Metre).toBeCloseTo(pixel, 12);
    expect(file.orientationStated).toBe(stated);
  });

  test("image controls of GSAS-II: the beam of pyFAI's Fit2D geometry for the same image", async () => {
    const file = await readGeometry(dataSource("xrd/gsas-2dstrain/nx09_strain_011.imctrl"));
    const geometry = completeGeometry(file, { shape: [2300, 2300], pixel1Metre: 1.5e-4, pixel2Metre: 1.5e-4 });
    // the normal's foot is L·tan(tilt) = 24.8 mm from the beam at (168.595, 173.457) mm
    expect(geometry.distanceMetre).toBeCloseTo(1.118855536695, 12);
    const away = Math.hypot(geometry.poni1Metre - 0.17345708, geometry.poni2Metre - 0.16859497);
    expect(away).toBeCloseTo(1.118855536695 * Math.tan((1.2679918237395627 * Math.PI) / 180), 7);
    expect(geometry.wavelengthMetre).toBeCloseTo(1.2398e-11, 20);
  });

  test("a cycler's file and an image are no geometry", async () => {
    await expect(readGeometry(dataSource("xrd/dioptas-ceo2/CeO2_Pilatus1M.tif"))).rejects.toMatchObject({ code: "FILE_FOREIGN" });
    await expect(readGeometry(dataSource("xrd/dioptas-ceo2/CeO2_Pilatus1M.xy"))).rejects.toMatchObject({ code: "FILE_FOREIGN" });
  });
});
