/**
 * Extreme parameters of the deposition model: conductivity over nine decades, exchange current over fifteen, current over nine, pressures up to 1 GPa.
 * Every case converges with its charge. 40 cases in every run, 1,000 with THIOSCOPE_LONG=1.
 */
import { type Random, random } from "@thioscope/core";
import { type Defect, type DepositionCase, distribute, RESOLUTIONS } from "@thioscope/core/deposition";
import { expect, test } from "vitest";

const log = (draw: Random, low: number, high: number): number => low * (high / low) ** draw.uniform();

function extreme(draw: Random): DepositionCase {
  const radius = log(draw, 1e-7, 3e-5);
  const depth = radius * log(draw, 0.1, 3);
  const defects: Defect[] = [
    { kind: "filled", radius, depth },
    { kind: "empty", radius, depth: 0 },
    { kind: "empty", radius, depth },
    { kind: "partlyFilled", radius, depth, level: depth * (0.02 + 0.97 * draw.uniform()) },
  ];
  return {
    defect: defects[draw.integer(4)]!,
    width: 1e-4,
    height: 1e-4,
    conductivity: log(draw, 1e-6, 1e3),
    current: log(draw, 1e-4, 1e5),
    kinetics: {
      exchangeCurrent: log(draw, 1e-6, 1e9),
      cathodicTransfer: 0.1 + 0.8 * draw.uniform(),
      molarVolume: 23.8e-6,
      ionVolume: 0,
      temperature: log(draw, 200, 500),
      form: draw.uniform() < 0.5 ? "shift" : "factor",
    },
    pressure: { defect: draw.uniform() < 0.5 ? 0 : log(draw, 1e5, 1e9), flat: 0 },
  };
}

const count = process.env.THIOSCOPE_LONG === "1" ? 1000 : 40;

test(`${count} extreme cases converge and keep their charge`, () => {
  const draw = random("extremes");
  for (let k = 0; k < count; k++) {
    const asked = extreme(draw.fork(String(k)));
    const { chargeError, hotSpot, coldest } = distribute(asked, RESOLUTIONS.preview);
    // where currents circulate along the interface they, not the small net current, set the rounding
    const gross = Math.max(1, Math.abs(hotSpot.value), Math.abs(coldest.value));
    expect(chargeError / gross, JSON.stringify(asked)).toBeLessThan(1e-10);
    expect(Number.isFinite(hotSpot.value), JSON.stringify(asked)).toBe(true);
  }
}, 120_000);
