/** An outbox that is carried to the office as a file: its first line, its text, its name (contracts/README.md). */
import { clockIn, dayIn } from "./days.ts";
import { CONTRACT, type Item, type Row } from "./outbox.ts";

/** To whom a phone encrypts: a section of the bundle, so signed. `key`: a point of P-256, uncompressed, in base64. */
export interface OutboxSection {
  readonly format: number;
  readonly id: string;
  readonly key: string;
}

export const FORMAT = 1;

/** What everybody may read, and what the rest is bound to. */
export const lineOf = (section: OutboxSection, device: number): string =>
  `kakou-outbox ${FORMAT} ${device} ${section.id}\n`;

/** What is encrypted. `sentAt`: the phone's clock now (ms). */
export const textOf = (device: number, items: readonly Item[], sentAt: number): string =>
  JSON.stringify({ contract: CONTRACT, device, sent_at: sentAt, items });

/** As kakou-outbox-阳光小区-东门-20210810-0912.kko. */
export function fileName(gate: string, zone: string, ms: number): string {
  const named = gate.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/gu, "");
  return `kakou-outbox-${named}-${dayIn(zone, ms).replaceAll("-", "")}-${clockIn(zone, ms).replace(":", "")}.kko`;
}

/** Does a file that held every unsent row up to this number hold all that is unsent now? */
export function isCarried(rows: readonly Row[], upTo: number): boolean {
  return rows.every((row) => row.state !== "unsent" || row.seq <= upTo);
}
