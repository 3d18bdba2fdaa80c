/** Today at this phone: counts by result, who went which way, for the shift and its handover. */
import type { Said } from "./check.ts";

export interface Counts {
  readonly in: number;
  readonly out: number;
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly guided: number;
  readonly skipped: number;
}

/** Counts of these passages. A correction counts instead of what it corrects. */
export function countsOf(passages: readonly Said[]): Counts {
  const held = standing(passages);
  const byVerdict: Record<string, number> = {};
  for (const { verdict } of held) byVerdict[verdict] = (byVerdict[verdict] ?? 0) + 1;
  const crossed = held.filter((said) => said.crossed);
  return {
    in: crossed.filter((said) => said.direction === "in").length,
    out: crossed.filter((said) => said.direction === "out").length,
    byVerdict,
    guided: held.filter((said) => said.checks.mask_guided === true).length,
    skipped: held.filter((said) => said.skipped !== undefined).length,
  };
}

/** Those that nothing stands instead of. */
export function standing(passages: readonly Said[]): Said[] {
  const replaced = new Set(passages.map((said) => said.corrects).filter((id) => id !== undefined));
  return passages.filter((said) => !replaced.has(said.id) && !isUndone(said));
}

/** Did it take something back and nothing else? */
export function isUndone(said: Said): boolean {
  return said.corrects !== undefined && said.direction === "through" && !said.crossed;
}
