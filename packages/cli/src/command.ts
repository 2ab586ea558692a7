/** What a command is: its words, its options, and a function that gets them parsed. */
import type { TaskContext } from "@thioscope/core";

export interface OptionSpec {
  type: "string" | "boolean";
  /** shown in --help after the option, e.g. "FILE", "V", "PATTERN" */
  value?: string;
  help: string;
  /** one letter: "o" for -o */
  short?: string;
  default?: string | boolean;
}

/** Commands are loaded on demand: one pays only for what it uses. */
export type CommandLoaders = Readonly<Record<string, { summary: string; load: () => Promise<{ command: Command }> }>>;

export interface CommandIo {
  json: boolean;
  /** Text for a person, on stdout; ignored under --json. */
  say(text: string): void;
  /** Hints and warnings, on stderr. */
  hint(text: string): void;
  /** The command's one result: printed as JSON under --json, ignored otherwise. */
  result(value: unknown): void;
  /** All commands of the program, as they are loaded. */
  commands: CommandLoaders;
  /** Progress on stderr where it is a terminal; aborts on Ctrl-C. */
  task: TaskContext;
}

export interface Command {
  name: string;
  /** one line, for the list of commands */
  summary: string;
  /** e.g. "thioscope cycles FILE… [--cell cell.yaml]" */
  usage: string;
  /** a paragraph: what it computes, units, defaults */
  about: string;
  options: Readonly<Record<string, OptionSpec>>;
  examples: readonly string[];
  run(words: readonly string[], options: Readonly<Record<string, string | boolean | undefined>>, io: CommandIo): Promise<void>;
}
