import { ThioscopeError } from "@thioscope/core";
import { describe, expect, test } from "vitest";
import { sourceOfBytes } from "../bytes/source.ts";
import { headerInstant, readScanLog } from "./readScanLog.ts";

const log = (text: string) => readScanLog(sourceOfBytes("log.csv", new TextEncoder().encode(text)));
const refusal = async (text: string): Promise<ThioscopeError> => {
  const error = await log(text).then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof ThioscopeError)) throw new Error(`no coded error: ${String(error)}`);
  return error;
};

describe("logs of scans", () => {
  test("names, units and times in several spellings", async () => {
    const comma = await log(
      "scan,file,frame,samz_mm,time,exposure_second\n1,a.h5,0,0.5,2026-01-12T09:00:00.500Z,10\n1,a.h5,1,0.51,2026-01-12T09:00:20Z,10\n",
    );
    expect(comma.rows[0]).toEqual({
      file: "a.h5",
      frame: 0,
      scan: 1,
      timeSecond: 1768208400.5,
      exposureSecond: 10,
      positions: { samz: 500 },
    });
    expect(comma.motors).toEqual([{ name: "samz", inMicrometre: true }]);
    const tab = await log("Timestamp\tFilename\tsamz [um]\ttemperature\n1768208400\tb.tif\t-12.5\t80\n");
    expect(tab.rows[0]).toMatchObject({ file: "b.tif", timeSecond: 1768208400, positions: { samz: -12.5 } });
    const semicolon = await log('# beamline P07\n# time; "samz / mm"; samx\n2026-01-12 09:00:00; 1; 7\n\n2026-01-12 09:00:10; 2; 7\n');
    expect(semicolon.rows.map(({ positions }) => positions)).toEqual([
      { samz: 1000, samx: 7 },
      { samz: 2000, samx: 7 },
    ]);
    expect(semicolon.motors.map(({ inMicrometre }) => inMicrometre)).toEqual([true, false]);
  });

  test("lines with too few columns are left out and said; what is no length is no motor", async () => {
    const { rows, motors, notices } = await log("time,samz_mm,chi_deg\n1,2,3\n1\n4,5,6\n");
    expect(rows).toHaveLength(2);
    expect(motors.map(({ name }) => name)).toEqual(["samz"]);
    expect(notices.map(({ code }) => code)).toEqual(["rows-short"]);
  });

  test("what is no log is refused with a code and a line", async () => {
    expect((await refusal("")).code).toBe("FILE_EMPTY");
    expect((await refusal("a,b\n1,2\n")).code).toBe("FILE_FOREIGN");
    expect((await refusal("time,samz\n")).code).toBe("FILE_EMPTY");
    const wrong = await refusal("time,samz\n1,2\nyesterday,3\n");
    expect([wrong.code, wrong.place.line]).toEqual(["FILE_DAMAGED", 3]);
  });

  test("times of image headers", () => {
    expect(headerInstant("2026:01:12 09:00:00")).toBe(1768208400);
    expect(headerInstant("2026-01-12T09:00:00.250Z")).toBe(1768208400.25);
    expect(headerInstant("monday")).toBeNaN();
  });
});
