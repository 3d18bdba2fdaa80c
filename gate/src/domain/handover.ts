/** What whoever takes over is told: counts of the shift, what is still open, what was not looked at (R50). */
import { type Standing, someOpen } from "./calls.ts";
import type { Said } from "./check.ts";
import { type Counts, countsOf, standing } from "./day.ts";
import { type Row, unsentOf } from "./outbox.ts";

export interface Handover {
  readonly counts: Counts;
  readonly many: number;
  readonly unsent: number;
  readonly quarantined: number;
  /** Calls that nobody settled yet. */
  readonly calls: readonly Standing[];
  /** Look → how often it was left out or not looked at. */
  readonly missing: Readonly<Record<string, number>>;
  readonly measured: number;
  readonly tooWarm: number;
}

/** Of the passages since `since` (epoch ms by the server's clock). `limit`: the pack's, in tenths of °C. */
export function handoverOf(rows: readonly Row[], told: readonly Standing[], since: number, limit: number): Handover {
  const mine = rows.filter(({ item }) => item.at + item.offset >= since);
  const passages = standing(mine.map(({ item }) => item));
  const warmth = passages.map(({ checks }) => checks.temperature).filter((tenths) => typeof tenths === "number");
  return {
    counts: countsOf(mine.map(({ item }) => item)),
    many: passages.length,
    unsent: unsentOf(rows).many,
    quarantined: mine.filter(({ state }) => state === "quarantined").length,
    calls: told.filter((one) => someOpen([one])),
    missing: missingOf(passages),
    measured: warmth.length,
    tooWarm: warmth.filter((tenths) => tenths >= limit).length,
  };
}

function missingOf(passages: readonly Said[]): Record<string, number> {
  const many: Record<string, number> = {};
  for (const { skipped, reasons } of passages) {
    const unseen = (reasons ?? []).filter((id) => id.endsWith(".not_looked")).map((id) => id.split(".")[0] ?? "");
    for (const look of new Set([...Object.keys(skipped ?? {}), ...unseen])) many[look] = (many[look] ?? 0) + 1;
  }
  return many;
}
