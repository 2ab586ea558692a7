/** Names given once: the second "step" is "step_2". Thousands of columns of one name take no longer than thousands of names. */
export class FreeNames {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();
  readonly #between: string;

  /** @param between stands before the number */
  constructor(between: string, taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
    this.#between = between;
  }

  /** `name`, or the first of its numbers that is free. */
  take(name: string): string {
    let free = name;
    if (this.#taken.has(name)) {
      let n = this.#next.get(name) ?? 2;
      while (this.#taken.has(`${name}${this.#between}${n}`)) n++;
      free = `${name}${this.#between}${n}`;
      this.#next.set(name, n + 1);
    }
    this.#taken.add(free);
    return free;
  }
}
