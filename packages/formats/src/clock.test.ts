import { describe, expect, test } from "vitest";
import { dayOrderOf, hasZone, parseDuration, parseInstant } from "./clock.ts";

describe("durations", () => {
  test.each([
    ["00:00:01.5", 1.5],
    ["100:02:03", 360123],
    ["1d 02:03:04.25", 93784.25],
    ["2 00:00:10", 172810],
    ["1-00:00:00", 86400],
    ["00:00:01,5", 1.5],
    ["-00:00:02", -2],
    ["3天00:00:01", 259201],
  ])("%s", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  test.each(["12:03", "1.5", "00:61:00", "2024-01-01 00:00:00", "rest"])("%s is none", (text) => expect(parseDuration(text)).toBeNaN());
});

describe("points in time", () => {
  const moment = Date.UTC(2023, 10, 23, 15, 56, 11) / 1000;
  test.each([
    ["2023-11-23 15:56:11", moment],
    ["2023-11-23T15:56:11Z", moment],
    ["2023-11-23T17:56:11+02:00", moment],
    ["2023/11/23 15:56:11.250", moment + 0.25],
    ["11/23/2023 15:56:11", moment],
    ["23/11/2023 15:56:11", moment],
    ["23.11.2023 15:56:11", moment],
    ["23-Nov-23 3:56:11 PM", moment],
    ["23 November 2023 15:56:11", moment],
    ["2023年11月23日 15:56:11", moment],
    ["2023-11-23", Date.UTC(2023, 10, 23) / 1000],
  ])("%s", (text, seconds) => expect(parseInstant(text)).toBe(seconds));

  test("day and month that cannot be told apart are not guessed", () => {
    expect(parseInstant("03/04/2024 00:00:00")).toBeNaN();
    expect(parseInstant("03/04/2024", "day-first")).toBe(Date.UTC(2024, 3, 3) / 1000);
    expect(dayOrderOf(["03/04/2024", "03/04/2024"])).toBeUndefined();
    expect(dayOrderOf(["03/04/2024", "03/14/2024"])).toBe("month-first");
    expect(dayOrderOf(["2024-03-04"])).toBe("not-needed");
  });

  test.each(["2024-02-30", "2024-13-01", "rest", "", "25/25/2024"])("%s is none", (text) => expect(parseInstant(text)).toBeNaN());

  test("a zone is seen", () => {
    expect(hasZone("2024-01-01T00:00:00Z")).toBe(true);
    expect(hasZone("2024-01-01 00:00:00+0100")).toBe(true);
    expect(hasZone("2024-01-01 00:00:00")).toBe(false);
  });
});
