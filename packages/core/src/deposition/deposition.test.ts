/**
 * Verification of the deposition model. Expected values are algebra (plane, boss, disc, Legendre series, linear stability), or the table of an
 * independent finite-element program (dolfinx 0.5.2, P2, 7–16 thousand unknowns).
 */
import { expect, test } from "vitest";
import { boundaryNodes, ellipseArc, line, meshDomain, solveRobin, withEnds } from "../numerics/index.ts";
import { CONSTANTS } from "../units/constants.ts";
import {
  butlerVolmer,
  cavityCompliance,
  compareElectrolytes,
  crackPressure,
  criticalCurrent,
  criticalCurrentRange,
  DEPOSITION_ELECTROLYTES,
  DEPOSITION_METALS,
  type Defect,
  type DepositionCase,
  type DepositionQuestion,
  depositionElectrolyte,
  distribute,
  flatCompression,
  type GrowthCase,
  growPore,
  hotSpotBySize,
  hotSpotBySpacing,
  type Kinetics,
  kineticLength,
  linearGrowthRate,
  measuredGrowthRate,
  planarPotential,
  pressureTerm,
  RESOLUTIONS,
  rimStudy,
  solveCavity,
  stressIntensity,
} from "./index.ts";

const UM = 1e-6;
const KINETICS: Kinetics = {
  exchangeCurrent: 13,
  cathodicTransfer: 0.5,
  molarVolume: 23.8e-6,
  ionVolume: 0,
  temperature: 298.15,
  form: "shift",
};
const [NPS, NAS] = [0.01, 0.09];
const THERMAL = (CONSTANTS.gas * 298.15) / CONSTANTS.faraday;

function around(defect: Defect, conductivity: number, more: Partial<DepositionCase> = {}): DepositionCase {
  return { defect, width: 100 * UM, height: 100 * UM, conductivity, kinetics: KINETICS, current: 5, ...more };
}
const filled = (a: number): Defect => ({ kind: "filled", radius: a * UM, depth: a * UM });
const disc = (a: number): Defect => ({ kind: "empty", radius: a * UM, depth: 0 });

test("a plane interface: φ is linear, η = (2RT/F) asinh(i/2i_exc), to 1e-12", () => {
  const eta = 2 * THERMAL * Math.asinh(5 / 26);
  expect(planarPotential(KINETICS, { shift: 0, factor: 1 }, 5)).toBeCloseTo(eta, 14);
  const { potential, space } = distribute(around({ kind: "rough", amplitude: 0, wavenumber: Math.PI / (50 * UM) }, NPS));
  for (let n = 0; n < space.nodes; n++) {
    const exact = eta + (5 / NPS) * space.xy[2 * n + 1]!;
    expect(Math.abs(potential[n]! - exact) / exact).toBeLessThan(1e-12);
  }
});

test.each([
  ["filled", 1, 1.004, 1.037],
  ["filled", 10, 1.034, 1.34],
  ["filled", 30, 1.054, 1.718],
  ["empty", 1, 1.004, 1.03],
  ["empty", 10, 1.04, 1.228],
  ["empty", 30, 1.165, 1.572],
] as const)("max i/i_app of an independent program within a hundredth: %s pore of %s µm, Na3SbS4 %s, Na3PS4 %s", (kind, a, nas, nps) => {
  const defect = kind === "filled" ? filled(a) : disc(a);
  for (const [sigma, expected] of [
    [NAS, nas],
    [NPS, nps],
  ] as const) {
    const { hotSpot, hottestAt, chargeError } = distribute(around(defect, sigma));
    expect(Math.abs(hotSpot.value / expected - 1)).toBeLessThan(0.01);
    expect(hotSpot.sigma!).toBeLessThan(0.01);
    expect(chargeError).toBeLessThan(1e-12);
    // the tip of a filled pore, the rim of an empty one
    expect(kind === "filled" ? hottestAt.distance : Math.abs(hottestAt.x - a * UM)).toBeLessThan(1e-12);
  }
});

test("the smallest current beside a filled pore of 30 µm in Na3PS4 is 0.58 of the applied one", () => {
  expect(distribute(around({ kind: "filled", radius: 30 * UM, depth: 30 * UM, fillet: 0 }, NPS)).coldest.value).toBeCloseTo(0.58, 2);
});

/** A half sphere of 5 µm in ten radii of electrolyte. */
const boss = (kinetics: Partial<Kinetics>, fillet = 0): DepositionCase => ({
  ...around({ kind: "filled", radius: 5 * UM, depth: 5 * UM, fillet }, NPS),
  width: 75 * UM,
  height: 75 * UM,
  kinetics: { ...KINETICS, ...kinetics },
});

test("a half sphere at Wa → 0: three times the far field at the tip within 0.5 %, flux ∝ 3 cos θ", () => {
  const { interface: profile, farField, wagner } = distribute(boss({ exchangeCurrent: 1e9 }), RESOLUTIONS.fine);
  expect(wagner).toBeLessThan(1e-6);
  // the field beside the sphere in an infinite electrolyte is i∞ (1 − a³/r³); the ratio is free of the cell's finite width
  const far = (farField.value * 5) / (1 - (5 / 75) ** 3);
  expect(Math.abs(profile.current[0]! / far / 3 - 1)).toBeLessThan(0.005);
  for (let k = 0; k < profile.current.length; k++) {
    if (profile.piece[k] !== "defect") continue;
    const cosine = profile.z[k]! / (5 * UM);
    expect(Math.abs(profile.current[k]! / far - 3 * cosine)).toBeLessThan(0.03);
  }
});

test("a half sphere at Wa → ∞: even to 1e-3, and the current is the applied one by the ratio of areas", () => {
  const { hotSpot, coldest, farField } = distribute({ ...boss({}), conductivity: 1e4 });
  expect(Math.abs(hotSpot.value / farField.value - 1)).toBeLessThan(1e-3);
  expect(Math.abs(coldest.value / farField.value - 1)).toBeLessThan(1e-3);
  expect(farField.value).toBeCloseTo(75 ** 2 / (75 ** 2 + 5 ** 2), 4);
});

test.each([0.03, 1, 30])(
  "a half sphere with linear kinetics on an insulating plane, Wa = %s: Legendre series of 20 terms to 1e-4",
  (wagner) => {
    // shell 1 < r < 3 around the boss; uniform vertical current through the outer half sphere, i = φ/Wa on the boss
    const outer = 3;
    const curves = [
      withEnds(ellipseArc("defect", [0, 0], 1, 1, Math.PI / 2, 0), [0, 1], [1, 0]),
      line("void", [1, 0], [outer, 0]),
      withEnds(ellipseArc("top", [0, 0], outer, outer, 0, Math.PI / 2), [outer, 0], [0, outer]),
      line("axis", [0, outer], [0, 1]),
    ];
    const { phi, space } = solveRobin({
      mesh: meshDomain(curves, { largest: 0.1 }),
      divisions: 2,
      order: 2,
      geometry: "axisymmetric",
      conductivity: 1,
      interface: ["defect"],
      law: () => (value, _, into) => into.set([value / wagner, 1 / wagner]),
      loads: [
        {
          tags: ["top"],
          g:
            ({ x, y }) =>
            (q) =>
              y[q]! / Math.hypot(x[q]!, y[q]!),
        },
      ],
      start: 1,
    });
    const series = legendreSeries(wagner, outer, 20);
    const nodes = boundaryNodes(space, ["defect"]);
    const exact = Array.from(nodes.y, series);
    for (let k = 0; k < exact.length; k++) expect(Math.abs(phi[nodes.node[k]!]! - exact[k]!)).toBeLessThan(1e-4 * exact[0]!);
  },
);

/** φ on the unit sphere at t = cos θ: even terms A_n + B_n with n A − (n+1) B = (A + B)/Wa at r = 1 and the flux t = Σ b_n P_n(t) at r = R. */
function legendreSeries(wagner: number, outer: number, terms: number): (t: number) => number {
  const at = (t: number): number[] => {
    const p = [1, t];
    for (let n = 1; n <= 2 * terms; n++) p[n + 1] = ((2 * n + 1) * t * p[n]! - n * p[n - 1]!) / (n + 1);
    return p;
  };
  const zero = at(0);
  const half = (m: number): number => (m === 0 ? 1 : (zero[m - 1]! - zero[m + 1]!) / (2 * m + 1));
  const sums = Array.from({ length: terms }, (_, k) => {
    const n = 2 * k;
    const b = (n + 1) * half(n + 1) + (n === 0 ? 0 : n * half(n - 1));
    const ratio = (n - 1 / wagner) / (n + 1 + 1 / wagner);
    return ((1 + ratio) * b) / (n * outer ** (n - 1) - (n + 1) * ratio * outer ** -(n + 2));
  });
  return (t) => {
    const p = at(t);
    return sums.reduce((total, s, k) => total + s * p[2 * k]!, 0);
  };
}

test("an insulating disc on an equipotential plane: Weber's excess within 0.5 % for r > 1.1 a", () => {
  const a = 5;
  const asked = { ...around(disc(a), NPS), width: 100 * UM, height: 100 * UM, kinetics: { ...KINETICS, exchangeCurrent: 1e10 } };
  const { interface: profile } = distribute(asked, RESOLUTIONS.fine);
  const excess = (r: number): number => 1 + (2 / Math.PI) * (a / Math.sqrt(r * r - a * a) - Math.asin(a / r));
  // the finite cell raises all currents by the missing area spread over the rest
  const whole = 100 ** 2 / (100 ** 2 - (excessOutside(100) * a * a) / 1);
  for (let k = 0; k < profile.x.length; k++) {
    const r = profile.x[k]! / UM;
    if (r < 1.1 * a || r > 60) continue;
    expect(Math.abs(profile.current[k]! / 5 / (excess(r) * whole) - 1)).toBeLessThan(0.005);
  }
  function excessOutside(R: number): number {
    // ∫_R^∞ 2 r (i − 1) dr / a² = (4/3π)(a/R) to first order
    return (4 / (3 * Math.PI)) * (a / R);
  }
});

test("the excess around the disc integrates to the current that the disc does not take", () => {
  const { interface: p, chargeError } = distribute(
    { ...around(disc(5), NPS), kinetics: { ...KINETICS, exchangeCurrent: 1e10 } },
    RESOLUTIONS.fine,
  );
  expect(chargeError).toBeLessThan(1e-12);
  expect(p.piece.every((piece) => piece === "flat")).toBe(true);
});

test("form shift: a uniform pressure moves φ by V̄p/F and leaves the current, to 1e-12", () => {
  const free = distribute(around(filled(10), NPS));
  const pressed = distribute(around(filled(10), NPS, { pressure: { defect: 1e8, flat: 1e8 } }));
  const shift = (23.8e-6 * 1e8) / CONSTANTS.faraday;
  for (let n = 0; n < free.potential.length; n += 7)
    expect(Math.abs(pressed.potential[n]! - free.potential[n]! - shift)).toBeLessThan(1e-12);
  for (let k = 0; k < free.interface.current.length; k++) {
    expect(Math.abs(pressed.interface.current[k]! / free.interface.current[k]! - 1)).toBeLessThan(1e-12);
  }
});

test("form factor: a uniform pressure is a larger exchange current, to 1e-12, and φ = 0 stays the potential without current", () => {
  const factor = Math.exp((0.5 * 23.8e-6 * 1e8) / (CONSTANTS.gas * 298.15));
  // 1.05 at 10 MPa, 1.62 at 100 MPa
  expect(factor).toBeCloseTo(1.62, 2);
  const kinetics: Kinetics = { ...KINETICS, form: "factor" };
  const pressed = distribute(around(filled(10), NPS, { kinetics, pressure: { defect: 1e8, flat: 1e8 } }));
  const raised = distribute(around(filled(10), NPS, { kinetics: { ...KINETICS, exchangeCurrent: 13 * factor } }));
  for (let n = 0; n < raised.potential.length; n += 7)
    expect(Math.abs(pressed.potential[n]! / raised.potential[n]! - 1)).toBeLessThan(1e-12);
  const into = new Float64Array(2);
  butlerVolmer(kinetics, pressureTerm(kinetics, 3e8, 0), 0, into);
  expect(into[0]).toBe(0);
  expect(pressed.kineticLength).toBe(raised.kineticLength * factor);
});

test("pressure in the pore: 10 MPa is 2.5 mV; 100 MPa flattens the distribution in the form shift and sharpens it in the form factor", () => {
  expect(pressureTerm(KINETICS, 1e7, 0).shift).toBeCloseTo(2.47e-3, 5);
  const at = (form: "shift" | "factor", p: number): number =>
    distribute(around(filled(10), NAS, { kinetics: { ...KINETICS, form }, pressure: { defect: p, flat: 0 } }), RESOLUTIONS.preview)
      .interface.current[0]!;
  const free = at("shift", 0);
  expect(at("shift", 1e8)).toBeLessThan(0.8 * free);
  expect(at("factor", 1e8)).toBeGreaterThan(1.1 * free);
});

test.each([
  [50, 0.4, 298.15],
  [2, 0.4, 298.15],
  [0.5, 0.5, 333],
])("growth of a wave of %s µm, γ = %s J/m², %s K: linear stability within a hundredth", (wavelength, gamma, temperature) => {
  const wavenumber = (2 * Math.PI) / (wavelength * UM);
  const height = wavelength * UM;
  const kinetics = { ...KINETICS, temperature };
  const asked = {
    ...around({ kind: "rough", amplitude: 1e-4 / wavenumber, wavenumber }, NPS),
    defect: { kind: "rough" as const, amplitude: 1e-4 / wavenumber, wavenumber },
    height,
    kinetics,
    interfaceEnergy: gamma,
  };
  const into = new Float64Array(2);
  const none = { shift: 0, factor: 1 };
  butlerVolmer(kinetics, none, planarPotential(kinetics, none, 5), into);
  const exact = linearGrowthRate(wavenumber, height, NPS, 5, into[1]!, kinetics.molarVolume, gamma);
  const measured = measuredGrowthRate(asked, { divisions: 2, order: 2, largest: 0.1 });
  expect(Math.abs(measured.value / exact - 1)).toBeLessThan(0.01);
});

test("a sharp rim: the maximum of the primary distribution grows with the mesh as its exponent ½ says, with kinetics it does not", () => {
  const primary = rimStudy({ ...around(disc(10), NPS), kinetics: { ...KINETICS, exchangeCurrent: 1e12 } });
  expect(primary.exponent.value).toBeCloseTo(0.5, 1);
  const kinetic = rimStudy(around(disc(10), NPS), RESOLUTIONS.preview);
  expect(Math.abs(kinetic.exponent.value)).toBeLessThan(0.002);
});

test("ℓ is 178 µm in Na3SbS4 and 19.8 µm in Na3PS4", () => {
  expect(kineticLength(NAS, KINETICS) / UM).toBeCloseTo(178, 0);
  expect(kineticLength(NPS, KINETICS) / UM).toBeCloseTo(19.8, 1);
});

const QUESTION: DepositionQuestion & { defect: Extract<Defect, { radius: number }> } = {
  defect: { kind: "filled", radius: 10 * UM, depth: 10 * UM },
  width: 100 * UM,
  height: 100 * UM,
  current: 5,
  temperature: 298.15,
  metal: DEPOSITION_METALS.Na,
};

test("Na3PS4 over Na3SbS4 against the pore's size rises and falls again", () => {
  const points = hotSpotBySize(
    QUESTION,
    DEPOSITION_ELECTROLYTES,
    [0.5, 5, 20, 50, 1000].map((a) => a * UM),
  );
  const ratio = points.map(({ hotSpots: [nps, nas] }) => (nps!.value - 1) / (nas!.value - 1));
  const hot = points.map(({ hotSpots: [nps, nas] }) => nps!.value / nas!.value);
  expect(ratio[0]).toBeGreaterThan(5);
  for (const r of hot) expect(r).toBeGreaterThan(1);
  expect(hot[2]).toBeGreaterThan(hot[0]!);
  expect(hot[4]).toBeLessThan(Math.max(...hot));
});

test("comparing without pressure solves the two forms once; with it they differ", () => {
  const [nps] = compareElectrolytes(QUESTION, [depositionElectrolyte("na3ps4")], RESOLUTIONS.preview);
  expect(nps!.factor).toBe(nps!.shift);
  const [pressed] = compareElectrolytes(
    { ...QUESTION, pressure: { defect: 1e8, flat: 0 } },
    [depositionElectrolyte("Na3PS4")],
    RESOLUTIONS.preview,
  );
  expect(pressed!.factor.hotSpot.value).toBeGreaterThan(pressed!.shift.hotSpot.value);
});

test("neighbouring pores share the field: the hot spot falls as they come closer", () => {
  const close = hotSpotBySpacing(
    QUESTION,
    depositionElectrolyte("Na3PS4"),
    [25, 50, 100, 190].map((s) => s * UM),
  );
  const values = close.map((p) => p.hotSpot.value);
  for (let k = 1; k < values.length; k++) expect(values[k]!).toBeGreaterThan(values[k - 1]!);
});

test("compliance of a half-spherical cavity: 3V/4G of a cavity in an infinite solid, within 1 %", () => {
  const [e, nu, a] = [20e9, 0.3, 5 * UM];
  const compliance = cavityCompliance({
    defect: { kind: "filled", radius: a, depth: a, fillet: 0 },
    width: 100 * UM,
    height: 100 * UM,
    youngsModulus: e,
    poisson: nu,
  });
  const shear = e / (2 * (1 + nu));
  const volume = (2 / 3) * Math.PI * a ** 3;
  expect(compliance / ((3 * volume) / (4 * shear))).toBeCloseTo(1, 2);
});

test("compression of the interface: the stack's where the pore bears the same, more beside a pore under pressure; no effect for an ion without volume", () => {
  const cavity = {
    defect: { kind: "filled" as const, radius: 10 * UM, depth: 10 * UM },
    width: 60 * UM,
    height: 60 * UM,
    youngsModulus: 20e9,
    poisson: 0.3,
  };
  // where pore and stack press alike the flat part bears that pressure
  const even = flatCompression({ ...cavity, pressure: 5e7, stackPressure: 5e7 });
  for (const x of [20, 40, 55]) expect(even(x * UM) / 5e7).toBeCloseTo(1, 2);
  // forces balance: what the pore pushes up, the flat part holds down
  const { compression } = solveCavity({ ...cavity, pressure: 5e7, stackPressure: 0 });
  const rim = 10.5 * UM;
  expect((compression * ((60 * UM) ** 2 - rim ** 2)) / (-5e7 * rim ** 2)).toBeCloseTo(1, 1);
  const pressed = { ...QUESTION, pressure: { defect: 5e7, flat: 0 } };
  const [free] = compareElectrolytes(pressed, [depositionElectrolyte("Na3PS4")], RESOLUTIONS.preview);
  const roomy = { ...DEPOSITION_METALS.Na, ionVolume: { ...DEPOSITION_METALS.Na.ionVolume, value: 23.8e-6 } };
  const [full] = compareElectrolytes({ ...pressed, metal: roomy }, [depositionElectrolyte("Na3PS4")], RESOLUTIONS.preview);
  // an ion as large as the atom takes the pressure's work back: at the tip the current is as without pressure
  const tip = (d: typeof free): number => d!.shift.interface.current[0]!;
  expect(tip(full)).toBeGreaterThan(1.2 * tip(free));
});

const GROWTH: GrowthCase = {
  radius: 10 * UM,
  depth: 10 * UM,
  width: 60 * UM,
  height: 60 * UM,
  conductivity: NPS,
  kinetics: KINETICS,
  current: 50,
  youngsModulus: 20e9,
  poisson: 0.3,
  toughness: 0.3e6,
  yieldPressure: 2e8,
};

test("a crack's pressure makes K_I = K_Ic", () => {
  const p = crackPressure(0.3e6, 10 * UM);
  expect(stressIntensity(p, 10 * UM)).toBeCloseTo(0.3e6, 6);
  expect(p / 1e6).toBeCloseTo(75.1, 1);
});

test("growth: above the critical current the pore fills and cracks, below it comes to rest, soft metal yields", () => {
  const critical = criticalCurrent(GROWTH);
  if ("notComputable" in critical) throw new Error(critical.notComputable);
  expect(critical.unit).toBe("A/m2");
  expect(critical.sigma!).toBeLessThan(0.02 * critical.value);
  const cracked = growPore({ ...GROWTH, current: 1.2 * critical.value });
  expect(cracked.end).toBe("crack");
  expect(cracked.states.at(-1)!.stressIntensity).toBeCloseTo(0.3e6, 0);
  for (let k = 1; k < cracked.states.length; k++) expect(cracked.states[k]!.time).toBeGreaterThan(cracked.states[k - 1]!.time);
  const rested = growPore({ ...GROWTH, current: 0.8 * critical.value });
  expect(rested.end).toBe("balance");
  expect(rested.states.at(-1)!.pressure).toBeLessThan(crackPressure(0.3e6, 10 * UM));
  expect(growPore({ ...GROWTH, yieldPressure: 1e7 }).end).toBe("yield");
  expect(criticalCurrent({ ...GROWTH, yieldPressure: 1e7 })).toHaveProperty("notComputable");
  expect(criticalCurrent({ ...GROWTH, kinetics: { ...KINETICS, form: "factor" } })).toHaveProperty("notComputable");
});

test("the time to fill a pore is the charge of its metal: π a² (h − h³/3b²) F/V̄ over the current", () => {
  const { states } = growPore(GROWTH);
  const full = states.find((s) => s.level === GROWTH.depth)!;
  const charge =
    (((2 / 3) * Math.PI * (10 * UM) ** 3 - Math.PI * (10 * UM) ** 2 * (0.5 * UM - (0.5 * UM) ** 3 / (3 * (10 * UM) ** 2))) *
      CONSTANTS.faraday) /
    23.8e-6;
  const mean = charge / full.time;
  const currents = states.filter((s) => s.pressure === 0).map((s) => s.current);
  expect(mean).toBeGreaterThan(Math.min(...currents));
  expect(mean).toBeLessThan(Math.max(...currents));
});

test("the critical current grows with the toughness and is larger in Na3SbS4", () => {
  const [low, high] = criticalCurrentRange(GROWTH, [0.2e6, 0.4e6]);
  const nas = criticalCurrent({ ...GROWTH, conductivity: NAS, toughness: 0.2e6 });
  if ("notComputable" in low || "notComputable" in high || "notComputable" in nas) throw new Error("not computable");
  expect(high.value).toBeGreaterThan(low.value);
  expect(nas.value).toBeGreaterThan(low.value);
});

test("values without sense are refused with what is allowed", () => {
  expect(() => distribute(around(filled(10), -1))).toThrow("conductivity of -1: it must be above 0 S/m");
  expect(() => distribute(around(filled(10), NPS, { current: 0 }))).toThrow("applied current of 0");
  expect(() => distribute(around(filled(99), NPS))).toThrow("does not fit");
  expect(() => distribute(around({ kind: "partlyFilled", radius: 1e-5, depth: 1e-5, level: 2e-5 }, NPS))).toThrow(
    "between 0 and the depth",
  );
  expect(() => distribute(around({ kind: "filled", radius: 1e-5, depth: 0 }, NPS))).toThrow("only for an empty pore");
  expect(() => depositionElectrolyte("Na3PS5")).toThrow("did you mean Na3PS4?");
});

test("a run that is cancelled stops", () => {
  const stop = new AbortController();
  stop.abort();
  expect(() => distribute(around(filled(10), NPS), RESOLUTIONS.fine, { progress() {}, signal: stop.signal })).toThrow("cancelled");
});
