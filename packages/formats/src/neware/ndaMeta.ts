/** What an .nda file says of itself: fixed fields of the header and of the test-info region. */

interface TestInfoLayout {
  /** first version with this layout */
  from: number;
  size: number;
  /** key → position and length in the record */
  texts: Readonly<Record<string, readonly [at: number, length: number]>>;
}

const EARLY = { startTime: [36, 20], creator: [76, 15], serial: [91, 20], remark: [111, 100] } as const;
const MIDDLE = { startTime: [37, 20], creator: [77, 60], serial: [137, 90], remark: [227, 100] } as const;
const LATE = { ...MIDDLE, barcode: [343, 40] } as const;

const TEST_INFO: readonly TestInfoLayout[] = [
  { from: 29, size: 503, texts: { ...LATE, testName: [383, 60], stepFile: [443, 60] } },
  { from: 17, size: 383, texts: LATE },
  { from: 11, size: 327, texts: MIDDLE },
  { from: 1, size: 211, texts: EARLY },
];

/** Active mass in µg: first version with this position, position. */
const ACTIVE_MASS: readonly { from: number; at: number }[] = [
  { from: 130, at: -1 },
  { from: 9, at: 152 },
  { from: 8, at: 144 },
];

/** The version of BTS 9, "9.1.5.7…", lies behind the directory, whose length varies. */
const SOFTWARE = /9\.\d+\.\d+\.[\dA-Z.]+/;

/** @param testInfo the region of test-info records; the last one counts */
export function ndaMeta(bytes: Uint8Array, version: number, testInfo?: { start: number; length: number }): Record<string, string | number> {
  const meta: Record<string, string | number> = {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mass = ACTIVE_MASS.find(({ from }) => version >= from)?.at ?? -1;
  if (mass >= 0 && view.getUint32(mass, true) > 0) meta.activeMassMilligram = view.getUint32(mass, true) / 1000;
  if (version === 130) {
    const software = SOFTWARE.exec(new TextDecoder("latin1").decode(bytes.subarray(200, 400)))?.[0];
    if (software) meta.softwareVersion = software;
    return meta;
  }
  const layout = TEST_INFO.find(({ from }) => version >= from);
  if (!layout || !testInfo) return meta;
  const last = testInfo.start + (Math.floor(testInfo.length / layout.size) - 1) * layout.size;
  if (last < testInfo.start || last + layout.size > bytes.length) return meta;
  for (const [key, [at, length]] of Object.entries(layout.texts)) {
    const text = textAt(bytes, last + at, length);
    if (text) meta[key] = text;
  }
  return meta;
}

/** Text up to the first NUL, GB 2312 as the vendor's software writes it. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  const slice = bytes.subarray(at, at + length);
  const end = slice.indexOf(0);
  return new TextDecoder("gb18030").decode(end < 0 ? slice : slice.subarray(0, end)).trim();
}
