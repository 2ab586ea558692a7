/**
 * Normalisation, AUTOBK, transforms, wavelets and path fits against xraylarch 2026.3.1 (reference/*.json, parameters inside); combinations and
 * principal components against the same, curve resolution against pyMCR; the over-absorption pair against Athena's own correction.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  autobk,
  backTransform,
  type Chi,
  cauchyTransform,
  correctOverAbsorption,
  feasibleBand,
  fitCombination,
  fitPaths,
  forwardTransform,
  type NormalizedCurve,
  normalizeSpectrum,
  overAbsorptionAlpha,
  type PathFit,
  pathChi,
  principalComponents,
  resolveCurves,
  standardSet,
  tabulatedPaths,
  targetTransform,
  transferPath,
} from "@thioscope/core/absorption";
import { athenaProject, readAbsorption, readFeffPath, sourceOfBytes, writeAthena } from "@thioscope/formats";
import { expect, test } from "vitest";
import { dataFile, describeData } from "../data.ts";

// biome-ignore lint/suspicious/noExplicitAny: reference files as they are
type Json = any;
const path = (name: string): string => dataFile(`xas/${name}`);
const reference = (name: string): Json => JSON.parse(readFileSync(path(`reference/${name}.json`), "utf8"));
const read = (name: string) => readAbsorption(sourceOfBytes(name, readFileSync(path(name))));
const feff = (name: string) => readFeffPath(sourceOfBytes(name, readFileSync(path(`feff/${name}`))));

/** Largest difference, in units of the largest reference value. */
function worst(found: ArrayLike<number>, wanted: readonly number[]): number {
  let most = 0;
  let size = 0;
  for (const [i, want] of wanted.entries()) {
    most = Math.max(most, Math.abs(found[i]! - want));
    size = Math.max(size, Math.abs(want));
  }
  return most / size;
}

/** The scan that a reference was made of. */
async function scanOf(source: string): Promise<{ name: string; energy: Float64Array; mu: Float64Array; sigma: null }> {
  const { scans } = await read(source.split(",")[0]!);
  return { ...scans[0]!, sigma: null };
}

const SPECTRA = [
  "cu_metal_rt",
  "FeS2_fes2_rt01_mar02",
  "feo_xafs",
  "S_elemental_rt_01",
  "Na2SO3_rt_01",
  "CaS_rt_001",
  "CaSO4_rt_01",
  "pyrite1_rt_01",
];
/** largest allowed difference of χ(k) in units of its largest value, as the data's description states */
const CHI_TOLERANCE: Readonly<Record<string, number>> = { cu_metal_rt: 2e-3, FeS2_fes2_rt01_mar02: 2e-3, feo_xafs: 2e-2 };

describeData("xas", () => {
  test("every normalisation within 1e-4, from the raw file", async () => {
    for (const name of SPECTRA) {
      const want = reference(name);
      const { e0, pre1, pre2, norm1, norm2, nnorm } = want.pre_edge.params_used;
      const found = normalizeSpectrum(await scanOf(want.source), { e0, pre: [pre1, pre2], post: [norm1, norm2], degree: nnorm });
      expect(found.edgeStep.value / want.pre_edge.edge_step, name).toBeCloseTo(1, 6);
      expect(worst(found.norm, want.arrays.norm), name).toBeLessThan(1e-4);
      expect(worst(found.flat, want.arrays.flat), name).toBeLessThan(1e-4);
      expect(worst(found.preEdge, want.arrays.pre_edge), name).toBeLessThan(1e-4);
      expect(worst(found.postEdge, want.arrays.post_edge), name).toBeLessThan(1e-4);
      expect(found.refused, name).toBeNull();
    }
  });

  test("AUTOBK, forward and back transforms of three scans", async () => {
    for (const [name, tolerance] of Object.entries(CHI_TOLERANCE)) {
      const want = reference(name);
      const { rbkg, kmin, kweight, dk, win, clamp_lo, clamp_hi } = want.autobk.params_used;
      const found = autobk(await scanOf(want.source), {
        e0: want.autobk.e0,
        edgeStep: want.pre_edge.edge_step,
        rbkg,
        from: kmin,
        weight: kweight,
        taper: dk,
        window: win,
        clamps: [clamp_lo, clamp_hi],
      });
      expect(found.chi).toHaveLength(want.arrays.chi.length);
      expect(worst(found.chi, want.arrays.chi), name).toBeLessThan(tolerance);
      expect(worst(found.background, want.arrays.bkg), name).toBeLessThan(1e-4);
      const chi: Chi = { k: Float64Array.from(want.arrays.k), chi: Float64Array.from(want.arrays.chi) };
      for (const [i, one] of want.xftf.entries()) {
        const p = one.params_used;
        const forward = forwardTransform(chi, { from: p.kmin, to: p.kmax, taper: p.dk, window: p.window, weight: p.kweight });
        expect(worst(forward.real, one.chir_re), name).toBeLessThan(1e-6);
        expect(worst(forward.imaginary, one.chir_im), name).toBeLessThan(1e-6);
        if (i > 0 || !want.xftr) continue;
        const q = want.xftr.params_used;
        const back = backTransform(forward, { from: q.rmin, to: q.rmax, taper: q.dr, window: q.window }, q.qmax_out);
        expect(worst(back.real, want.xftr.chiq_re), name).toBeLessThan(1e-5);
        expect(worst(back.imaginary, want.xftr.chiq_im), name).toBeLessThan(1e-5);
      }
    }
  });

  test("Cauchy map of FeO: every fifth point, place and size of the maximum", () => {
    const { arrays } = reference("feo_xafs");
    const want = reference("feo_xafs_cauchy");
    const map = cauchyTransform({ k: Float64Array.from(arrays.k), chi: Float64Array.from(arrays.chi) }, { weight: 2, most: 10 });
    expect([map.r.length, map.k.length]).toEqual(want.shape);
    for (const [i, row] of want.mag.entries()) {
      const own = Float64Array.from(row, (_: number, j: number) => map.magnitude[5 * i * map.k.length + 5 * j]!);
      for (const [j, value] of row.entries()) expect(Math.abs(own[j]! - value)).toBeLessThan(1e-6 * want.max.mag * 100);
    }
    const top = map.magnitude.indexOf(Math.max(...map.magnitude));
    expect(map.r[Math.floor(top / map.k.length)]).toBeCloseTo(want.max.R, 6);
    expect(map.k[top % map.k.length]).toBeCloseTo(want.max.k, 6);
    expect(map.magnitude.reduce((sum, x) => sum + x, 0) / want.sum_mag).toBeCloseTo(1, 6);
  });

  test("χ(k) of one FEFF path", async () => {
    const want = reference("feffit_cu").feff_path_chi;
    const { s02, e0, sigma2, deltar } = want.params;
    expect(worst(pathChi(await feff("feffcu01.dat"), { s02, e0, sigma2, deltar }, Float64Array.from(want.k)), want.chi)).toBeLessThan(1e-7);
  });

  /** Values within 0.1 σ, errors within 2 %. */
  function expectFit(fit: PathFit, want: Json): void {
    for (const { name, value, sigma } of fit.variables) {
      const truth = want.variables[name];
      expect(Math.abs(value - truth.value), name).toBeLessThan(0.1 * truth.stderr);
      expect(sigma! / truth.stderr, name).toBeGreaterThan(0.98);
      expect(sigma! / truth.stderr, name).toBeLessThan(1.02);
    }
    expect(fit.rFactor / want.rfactor).toBeCloseTo(1, 3);
    expect(fit.independentPoints).toBeCloseTo(want.n_idp, 6);
  }

  test("path fits to copper: one path, three paths, three temperatures with an Einstein model", async () => {
    const want = reference("feffit_cu");
    const { pre_edge, arrays } = reference("cu_metal_rt");
    const scan = { name: "Cu", energy: Float64Array.from(arrays.energy), mu: Float64Array.from(arrays.mu), sigma: null };
    const window = { from: 3, to: 17, taper: 4, window: "kaiser" as const, weight: 2 };
    const background = (rbkg: number) => autobk(scan, { e0: 8980.5, edgeStep: pre_edge.edge_step, rbkg, weight: 2 });
    const one = background(1);
    const common = { s02: "amp", e0: "del_e0" };
    expectFit(
      fitPaths(
        [
          { name: "amp", start: 1 },
          { name: "del_e0", start: 0 },
          { name: "sig2", start: 0 },
          { name: "del_r", start: 0 },
        ],
        [
          {
            name: "Cu",
            data: one,
            chiSigma: one.chiSigma,
            paths: [{ path: await feff("feffcu01.dat"), parameters: { ...common, sigma2: "sig2", deltar: "del_r" } }],
          },
        ],
        { ...window, rFrom: 1.4, rTo: 3 },
      ),
      want.cu_1path.result,
    );
    // phases of the table in place of the file's: the same distance
    const [tabulated] = tabulatedPaths("Cu", "K");
    const stand = transferPath(tabulated!, "Cu", { element: "Cu", site: "Cu", distance: 2.5527, count: 12 });
    const byTable = fitPaths(
      ["amp", "del_e0", "sig2", "del_r"].map((name) => ({ name, start: name === "amp" ? 1 : 0 })),
      [{ name: "Cu", data: one, paths: [{ path: stand, parameters: { ...common, sigma2: "sig2", deltar: "del_r" } }] }],
      { ...window, rFrom: 1.4, rTo: 3 },
    );
    expect(Math.abs(byTable.sets[0]!.paths[0]!.distance.value - 2.542)).toBeLessThan(0.005);
    expect(byTable.rFactor).toBeLessThan(0.004);
    const wider = background(1.1);
    const paths = await Promise.all(["feff0001.dat", "feff0002.dat", "feff0003.dat"].map(feff));
    expectFit(
      fitPaths(
        ["amp", "del_e0", "c3_1", "sig2_1", "sig2_2", "sig2_3", "alpha"].map((name) => ({
          name,
          start: name === "amp" ? 1 : name.startsWith("sig2") ? 0.002 : 0,
        })),
        [
          {
            name: "Cu",
            data: wider,
            chiSigma: wider.chiSigma,
            paths: paths.map((p, i) => ({
              path: p,
              parameters: { ...common, sigma2: `sig2_${i + 1}`, deltar: "alpha * reff", ...(i === 0 ? { third: "c3_1" } : {}) },
            })),
          },
        ],
        { ...window, rFrom: 1.4, rTo: 3.5 },
      ),
      want.cu_3paths.result,
    );
    // the reference was made with windows by default and does not name them: values all the same within a tenth of an error, errors within a twentieth
    const sets = await Promise.all(
      [10, 50, 150].map(async (kelvin) => {
        const own = await scanOf(`metals/cu_${kelvin}k.xmu`);
        const norm = normalizeSpectrum(own);
        const data = autobk(own, { e0: norm.e0.value, edgeStep: norm.edgeStep.value, rbkg: 1, weight: 2 });
        return {
          name: `${kelvin} K`,
          data,
          chiSigma: data.chiSigma,
          paths: [
            {
              path: paths[0]!,
              parameters: { ...common, sigma2: `einstein(${kelvin}, theta)`, deltar: `dr_off + ${kelvin} * alpha * reff` },
            },
          ],
        };
      }),
    );
    const fit = fitPaths(
      [
        { name: "amp", start: 1 },
        { name: "del_e0", start: 3 },
        { name: "theta", start: 250, lower: 10, upper: 1000 },
        { name: "dr_off", start: 0 },
        { name: "alpha", start: 0 },
      ],
      sets,
      { ...window, rFrom: 1.4, rTo: 3.4 },
    );
    const wanted = want.cu_einstein_10_50_150K.result;
    for (const { name, value, sigma } of fit.variables) {
      const truth = wanted.variables[name];
      expect(Math.abs(value - truth.value), name).toBeLessThan(0.1 * truth.stderr);
      expect(Math.abs(sigma! / truth.stderr - 1), name).toBeLessThan(0.05);
    }
    expect(fit.independentPoints).toBeCloseTo(wanted.n_idp, 6);
  });

  /** 1 + 2 Σ ρ_k of the residuals, up to the first autocorrelation that is not above zero. */
  function pointsPerOne({ data, fitted }: { data: Float64Array; fitted: Float64Array }): number {
    const r = Array.from(data, (v, i) => v - fitted[i]!);
    const product = (lag: number): number => r.slice(lag).reduce((sum, v, i) => sum + v * r[i]!, 0);
    const correlations = Array.from({ length: Math.ceil(r.length / 4) - 1 }, (_, k) => product(k + 1) / product(0));
    const end = correlations.findIndex((rho) => !(rho > 0));
    return 1 + 2 * correlations.slice(0, end < 0 ? undefined : end).reduce((sum, rho) => sum + rho, 0);
  }

  test("combinations of gold standards: Larch's unbounded weights and errors; bounded ones are not negative", async () => {
    const { results } = reference("lcf_au");
    const curve = async (name: string): Promise<NormalizedCurve> => {
      const { scans } = await read(`lcf/${name}.dat`);
      expect(scans[0]!.normalized).toBe(true);
      return { name, energy: scans[0]!.energy, value: scans[0]!.mu };
    };
    const standards = await Promise.all(["s1", "s2", "s3", "s4", "s5", "s6"].map(curve));
    const unknown = await curve("unknown");
    const range = [11870, 12030] as const;
    for (const [count, key] of [
      [2, "s1+s2"],
      [3, "s1+s2+s3"],
      [6, "s1..s6"],
    ] as const) {
      for (const sumToOne of [true, false]) {
        const want = results[`${key} sum_to_one=${sumToOne ? "True" : "False"}`];
        const fit = fitCombination(unknown, standardSet(standards.slice(0, count)), { range, bounded: false, sumToOne });
        expect(fit.points).toBe(want.npts);
        expect(fit.chi2 / want.chisqr).toBeCloseTo(1, 8);
        for (const { name, weight } of fit.parts) {
          expect(weight.value).toBeCloseTo(want.weights[name], 5);
          // Larch counts every point as one; here residuals that hang together count as one, for the parameters too
          const per = pointsPerOne(fit);
          const free = count - (sumToOne ? 1 : 0);
          const left = Math.max(fit.points / 4, fit.points - free * per);
          expect((weight.sigma! / want.stderr[name]) ** 2 / ((per * (fit.points - free)) / left)).toBeCloseTo(1, 3);
        }
      }
    }
    const bounded = fitCombination(unknown, standardSet(standards), { range });
    expect(bounded.sum).toBeCloseTo(1, 12);
    // Larch gives −0.09 and −0.08 to s4 and s5
    for (const { weight } of bounded.parts) expect(weight.value).toBeGreaterThanOrEqual(0);
    expect(bounded.parts.find(({ name }) => name === "s4")).toMatchObject({ atBound: true, weight: { value: 0 } });
    expect(bounded.chi2).toBeGreaterThan(results["s1..s6 sum_to_one=True"].chisqr);
  });

  /** The gold series on its project's own energies, without the shifts that the references do not apply. */
  async function goldSeries(): Promise<NormalizedCurve[]> {
    const { scans } = await read("athena/cyanobacteria.prj");
    return scans.map(({ name, energy, mu, meta }) => {
      const own = energy.map((e) => e - Number(meta["bkg_eshift"] ?? 0));
      const norm = normalizeSpectrum({ name, energy: own, mu, sigma: null }, { e0: 11919, pre: [-150, -30], post: [150, 800], degree: 2 });
      return { name, energy: own, value: norm.norm };
    });
  }

  test("the cyanobacteria series by its nine standards: weights not negative with sum 1 and a worse fit than without bounds, which are negative", async () => {
    const curves = await goldSeries();
    const standards = standardSet(curves.slice(8));
    expect(standards.standards).toHaveLength(9);
    const range = [11870, 12030] as const;
    let negative = 0;
    for (const unknown of curves.slice(0, 8)) {
      const bounded = fitCombination(unknown, standards, { range });
      const free = fitCombination(unknown, standards, { range, bounded: false });
      expect(bounded.sum, unknown.name).toBeCloseTo(1, 12);
      expect(bounded.chi2, unknown.name).toBeGreaterThanOrEqual(free.chi2 * (1 - 1e-9));
      for (const { weight } of bounded.parts) expect(weight.value, unknown.name).toBeGreaterThanOrEqual(0);
      negative += free.parts.filter(({ weight }) => weight.value < 0).length;
    }
    expect(negative).toBeGreaterThan(8);
  });

  test("principal components and target transforms of the gold series", async () => {
    const want = reference("pca_au");
    const curves = await goldSeries();
    const series = curves.slice(0, 8);
    const larch = principalComponents(series, "variance", [11870, 12030]);
    expect(worst(larch.variances.subarray(0, 7), want.variances_larch.slice(0, 7))).toBeLessThan(1e-6);
    // Larch lists the statistic of one component twice
    expect(worst(larch.indicator.subarray(0, 6), want.ind_larch.slice(2))).toBeLessThan(1e-6);
    for (const [name, target] of Object.entries<Json>(want.target_transform_ncomps3)) {
      const found = targetTransform(larch, curves.find((curve) => curve.name === name)!, 3);
      expect(found.chi2 / target.chi_square, name).toBeCloseTo(1, 2);
      expect(found.scale / target.data_scale, name).toBeCloseTo(1, 3);
    }
    // the raw values were made with straight lines between points and points inside of the range alone
    const first = series[0]!.energy.find((e) => e >= 11870)!;
    const raw = principalComponents(series, "none", [first, 12030], "linear");
    expect(worst(raw.singularValues, want.singular_values_raw)).toBeLessThan(1e-8);
    const centred = principalComponents(series, "centred", [first, 12030], "linear");
    expect(worst(centred.singularValues.subarray(0, 7), want.singular_values_mean_centred.slice(0, 7))).toBeLessThan(1e-8);
  });

  test("curve resolution of the gold series: converged, a smaller lack of fit than pyMCR's, and a band", async () => {
    const want = reference("mcr_als_au");
    const curves = (await goldSeries()).slice(0, 8);
    const energy = Float64Array.from({ length: 221 }, (_, i) => 11890 + 0.5 * i);
    const data = new Float64Array(8 * 221);
    for (const [k, { energy: e, value }] of curves.entries()) {
      for (let i = 0, j = 0; i < 221; i++) {
        while (e[j + 1]! <= energy[i]!) j++;
        data[k * 221 + i] = value[j]! + ((energy[i]! - e[j]!) / (e[j + 1]! - e[j]!)) * (value[j + 1]! - value[j]!);
      }
    }
    const series = { names: curves.map(({ name }) => name), energy, data };
    for (const [key, start, limit] of [
      ["2 comps (0.12, 720)", [0, 7], 0.825],
      ["3 comps (0.12, 20, 720)", [0, 5, 7], 0.68],
    ] as const) {
      const found = resolveCurves(series, { components: start.length, start });
      expect(found.converged).toBe(true);
      expect(found.lackOfFitPercent).toBeLessThanOrEqual(Math.min(limit, want[key].lack_of_fit_percent));
      const n = start.length;
      for (let k = 0; k < 8; k++) {
        const row = found.shares.subarray(k * n, (k + 1) * n);
        expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 10);
        for (const x of row) expect(x).toBeGreaterThanOrEqual(0);
      }
      const band = feasibleBand(series, found);
      for (let i = 0; i < found.shares.length; i++) {
        expect(band.shareLow[i]).toBeLessThanOrEqual(found.shares[i]! + 1e-12);
        expect(band.shareHigh[i]).toBeGreaterThanOrEqual(found.shares[i]! - 1e-12);
      }
      expect(Math.max(...band.width)).toBeGreaterThan(0.05);
    }
  });

  test("sulfate solutions: the over-absorption correction as Athena made it, within 5 %", async () => {
    const { scans } = await read("athena/sulfate.prj");
    const windows = { e0: 2481.2, pre: [-150, -75], post: [23.651, 317.664], degree: 2 } as const;
    const heights: number[] = [];
    for (const [i, molar] of [0.1, 0.47, 0.94].entries()) {
      const raw = normalizeSpectrum(scans[i]!, windows);
      const theirs = normalizeSpectrum(scans[i + 3]!, windows);
      const formula = `((NH4)2SO4)${molar}(H2O)54.8`;
      const alpha = overAbsorptionAlpha({ formula, element: "S", edge: "K", angleIn: 45, angleOut: 45 });
      const corrected = normalizeSpectrum({ ...raw, mu: correctOverAbsorption(raw.norm, alpha), sigma: null }, windows);
      const height = Math.max(...corrected.norm);
      expect(Math.abs(height / Math.max(...theirs.norm) - 1), formula).toBeLessThan(0.05);
      heights.push(height);
    }
    expect(Math.max(...heights) / Math.min(...heights)).toBeLessThan(1.1);
  });

  test("every file is read, or refused with a reason; projects come back without loss", async () => {
    for (const folder of ["s-k", "metals", "lcf", "athena", "beamlines", "deglitch"]) {
      for (const name of readdirSync(path(folder))) {
        const file = join(folder, name);
        if (name === "generic_columns_no_header.dat") {
          await expect(read(file)).rejects.toMatchObject({ code: "MAPPING_NEEDED" });
          continue;
        }
        const { scans, chi, project } = await read(file);
        expect(scans.length + chi.length, file).toBeGreaterThan(0);
        for (const { energy, mu } of scans) {
          expect(energy.length, file).toBeGreaterThan(100);
          expect(mu.every(Number.isFinite), file).toBe(true);
        }
        if (!project) continue;
        const again = (await readAbsorption(sourceOfBytes(name, writeAthena(project)))).project!;
        expect(again.groups.map(({ id, args, arrays, rest }) => [id, args, [...arrays], rest])).toEqual(
          project.groups.map(({ id, args, arrays, rest }) => [id, args, [...arrays], rest]),
        );
        expect([again.header, again.trailer, again.packed]).toEqual([project.header, project.trailer, project.packed]);
      }
    }
    for (const name of readdirSync(path("feff"))) expect((await feff(name)).k.length).toBeGreaterThan(30);
  });

  test("a new project of normalised spectra opens again with its windows", async () => {
    const scan = (await read("s-k/S_elemental_rt_01.xdi")).scans[0]!;
    const norm = normalizeSpectrum(scan);
    const { scans } = await readAbsorption(sourceOfBytes("new.prj", writeAthena(athenaProject([{ ...norm, mu: scan.mu }], "S"))));
    expect(scans[0]!.energy).toEqual(scan.energy);
    expect(scans[0]!.mu).toEqual(scan.mu);
    expect(Number(scans[0]!.meta["bkg_e0"])).toBe(norm.e0.value);
    expect(scans[0]!.element).toBe("S");
  });
});
