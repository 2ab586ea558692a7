/**
 * Texts in CSV. A spreadsheet takes a field that begins with =, +, -, @, a tab or a return for a formula and runs it; an apostrophe in front makes it a
 * text again (OWASP, CSV Injection). Numbers are left alone.
 */

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The text as a spreadsheet shows it and never runs it. */
export function plainText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) && text !== "-" ? `'${text}` : text;
}

/** What {@link plainText} was given. */
export function withoutMark(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}
