/**
 * Which event belongs to which feature of dQ/dV.
 *
 * An event at y ± σ and a feature at Y ± Σ belong together with a weight N(y − Y; σ² + Σ² + w²), w the width over which a step of the cathode spreads; "to none of them" has
 * the weight of an even spread over the whole course. The shares of these weights are the probabilities: an event between two features is given to both, and both are named.
 */
import { ThioscopeError } from "../errors.ts";
import type { Quantity } from "../units/quantity.ts";
import type { StreamEvent } from "./events.ts";

/** A step of the electrochemistry: a peak of dQ/dV. */
export interface Feature {
  label: string;
  /** electrons per atom of sulfur at its middle */
  at: Quantity;
  /** over which it passes: half of it, electrons per atom of sulfur */
  halfWidth: number;
  /** V of the cell; null where the peak has none (cut off) */
  potential: Quantity | null;
}

export interface Attribution {
  event: StreamEvent;
  probability: number;
}

export interface FeatureRow {
  feature: Feature;
  /** most probable first */
  seen: readonly Attribution[];
}

export interface EventTable {
  features: readonly FeatureRow[];
  /** belong to none with more than half */
  others: readonly StreamEvent[];
  /** events that two features may claim: what is not excluded */
  open: readonly { event: StreamEvent; claims: readonly { feature: string; probability: number }[] }[];
}

/** Attributions below this are not listed. */
const LEAST = 0.05;

/** @param span electrons per atom of sulfur over which anything was measured */
export function matchEvents(features: readonly Feature[], events: readonly StreamEvent[], span: readonly [number, number]): EventTable {
  const length = span[1] - span[0];
  if (!(length > 0))
    throw new ThioscopeError("INVALID_INPUT", `events between ${span[0]} and ${span[1]} electrons per S: the course has no length`);
  const seen = features.map((): Attribution[] => []);
  const others: StreamEvent[] = [];
  const open: { event: StreamEvent; claims: { feature: string; probability: number }[] }[] = [];
  for (const event of events) {
    const weights = features.map(({ at, halfWidth }) => {
      const variance = (event.at.sigma ?? 0) ** 2 + (at.sigma ?? 0) ** 2 + halfWidth ** 2 + 1e-8;
      return Math.exp((-0.5 * (event.at.value - at.value) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);
    });
    const total = weights.reduce((a, b) => a + b, 1 / length);
    const claims = features
      .map(({ label }, k) => ({ feature: label, probability: weights[k]! / total, k }))
      .filter(({ probability }) => probability >= LEAST)
      .sort((a, b) => b.probability - a.probability);
    for (const { k, probability } of claims) seen[k]!.push({ event, probability });
    if (claims.length > 1) open.push({ event, claims: claims.map(({ feature, probability }) => ({ feature, probability })) });
    if (1 / length / total > 0.5) others.push(event);
  }
  return {
    features: features.map((feature, k) => ({ feature, seen: seen[k]!.sort((a, b) => b.probability - a.probability) })),
    others,
    open,
  };
}
