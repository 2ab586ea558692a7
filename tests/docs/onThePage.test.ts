/** The list of commands on the page names every command and action that there is, and no other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../packages/cli/src/main.ts";
import { commandHost } from "../../packages/cli/src/pageCommands.ts";
import { ROOT } from "./pages.ts";

/** Words of a command's usage: "xrd calibrate", "eis fit|kk|drt". */
async function actionsOf(name: string): Promise<string[]> {
  const { command } = await COMMANDS[name]!.load();
  const found = new Set<string>();
  for (const line of command.usage.split("\n")) {
    const [, second = ""] = new RegExp(`thioscope ${name} ([a-z]+(?:\\|[a-z]+)*)(?= |$)`).exec(line) ?? [];
    for (const word of second.split("|")) if (word !== "") found.add(`${name} ${word}`);
  }
  return found.size > 0 ? [...found] : [name];
}

test("none is missing", async () => {
  const rows = [...readFileSync(join(ROOT, "docs/reference/on-the-page.md"), "utf8").matchAll(/^\| ([a-z ]+) \| (.+?) \|/gm)]
    .map(([, name, where]) => ({ name: name!, where: where! }))
    .filter(({ name }) => name !== "command");
  const listed = rows.map(({ name }) => name);
  const there = (await Promise.all(Object.keys(COMMANDS).map(actionsOf))).flat();
  expect([...listed].sort()).toEqual([...there].sort());
  expect(rows.filter(({ where }) => where.startsWith("not"))).toEqual([]);
});

test("what is said to be on the panel of commands is there, with the options of that action", async () => {
  const offered = await commandHost(COMMANDS, []).commands();
  const names = offered.map(({ name }) => name);
  const there = (await Promise.all(Object.keys(COMMANDS).map(actionsOf))).flat();
  // the page itself
  expect([...names, "new", "open", "query", "run", "watch"].sort()).toEqual([...there].sort());
  const options = (name: string) => offered.find((command) => command.name === name)!.options.map((option) => option.name);
  expect(options("xrd integrate")).toContain("sectors");
  expect(options("xrd integrate")).not.toContain("distance-mm");
  expect(offered.find(({ name }) => name === "xrd calibrate")!.options.find(({ name }) => name === "energy-kev")!.help).toBe(
    "photon energy",
  );
});
