/** Scan logs that are none: coded errors or a log, never another error. */
import { random, ThioscopeError } from "@thioscope/core";
import { readScanLog, sourceOfBytes } from "@thioscope/formats";
import fc from "fast-check";
import { expect, test } from "vitest";

const GOOD = "scan,file,frame,samz_mm,time,exposure_second\n1,a.h5,0,0.5,2026-01-12T09:00:00Z,10\n1,a.h5,1,0.51,2026-01-12T09:00:20Z,10\n";

async function coded(bytes: Uint8Array): Promise<void> {
  try {
    const { rows } = await readScanLog(sourceOfBytes("log.csv", bytes));
    for (const { timeSecond } of rows) expect(Number.isFinite(timeSecond)).toBe(true);
  } catch (error) {
    if (!(error instanceof ThioscopeError)) throw error;
    expect(error.message.length).toBeLessThan(300);
  }
}

test("any text and any bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 400 }), (text) => coded(new TextEncoder().encode(`time,samz\n${text}`))),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => coded(bytes)),
    { numRuns: 200 },
  );
});

test("a good log with bytes exchanged or cut", async () => {
  const draw = random("scan log");
  const good = new TextEncoder().encode(GOOD);
  for (let k = 0; k < 300; k++) {
    const bytes = good.slice(0, k % 3 === 0 ? draw.integer(good.length) : good.length);
    for (let n = draw.integer(4); n > 0 && bytes.length > 0; n--) bytes[draw.integer(bytes.length)] = draw.integer(256);
    await coded(bytes);
  }
});
