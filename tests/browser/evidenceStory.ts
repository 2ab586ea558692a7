/** Parts of joined evidence: a virtual campaign with a random mechanism, as the steps `evidence` and `events` put it. */
import { quantity } from "@thioscope/core";
import type { Feature } from "@thioscope/core/events";
import { fuse, SPECIES_SETS } from "@thioscope/core/evidence";
import type { Part } from "@thioscope/core/story";
import { eventsPart, evidencePart, observationStreams } from "@thioscope/study";
import { mechanismCampaign } from "@thioscope/virtual";

/** Where the virtual cell would have its peaks. */
const FEATURES: readonly Feature[] = [
  { label: "1.75 V", at: quantity(0.36, "1", 0.02), halfWidth: 0.15, potential: quantity(1.75, "V", 0.003) },
  { label: "1.18 V", at: quantity(1.1, "1", 0.03), halfWidth: 0.2, potential: quantity(1.18, "V", 0.002) },
];

export function evidenceParts(): Part[] {
  const { observations, scales, chargeError, electrolyteSulfur } = mechanismCampaign("every", {});
  const order = SPECIES_SETS["Na-S"].map(({ id }) => id);
  const given = { observations, scales, chargeError, electrolyteSulfur };
  const answer = fuse({ system: "Na-S", ...given, electrolyteCharge: { atMost: 0.4 }, order, samples: 60 }, { leaveOut: true });
  return [
    evidencePart(answer, observations, answer.notices),
    eventsPart(observationStreams(observations), FEATURES, null, "Na-S", []).part,
  ];
}
