/** Since when somebody stands at the gate, and whether to ask if he is to be relieved (R46, R48). */

const HOUR = 3_600_000; // ms
export const EVERY = 2 * HOUR;
export const EVERY_IN_HEAT = HOUR;
const PAUSE = 4 * HOUR; // without a passage: whoever stood there has gone
export const LONGEST = 12 * HOUR; // of a shift: a badge that was opened before is somebody's who forgot to hand over

/** Passages one after another. By the phone's clock, epoch ms. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** The last run of passages behind the last hand-over (`ended`, null: never). `moments` in any order. */
export function lastRun(moments: readonly number[], ended: number | null): Run | null {
  const latest = moments.filter((moment) => ended === null || moment > ended).sort((one, other) => other - one);
  const last = latest[0];
  if (last === undefined) return null;
  let first = last;
  for (const moment of latest) {
    if (first - moment >= PAUSE) break;
    first = moment;
  }
  return { first, last };
}

/** Since when the shift is: its badge, else its first passage; null: nobody is known to stand here. */
export function shiftSince(opened: number | null, run: Run | null, now: number): number | null {
  if (opened !== null && now - opened < LONGEST) return opened;
  return run !== null && now - run.last < PAUSE ? Math.max(run.first, now - LONGEST) : null;
}

/** Is it time to ask? `asked`: when it was last answered, null: not yet. */
export function reliefDue(since: number | null, asked: number | null, now: number, isHot: boolean): boolean {
  if (since === null) return false;
  const last = asked !== null && asked > since ? asked : since;
  return now - last >= (isHot ? EVERY_IN_HEAT : EVERY);
}
