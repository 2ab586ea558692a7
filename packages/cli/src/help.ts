/** Help texts from the commands' own data. */
import type { Command, OptionSpec } from "./command.ts";

export function programHelp(commands: Readonly<Record<string, { summary: string }>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Thioscope: see the sulfur chemistry hidden inside solid-state batteries.

Usage: thioscope COMMAND …        thioscope COMMAND --help

${lines.join("\n")}

Every command takes --json (one object on stdout; on failure {error: {code, message, file, offset}} on stderr, exit code 2).
Start with:  thioscope inspect FILE
`;
}

export function commandHelp(command: Command): string {
  const json: OptionSpec = { type: "boolean", help: "print one JSON object and nothing else" };
  const options = Object.entries<OptionSpec>({ ...command.options, json });
  const heads = options.map(([name, { short, type, value }]) => {
    const word = type === "string" ? ` ${value ?? "TEXT"}` : "";
    return `${short ? `-${short}, ` : ""}--${name}${word}`;
  });
  const width = Math.min(28, Math.max(...heads.map((h) => h.length)));
  const lines = options.map(([, spec], i) => {
    const fallback = spec.default === undefined || spec.default === false ? "" : ` (default ${spec.default})`;
    return wrapped(`  ${heads[i]!.padEnd(width)}  ${spec.help}${fallback}`, width + 4);
  });
  const examples = command.examples.map((e) => `  ${e}`);
  return `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.

Usage: ${command.usage}

${command.about
  .split("\n")
  .map((line) => wrapped(line, 0))
  .join("\n")}

Options:
${lines.join("\n")}
${examples.length > 0 ? `\nExamples:\n${examples.join("\n")}\n` : ""}`;
}

/** No line is longer; words go on below, as far in as `indent`. */
const LONGEST = 150;

function wrapped(line: string, indent: number): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > LONGEST) {
    const cut = rest.lastIndexOf(" ", LONGEST);
    // a word that is longer than a line stays whole
    if (cut <= indent) break;
    lines.push(rest.slice(0, cut));
    rest = " ".repeat(indent) + rest.slice(cut + 1);
  }
  return [...lines, rest].join("\n");
}
