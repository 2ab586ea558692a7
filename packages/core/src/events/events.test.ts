import { expect, test } from "vitest";
import { random } from "../random.ts";
import { quantity } from "../units/quantity.ts";
import { bendsOf, type Stream } from "./bends.ts";
import { eventsOf, type StreamEvent } from "./events.ts";
import { matchEvents } from "./match.ts";

const places = Float64Array.from({ length: 60 }, (_, i) => i / 30);

function stream(seed: number | string, truth: (q: number) => number, noise: number): Stream {
  const draw = random(`bends ${seed}`);
  return {
    name: "Na2S",
    probe: "XRD",
    unit: "1",
    at: places,
    atSigma: 0,
    values: places.map((q) => truth(q) + noise * draw.normal()),
    sigma: places.map(() => noise),
  };
}

test("an onset: its error holds in 60 to 76 % of 300 draws", () => {
  let inside = 0;
  let found = 0;
  for (let seed = 0; seed < 300; seed++) {
    const tau = 0.6 + (0.8 * seed) / 300;
    const bends = bendsOf(stream(seed, (q) => 0.4 * Math.max(0, q - tau), 0.01));
    if (bends.length !== 1) continue;
    found++;
    if (Math.abs(bends[0]!.at - tau) < bends[0]!.sigma) inside++;
  }
  expect(found).toBeGreaterThanOrEqual(290);
  expect(inside / found).toBeGreaterThan(0.6);
  expect(inside / found).toBeLessThan(0.76);
});

test("noise alone bends in few of 300 draws, a straight line too", () => {
  let bent = 0;
  for (let seed = 0; seed < 300; seed++) if (bendsOf(stream(`flat ${seed}`, (q) => 0.2 * q, 0.02)).length > 0) bent++;
  expect(bent).toBeLessThanOrEqual(9);
});

test("an amount that comes and goes: appears, is largest, vanishes", () => {
  const hat = (q: number): number => Math.max(0, Math.min(q - 0.5, 1 - (q - 0.5)) * 0.6);
  const events = eventsOf([stream("hat", hat, 0.004)]);
  expect(events.map(({ kind }) => kind)).toEqual(["appears", "is largest", "vanishes"]);
  for (const [k, truth] of [0.5, 1, 1.5].entries()) expect(Math.abs(events[k]!.at.value - truth)).toBeLessThan(4 * events[k]!.at.sigma!);
});

test("what goes down below nothing is no event of the species", () => {
  // another phase grows in the window from 0.5 on and lifts its background; the species itself comes at 1
  const window = (q: number): number => -0.1 * Math.max(0, Math.min(q, 1) - 0.5) + 0.6 * Math.max(0, q - 1);
  expect(eventsOf([stream("window", window, 0.003)]).map(({ kind }) => kind)).toEqual(["appears"]);
  // one that was there does fall
  const gone = (q: number): number => 0.3 - 0.3 * Math.max(0, q - 1);
  expect(eventsOf([stream("gone", gone, 0.003)]).map(({ kind }) => kind)).toEqual(["falls"]);
});

test("few values bend nowhere; values that are none are refused", () => {
  const short = stream("short", (q) => q, 0.01);
  expect(bendsOf({ ...short, at: places.slice(0, 5), values: short.values.slice(0, 5), sigma: short.sigma.slice(0, 5) })).toEqual([]);
  expect(() => bendsOf({ ...short, sigma: short.sigma.map(() => 0) })).toThrow(/value 1 is/);
  expect(() => bendsOf({ ...short, values: short.values.slice(1) })).toThrow(/do not belong together/);
});

test("an event between two features is claimed by both; one far from all by none", () => {
  const event = (name: string, at: number): StreamEvent => ({
    stream: name,
    probe: "XRD",
    kind: "appears",
    at: quantity(at, "1", 0.03),
    level: quantity(0, "1", 0.1),
    worth: 40,
  });
  const feature = (label: string, at: number) => ({ label, at: quantity(at, "1", 0.02), halfWidth: 0.05, potential: quantity(1.5, "V") });
  const table = matchEvents(
    [feature("A", 0.4), feature("B", 0.6)],
    [event("near A", 0.41), event("between", 0.5), event("far", 1.6)],
    [0, 2],
  );
  expect(table.features[0]!.seen[0]).toMatchObject({ event: { stream: "near A" } });
  expect(table.features[0]!.seen[0]!.probability).toBeGreaterThan(0.9);
  const open = table.open.find(({ event: e }) => e.stream === "between")!;
  expect(open.claims.map((c) => c.feature).sort()).toEqual(["A", "B"]);
  expect(open.claims[0]!.probability).toBeCloseTo(open.claims[1]!.probability, 6);
  expect(table.others.map((e) => e.stream)).toEqual(["far"]);
  expect(() => matchEvents([], [], [1, 1])).toThrow(/no length/);
});
