/** Steps in their order, some of them under way together. */

/** Steps under way at a time. */
const MOST_STEPS = 3;

interface Begun<Step, Report> {
  readonly step: Step;
  readonly ended: Promise<Report>;
  /** when all that is left of it is under way */
  readonly lastTask: Promise<unknown>;
  hasEnded: boolean;
}

export interface Turns<Step, Report> {
  /** Runs a step; `handedOut` is told when all that is left of it is under way. */
  run(step: Step, handedOut: () => void): Promise<Report>;
  /** Whether a step may begin while another has not ended. */
  mayBeginDuring(before: Step, step: Step): boolean;
  /** What a step has done, in the order of the steps. */
  tell(report: Report): void;
}

/**
 * Each step begins as soon as those before have handed out their last tasks (which join what their parts have made, each on one thread), if it may begin
 * during those that have not ended. Rejects with the first failure, when nothing is under way any more.
 */
export async function inTurns<Step, Report>(steps: readonly Step[], { run, mayBeginDuring, tell }: Turns<Step, Report>): Promise<void> {
  const begun: Begun<Step, Report>[] = [];
  const begin = (step: Step): Begun<Step, Report> => {
    let handedOut = (): void => {};
    const last = new Promise<void>((resolve) => {
      handedOut = resolve;
    });
    const ended = run(step, handedOut).then((report) => {
      one.hasEnded = true;
      return report;
    });
    const one: Begun<Step, Report> = { step, ended, lastTask: Promise.race([last, ended]), hasEnded: false };
    // where it fails, that is found when it is waited for
    one.lastTask.catch(() => {});
    return one;
  };
  const tellEnded = async (): Promise<void> => {
    while (begun[0]?.hasEnded) tell(await begun.shift()!.ended);
  };
  const unfinished = (): Begun<Step, Report>[] => begun.filter(({ hasEnded }) => !hasEnded);
  try {
    for (const step of steps) {
      for (let left = unfinished(); left.length > 0; left = unfinished()) {
        const inTheWay = left.filter((one) => !mayBeginDuring(one.step, step));
        if (inTheWay.length === 0 && left.length < MOST_STEPS) break;
        await Promise.race((inTheWay.length > 0 ? inTheWay : left).map(({ ended }) => ended));
      }
      await tellEnded();
      await Promise.all(unfinished().map(({ lastTask }) => lastTask));
      begun.push(begin(step));
    }
    await Promise.all(begun.map(({ ended }) => ended));
    await tellEnded();
  } finally {
    await Promise.allSettled(begun.map(({ ended }) => ended));
  }
}
