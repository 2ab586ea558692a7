/**
 * Detectors by the names that PONI files use (pyFAI 0.21.3, pyFAI.detectors): pixel from row to row and from column to column, and the image
 * they give with it. Only flat ones with equal pixels.
 */

export interface NamedDetector {
  name: string;
  pixelMicrometre: readonly [perRow: number, perColumn: number];
  shape: readonly [rows: number, columns: number];
  aliases?: readonly string[];
}

const DETECTORS: readonly NamedDetector[] = [
  { name: "ADSC_Q210", pixelMicrometre: [51, 51], shape: [4096, 4096], aliases: ["quantum210"] },
  { name: "ADSC_Q270", pixelMicrometre: [64.8, 64.8], shape: [4168, 4168], aliases: ["quantum270"] },
  { name: "ADSC_Q315", pixelMicrometre: [51, 51], shape: [6144, 6144], aliases: ["quantum315"] },
  { name: "ADSC_Q4", pixelMicrometre: [82, 82], shape: [2304, 2304], aliases: ["quantum4"] },
  { name: "Apex2", pixelMicrometre: [120, 120], shape: [512, 512], aliases: ["apexii", "bruker"] },
  { name: "Dexela2923", pixelMicrometre: [75, 75], shape: [3888, 3072] },
  { name: "Eiger16M", pixelMicrometre: [75, 75], shape: [4371, 4150] },
  { name: "Eiger1M", pixelMicrometre: [75, 75], shape: [1065, 1030] },
  { name: "Eiger2CdTe_16M", pixelMicrometre: [75, 75], shape: [4362, 4148] },
  { name: "Eiger2CdTe_1M", pixelMicrometre: [75, 75], shape: [1062, 1028] },
  { name: "Eiger2CdTe_1MW", pixelMicrometre: [75, 75], shape: [512, 2068] },
  { name: "Eiger2CdTe_2MW", pixelMicrometre: [75, 75], shape: [512, 4148] },
  { name: "Eiger2CdTe_4M", pixelMicrometre: [75, 75], shape: [2162, 2068] },
  { name: "Eiger2CdTe_500k", pixelMicrometre: [75, 75], shape: [512, 1028] },
  { name: "Eiger2CdTe_9M", pixelMicrometre: [75, 75], shape: [3262, 3108] },
  { name: "Eiger2_16M", pixelMicrometre: [75, 75], shape: [4362, 4148] },
  { name: "Eiger2_1M", pixelMicrometre: [75, 75], shape: [1062, 1028] },
  { name: "Eiger2_1MW", pixelMicrometre: [75, 75], shape: [512, 2068] },
  { name: "Eiger2_2MW", pixelMicrometre: [75, 75], shape: [512, 4148] },
  { name: "Eiger2_4M", pixelMicrometre: [75, 75], shape: [2162, 2068] },
  { name: "Eiger2_500k", pixelMicrometre: [75, 75], shape: [512, 1028] },
  { name: "Eiger2_9M", pixelMicrometre: [75, 75], shape: [3262, 3108] },
  { name: "Eiger4M", pixelMicrometre: [75, 75], shape: [2167, 2070] },
  { name: "Eiger500k", pixelMicrometre: [75, 75], shape: [514, 1030] },
  { name: "Eiger9M", pixelMicrometre: [75, 75], shape: [3269, 3110] },
  { name: "HF_130K", pixelMicrometre: [150, 150], shape: [256, 512] },
  { name: "HF_1M", pixelMicrometre: [150, 150], shape: [1024, 1024] },
  { name: "HF_262k", pixelMicrometre: [150, 150], shape: [512, 512] },
  { name: "HF_2M", pixelMicrometre: [150, 150], shape: [1536, 1536], aliases: ["hf24m"] },
  { name: "HF_4M", pixelMicrometre: [150, 150], shape: [2048, 2048] },
  { name: "HF_9M", pixelMicrometre: [150, 150], shape: [3072, 3072], aliases: ["hf94m"] },
  { name: "Lambda250k", pixelMicrometre: [55, 55], shape: [516, 516] },
  { name: "Lambda2M", pixelMicrometre: [55, 55], shape: [1554, 1554] },
  { name: "Lambda60k", pixelMicrometre: [55, 55], shape: [256, 256] },
  { name: "Lambda750k", pixelMicrometre: [55, 55], shape: [516, 1554] },
  { name: "Mar345", pixelMicrometre: [100, 100], shape: [3450, 3450], aliases: ["mar3450"] },
  { name: "Mar555", pixelMicrometre: [139, 139], shape: [3072, 2560] },
  { name: "Maxipix", pixelMicrometre: [55, 55], shape: [256, 256], aliases: ["maxipix1x1"] },
  { name: "Maxipix2x2", pixelMicrometre: [55, 55], shape: [516, 516] },
  { name: "Maxipix5x1", pixelMicrometre: [55, 55], shape: [256, 1296] },
  { name: "Perkin", pixelMicrometre: [200, 200], shape: [2048, 2048], aliases: ["perkindetector", "perkinelmer"] },
  { name: "Pilatus100k", pixelMicrometre: [172, 172], shape: [195, 487] },
  { name: "Pilatus1M", pixelMicrometre: [172, 172], shape: [1043, 981] },
  { name: "Pilatus200k", pixelMicrometre: [172, 172], shape: [407, 487] },
  { name: "Pilatus2M", pixelMicrometre: [172, 172], shape: [1679, 1475] },
  { name: "Pilatus300k", pixelMicrometre: [172, 172], shape: [619, 487] },
  { name: "Pilatus300kw", pixelMicrometre: [172, 172], shape: [195, 1475] },
  { name: "Pilatus6M", pixelMicrometre: [172, 172], shape: [2527, 2463] },
  { name: "PilatusCdTe1M", pixelMicrometre: [172, 172], shape: [1043, 981], aliases: ["pilatus1mcdte"] },
  { name: "PilatusCdTe2M", pixelMicrometre: [172, 172], shape: [1679, 1475], aliases: ["pilatus2mcdte"] },
  { name: "PilatusCdTe300k", pixelMicrometre: [172, 172], shape: [619, 487], aliases: ["pilatus300kcdte"] },
  { name: "PilatusCdTe300kw", pixelMicrometre: [172, 172], shape: [195, 1475], aliases: ["pilatus300kwcdte"] },
  { name: "PilatusCdTe900kw", pixelMicrometre: [172, 172], shape: [195, 4439], aliases: ["pilatus900kwcdte"] },
  { name: "Pixium", pixelMicrometre: [308, 308], shape: [955, 1240], aliases: ["pixium4700", "pixium4700detector", "thaleselectronics"] },
  { name: "Rayonix133", pixelMicrometre: [64, 64], shape: [2048, 2048], aliases: ["mar133"] },
  { name: "RayonixLx170", pixelMicrometre: [44.2708, 44.2708], shape: [1920, 3840], aliases: ["rayonixlx170hs"] },
  { name: "RayonixLx255", pixelMicrometre: [44.2708, 44.2708], shape: [1920, 5760], aliases: ["rayonixlx225hs", "rayonixlx255hs"] },
  { name: "RayonixMx170", pixelMicrometre: [44.2708, 44.2708], shape: [3840, 3840], aliases: ["rayonixmx170hs"] },
  { name: "RayonixMx225", pixelMicrometre: [73.242, 73.242], shape: [3072, 3072], aliases: ["mar225"] },
  { name: "RayonixMx225hs", pixelMicrometre: [78.125, 78.125], shape: [2880, 2880] },
  { name: "RayonixMx300", pixelMicrometre: [73.242, 73.242], shape: [4096, 4096], aliases: ["mar300"] },
  { name: "RayonixMx300hs", pixelMicrometre: [78.125, 78.125], shape: [3840, 3840] },
  { name: "RayonixMx325", pixelMicrometre: [79.346, 79.346], shape: [4096, 4096] },
  { name: "RayonixMx340hs", pixelMicrometre: [88.5417, 88.5417], shape: [3840, 3840] },
  { name: "RayonixMx425hs", pixelMicrometre: [44.2708, 44.2708], shape: [9600, 9600] },
  { name: "RayonixSx165", pixelMicrometre: [39.5, 39.5], shape: [4096, 4096], aliases: ["mar165"] },
  { name: "RayonixSx200", pixelMicrometre: [48, 48], shape: [4096, 4096] },
  { name: "RayonixSx30hs", pixelMicrometre: [15.625, 15.625], shape: [1920, 1920] },
  { name: "RayonixSx85hs", pixelMicrometre: [44.2708, 44.2708], shape: [1920, 1920] },
  { name: "Titan", pixelMicrometre: [60, 60], shape: [2048, 2048], aliases: ["agilenttitan", "oxdtitan", "titan2kx2k"] },
];

const keyOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** By name or alias, whatever the case and the signs between; undefined for one that is not known. */
export function namedDetector(name: string): NamedDetector | undefined {
  const key = keyOf(name);
  return DETECTORS.find((one) => keyOf(one.name) === key || one.aliases?.includes(key));
}
