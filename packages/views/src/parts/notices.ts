/** Warnings as they are read: what is said of every file is said once, and unfolds. */
import type { Notice } from "@thioscope/core";
import { h } from "../dom.ts";
import { richText, setRuns } from "../text.ts";

/** A warning that many files have, told by the first of them. */
export interface AlikeNotices {
  first: string;
  /** all of them */
  messages: readonly string[];
}

/** So many alike are told once. */
const MANY = 3;
/** "charge_1p60V: what is said of it" */
const OF_FILE = /^([^\s:]+): (.+)$/s;

/** What a message says, whichever file and numbers it names. */
const pattern = ({ code, message }: Notice): string => {
  const match = OF_FILE.exec(message);
  return match ? `${code} ${match[2]!.replace(/\d+(?:\.\d+)?/g, "#").replace(/(?:#, )+#/g, "#")}` : `${code} ${message}`;
};

/** In the order in which each is told first. */
export function alike(notices: readonly Notice[]): AlikeNotices[] {
  const groups = new Map<string, string[]>();
  for (const notice of notices) {
    const key = pattern(notice);
    const group = groups.get(key);
    if (group) group.push(notice.message);
    else groups.set(key, [notice.message]);
  }
  return [...groups.values()].flatMap((messages) =>
    messages.length < MANY ? messages.map((message) => ({ first: message, messages: [message] })) : [{ first: messages[0]!, messages }],
  );
}

export function noticeItem({ first, messages }: AlikeNotices): HTMLElement {
  const item = (message: string): HTMLElement => setRuns(h("li"), richText(message));
  if (messages.length === 1) return item(first);
  const match = OF_FILE.exec(first);
  if (!match) return item(`${first} (${messages.length} times)`);
  const [, name, said] = match;
  const isSame = messages.every((message) => message.endsWith(`: ${said}`));
  const words = setRuns(h("span"), richText(`${messages.length} files${isSame ? "" : `, such as ${name}`}: ${said}`));
  return h("li", {}, h("details", {}, h("summary", {}, words), h("ul", {}, ...messages.map(item))));
}
