/**
 * A running series of codes, by which two phones tell each other something that is too long for one code: cut into
 * numbered parts, and put together again whatever was missed, seen twice, seen in another order or came from elsewhere
 * in between (contracts/README.md, "Phone to phone").
 */
import { concatBytes } from "@noble/hashes/utils.js";
import { bytesOf, lettersOf } from "./letters.ts";

const PREFIX = "KX1:";
const HEADER = 21; // bytes
export const CHUNK = 200; // bytes of the content in one code: 61 modules, which a phone reads off a phone (gate.md 7)
export const MOST_PARTS = 2_000;
const MOST_AT_ONCE = 4; // series that are put together side by side
const PLACE = "kakou exchange 1\0";

/** What all codes of one series say alike. `day`: days since 1970 of the key; `transfer`: drawn by lot, never 0. */
export interface Series {
  readonly transfer: number;
  readonly gate: number;
  readonly day: number;
  readonly total: number;
}

/** How much whoever shows this has of the series `transfer` of the other; 0 of 0 before he saw any. */
export interface Heard {
  readonly transfer: number;
  readonly many: number;
}

/** One code. `turn`: how often the series ran through before, so that no code stays the same for long. */
export interface Frame {
  readonly series: Series;
  readonly place: number;
  readonly turn: number;
  readonly heard: Heard;
  readonly chunk: Uint8Array;
}

/** What is there of a series. */
export interface Collected {
  readonly series: Series;
  readonly chunks: ReadonlyMap<number, Uint8Array>;
}

/** Series that are being put together, the one seen last first. */
export type Inbox = readonly Collected[];

export const NOTHING_HEARD: Heard = { transfer: 0, many: 0 };

/** How many parts so many bytes make. */
export function partsOf(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK));
}

/** The part of a content that stands at `place`. */
export function chunkAt(content: Uint8Array, place: number): Uint8Array {
  return content.subarray(place * CHUNK, (place + 1) * CHUNK);
}

/** What the content of a series is bound to (associated data): altered, it does not open. */
export function placeOf({ transfer, gate, day, total }: Series): Uint8Array {
  const bound = new Uint8Array(PLACE.length + 12);
  bound.set([...PLACE].map((letter) => letter.charCodeAt(0)));
  const view = new DataView(bound.buffer, PLACE.length);
  view.setUint32(0, transfer);
  view.setUint32(4, gate);
  view.setUint16(8, day);
  view.setUint16(10, total);
  return bound;
}

/** The text of a code. */
export function textOf({ series, place, turn, heard, chunk }: Frame): string {
  const bytes = new Uint8Array(HEADER + chunk.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, series.transfer);
  view.setUint32(4, series.gate);
  view.setUint16(8, series.day);
  view.setUint16(10, series.total);
  view.setUint16(12, place);
  view.setUint8(14, turn & 255);
  view.setUint32(15, heard.transfer);
  view.setUint16(19, heard.many);
  bytes.set(chunk, HEADER);
  return PREFIX + lettersOf(bytes);
}

/** The code in a text; null for what is none. */
export function frameOf(text: string): Frame | null {
  const body = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : "";
  const bytes = bytesOf(body, Math.floor((body.length * 5) / 8));
  if (bytes === null || bytes.length < HEADER || bytes.length > HEADER + CHUNK) return null;
  const view = new DataView(bytes.buffer);
  const series = {
    transfer: view.getUint32(0),
    gate: view.getUint32(4),
    day: view.getUint16(8),
    total: view.getUint16(10),
  };
  const [place, turn] = [view.getUint16(12), view.getUint8(14)];
  if (series.transfer === 0 || series.total > MOST_PARTS || place >= series.total) return null;
  const heard = { transfer: view.getUint32(15), many: view.getUint16(19) };
  return { series, place, turn, heard, chunk: bytes.slice(HEADER) };
}

/** The inbox with one more code. A part that is there already stays as it came first. */
export function withFrame(inbox: Inbox, { series, place, chunk }: Frame): Inbox {
  const before = inbox.find((one) => isSame(one.series, series));
  const chunks = before?.chunks.has(place) ? before.chunks : new Map([...(before?.chunks ?? []), [place, chunk]]);
  const others = inbox.filter((one) => one !== before);
  return [{ series, chunks }, ...others].slice(0, MOST_AT_ONCE);
}

/** The inbox without a series: it was read, or it was not what it seemed. */
export function withoutSeries(inbox: Inbox, series: Series): Inbox {
  return inbox.filter((one) => !isSame(one.series, series));
}

/** The whole content; null while parts are missing. */
export function contentOf({ series, chunks }: Collected): Uint8Array | null {
  if (chunks.size < series.total) return null;
  const parts = Array.from({ length: series.total }, (_, place) => chunks.get(place) ?? new Uint8Array());
  return concatBytes(...parts);
}

function isSame(one: Series, other: Series): boolean {
  const { transfer, gate, day, total } = other;
  return one.transfer === transfer && one.gate === gate && one.day === day && one.total === total;
}
