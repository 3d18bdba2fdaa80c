/**
 * What a gate calls for: help, supplies, relief (contracts/README.md, "Calls"). A call is held on the phone until the
 * server has it; one that is not urgent can be taken back as long as it is not sent.
 */
import type { components } from "../contract.d.ts";

type Shapes = components["schemas"];
export type Kind = Shapes["Call"];
export const KINDS: readonly Kind[] = ["help", "relief", "supplies", "other"];
export type Supply = Shapes["Supply"];

/** What a gate runs out of, what is asked for most often first: `Supply` of kakou/ledger/calls.py. */
export const SUPPLIES: readonly Supply[] = [
  "water",
  "masks",
  "sanitiser",
  "batteries",
  "thermometer",
  "shade",
  "gloves",
  "power",
  "food",
  "light",
  "rainwear",
  "paper",
];

/** A call as on the wire. `at`: the phone's clock (epoch ms); `offset`: server minus device. */
export type Call = Omit<Shapes["CallIn"], "offset"> & { readonly offset: number };

/** A call that the server does not have. `refused`: why it takes it never, in its own words. */
export interface Held {
  readonly call: Call;
  readonly refused?: string;
}

/** How a call stands, as the server told. `who`: the duty title of whoever has it; times in epoch ms. */
export type Standing = Shapes["CallOut"];

export const UNDO_FOR = 10_000; // ms; nobody who needs help at once waits for it
const NOTE = 200;
const PERSON = /(?:\d[\s-]?){6}\d/u; // as many digits as a telephone has

/** How long it can still be taken back (ms); 0 when it may be sent. */
export function undoLeft({ call, refused }: Held, now: number): number {
  const gone = now - call.at; // below zero: the clock was set back, and nothing waits for it
  return call.kind === "help" || refused !== undefined || gone < 0 ? 0 : Math.max(0, UNDO_FOR - gone);
}

/** What is to be sent now: whoever needs help first, else as they were made. */
export function toSend(held: readonly Held[], now: number): Held[] {
  const due = held.filter((one) => one.refused === undefined && undoLeft(one, now) === 0);
  return [...due.filter(({ call }) => call.kind === "help"), ...due.filter(({ call }) => call.kind !== "help")];
}

/** What was told, with a newer word on one of them; the latest call first. */
export function withTold(told: readonly Standing[], one: Standing): Standing[] {
  return [one, ...told.filter(({ id }) => id !== one.id)].sort((a, b) => b.at - a.at);
}

/** Does anybody at the gate wait for something? */
export const someOpen = (told: readonly Standing[]): boolean => told.some(({ state }) => state !== "done");

/** May a note be sent? The server refuses a telephone or a document number in it. */
export function isFit(note: string): boolean {
  const { length } = note.trim();
  return length >= 2 && length <= NOTE && !PERSON.test(note);
}
