/**
 * Times written as text to seconds: durations ("12:03:04.5", "1d 02:03:04") and points in time (ISO and the
 * forms that cyclers print). Points in time are seconds since 1970-01-01 UTC, without leap seconds; a clock
 * without a zone is taken as UTC.
 */

const DURATION = /^([+-]?)(?:(\d+)\s*(?:d(?:ays?)?[\s,]*|天|[.\s-]\s*))?(\d+):(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$/i;

/** No time is written longer; the patterns below are not meant for pages of blanks. */
const LONGEST = 64;

/** "hh:mm:ss(.fff)" with any number of hours, or "d hh:mm:ss", to seconds; NaN if it is neither. */
export function parseDuration(text: string): number {
  const match = text.length > LONGEST ? null : DURATION.exec(text.trim());
  if (!match) return Number.NaN;
  const [, sign, days = "0", hours, minutes, seconds = ""] = match;
  if (Number(minutes) > 59) return Number.NaN;
  const whole = (Number(days) * 24 + Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds.replace(",", "."));
  return sign === "-" ? -whole : whole;
}

/** How "03/05/2024" is meant. */
export type DayOrder = "month-first" | "day-first";

const TIME = String.raw`(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d+))?)?\s*([AaPp]\.?[Mm]\.?)?)?`;
const ZONE = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?${TIME}${ZONE}$`);
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})${TIME}${ZONE}$`);
const MONTH_NAME = new RegExp(String.raw`^(\d{1,2})[-/.\s]+([A-Za-zä]{3,9})\.?[-/.\s]+(\d{4}|\d{2})${TIME}${ZONE}$`);
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const GERMAN: Record<string, string> = { mär: "mar", mrz: "mar", mai: "may", okt: "oct", dez: "dec" };

/** Two-digit years are 1970 to 2069. */
const fullYear = (text: string): number => (text.length > 2 ? Number(text) : Number(text) + (Number(text) < 70 ? 2000 : 1900));

interface Parts {
  year: number;
  month: number;
  day: number;
  clock: readonly (string | undefined)[];
}

function toSeconds({ year, month, day, clock }: Parts): number {
  const [hour = "0", minute = "0", second = "0", fraction, half, zone] = clock;
  let h = Number(hour);
  if (half) {
    if (h < 1 || h > 12) return Number.NaN;
    h = (h % 12) + (half[0] === "p" || half[0] === "P" ? 12 : 0);
  }
  if (month < 1 || month > 12 || day < 1 || day > 31 || h > 24 || Number(minute) > 59 || Number(second) > 60) return Number.NaN;
  const midnight = Date.UTC(year, month - 1, day) / 1000;
  if (new Date(midnight * 1000).getUTCDate() !== day) return Number.NaN;
  let seconds = midnight + h * 3600 + Number(minute) * 60 + Number(second);
  if (zone && /\d/.test(zone)) {
    const offset = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
    seconds -= zone[0] === "-" ? -offset : offset;
  }
  return fraction ? seconds + Number(`0.${fraction}`) : seconds;
}

/**
 * A point in time to Unix seconds; NaN if the text is none, or if only `order` could tell day from month and
 * it is not given.
 */
export function parseInstant(text: string, order?: DayOrder): number {
  if (text.length > LONGEST) return Number.NaN;
  const trimmed = text.trim();
  let match = YEAR_FIRST.exec(trimmed);
  if (match) {
    return toSeconds({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]), clock: match.slice(4) });
  }
  match = YEAR_LAST.exec(trimmed);
  if (match) {
    const first = Number(match[1]);
    const second = Number(match[3]);
    // full stops are the German way of writing, always day first
    const how = match[2] === "." ? "day-first" : (order ?? evidentOrder(first, second));
    if (how === undefined) return Number.NaN;
    const [month, day] = how === "day-first" ? [second, first] : [first, second];
    return toSeconds({ year: fullYear(match[4] ?? ""), month, day, clock: match.slice(5) });
  }
  match = MONTH_NAME.exec(trimmed);
  if (!match) return Number.NaN;
  const name = (match[2] ?? "").toLowerCase().slice(0, 3);
  const month = MONTHS.indexOf(GERMAN[name] ?? name) + 1;
  return toSeconds({ year: fullYear(match[3] ?? ""), month, day: Number(match[1]), clock: match.slice(4) });
}

function evidentOrder(first: number, second: number): DayOrder | undefined {
  if (first === second || second > 12) return "month-first";
  return first > 12 ? "day-first" : undefined;
}

/** What all the texts of one column say together about the order; undefined where they leave it open. */
export function dayOrderOf(texts: readonly string[]): DayOrder | "not-needed" | undefined {
  let needed = false;
  for (const text of texts) {
    const match = text.length > LONGEST ? null : YEAR_LAST.exec(text.trim());
    if (!match || match[2] === ".") continue;
    const first = Number(match[1]);
    const second = Number(match[3]);
    if (first === second) continue;
    needed = true;
    const order = evidentOrder(first, second);
    if (order) return order;
  }
  return needed ? undefined : "not-needed";
}

/** True if the text carries a time zone. */
export function hasZone(text: string): boolean {
  return text.length <= LONGEST && /(?:Z|UTC|GMT|:\d{2}[^-+]*[+-]\d{2}:?\d{2})\s*$/.test(text);
}
