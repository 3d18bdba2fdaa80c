/**
 * What goes to the server and comes from it, whenever there is a network. Nobody waits for it, and nothing asks for it.
 *
 * Two hands: one brings, the other asks. Passages go first, in batches; a phone that has none says once a minute that it
 * is here. What else is brought goes behind them, calls for help first, and never waits for a bundle that comes in
 * slowly. Each door is on its own: one that fails is left alone for a while that grows, and holds nothing else back.
 */
import type { Bundle, Past } from "../domain/bundle.ts";
import { brought, type CarriedRow, toBring } from "../domain/exchange.ts";
import { acknowledged, batchOf, offsetOf, patience, type Row } from "../domain/outbox.ts";
import {
  type Clock,
  type Condition,
  type Device,
  type Held,
  NoAnswer,
  type Server,
  type ShiftTold,
  type Store,
} from "../ports.ts";
import { renewal } from "./renewal.ts";

const ROUND = 15_000; // ms
const SIGN_OF_LIFE = 60_000; // ms
const MOST_CARRIED = 200; // passages of others at a time

/** How it stands: "away" no answer, "refused" the server knows this phone no more, "busy" it asked to wait. */
export type Link = "starting" | "here" | "away" | "refused" | "busy";

/** What the app hears. */
export interface Heard {
  link(link: Link): void;
  offset(ms: number): void;
  rows(rows: readonly Row[]): void;
  bundle(bundle: Bundle): void;
  past(past: Past): void;
  /** What other phones made stands where these rows say. */
  brought(rows: readonly CarriedRow[]): void;
  /** A text by which the lease is lengthened. */
  lease(text: string): void;
  /** The server knows of these shifts. */
  shifts(told: readonly ShiftTold[]): void;
}

/** Something that is done every so often (ms). `next`: not before this moment; `failures`: in a row. */
interface Door {
  readonly every: number;
  readonly act: () => Promise<void>;
  next: number;
  failures: number;
}

export class Sync {
  private isStopped = false;
  private isRefused = false;
  private failures = 0;
  private isAway = false; // the last passages got no answer at all
  private readonly nudges = { bring: new AbortController(), ask: new AbortController() };
  private readonly ports: {
    readonly store: Store;
    readonly server: Server;
    readonly clock: Clock;
    readonly condition: () => Promise<Condition>;
    readonly shifts: () => readonly ShiftTold[];
  };
  private readonly device: Device;
  private readonly heard: Heard;
  private readonly brings: Door[];
  private readonly asks: readonly Door[];
  private lived = Number.NEGATIVE_INFINITY;
  private held: Held | null;

  /** `held`: the bundle that the phone goes by now, if any. */
  constructor(ports: Sync["ports"], device: Device, heard: Heard, held: Held | null) {
    this.ports = ports;
    this.device = device;
    this.heard = heard;
    this.held = held;
    this.brings = [door(ROUND, () => this.carry())];
    this.asks = [door(60_000, () => this.renew()), door(20_000, () => this.learn()), door(60_000, () => this.tell())];
  }

  /** Something that goes right behind the passages, every so often (ms); what is returned makes it due at once. */
  add(every: number, act: () => Promise<void>): () => void {
    const added = door(every, act);
    this.brings.splice(-1, 0, added);
    return () => {
      added.next = 0;
      this.now();
    };
  }

  /** Goes on for as long as the page lives, or until it is stopped. */
  async run(): Promise<void> {
    await Promise.all([this.goOn("bring"), this.goOn("ask")]);
  }

  private async goOn(hand: "bring" | "ask"): Promise<void> {
    while (!this.isStopped) {
      const nudge = new AbortController(); // before the round: what is recorded during it makes another at once
      this.nudges[hand] = nudge;
      const wait = await this[hand]();
      await this.ports.clock.wait(this.isStopped ? 0 : wait, nudge.signal);
    }
  }

  stop(): void {
    this.isStopped = true;
    this.nudgeBoth();
  }

  /** Something was recorded: do not wait, unless there is no network. */
  now(): void {
    if (this.failures === 0) this.nudges.bring.abort();
  }

  /** The network is said to be back: whatever was waited for, try at once. */
  again(): void {
    [this.failures, this.isAway] = [0, false];
    for (const door of [...this.brings, ...this.asks]) door.next = 0;
    this.nudgeBoth();
  }

  private nudgeBoth(): void {
    for (const nudge of Object.values(this.nudges)) nudge.abort();
  }

  /** Something was taken out of the bundle, and this is left: have the rest again. */
  anew(content: Bundle): void {
    this.held = { etag: "", content };
  }

  /** Brings what there is; how long to wait before the next time (ms). Never throws: what went wrong is tried again. */
  async bring(): Promise<number> {
    try {
      await this.send();
      if (this.isAway) this.nudges.ask.abort();
      [this.failures, this.isAway] = [0, false];
      this.heard.link(this.isRefused ? "refused" : "here"); // the door for passages is open to a revoked phone
    } catch (failure) {
      this.failures += 1;
      this.heard.link(linkOf(statusOf(failure)));
      this.isAway = statusOf(failure) === 0;
      const wait = this.patience(failure, this.failures);
      if (!this.isAway) await this.passAll(this.brings); // somebody answers, if not for passages
      return wait;
    }
    await this.passAll(this.brings);
    return ROUND;
  }

  /** Asks for what is due, where there is a network; how long to wait before the next time (ms). Never throws. */
  async ask(): Promise<number> {
    if (!this.isAway) await this.passAll(this.asks);
    return ROUND;
  }

  private async passAll(doors: readonly Door[]): Promise<void> {
    for (const door of doors) await this.pass(door);
  }

  private async pass(door: Door): Promise<void> {
    const now = this.ports.clock.now();
    if (now < door.next && door.next - now <= 2 * door.every) return; // a clock that was set back waits for nobody
    try {
      await door.act();
      [door.failures, door.next, this.isRefused] = [0, now + door.every, false];
    } catch (failure) {
      door.failures += 1;
      door.next = now + this.patience(failure, door.failures);
      this.isRefused ||= statusOf(failure) === 401;
      if (this.isRefused) this.heard.link("refused");
    }
  }

  private patience(failure: unknown, failures: number): number {
    return patience(failures, this.ports.clock.lot(), failure instanceof NoAnswer ? failure.retryAfter : null);
  }

  private async send(): Promise<void> {
    let most = 500;
    for (;;) {
      const rows = this.ports.store.unsent();
      if (rows.length === 0 && Math.abs(this.ports.clock.now() - this.lived) < SIGN_OF_LIFE) return;
      const items = batchOf(rows, most);
      const sent = this.ports.clock.now();
      try {
        const answer = await this.ports.server.upload(this.device, items, sent);
        this.lived = sent;
        this.heard.offset(offsetOf(answer.server_time, sent, this.ports.clock.now()));
        const told = acknowledged(
          rows.filter((row) => items.includes(row.item)),
          answer,
        );
        await this.ports.store.mark(told);
        this.heard.rows(told);
        if (told.length === 0) return;
      } catch (failure) {
        // too large or too slow: the same in smaller parts
        if (!(failure instanceof NoAnswer) || ![408, 413].includes(failure.status) || most === 1) throw failure;
        most = Math.max(1, Math.floor(most / 4));
      }
    }
  }

  /** What other phones of the gate told this one; they send it themselves, too. */
  private async carry(): Promise<void> {
    const { store, server, clock } = this.ports;
    for (;;) {
      const rows = toBring(store.carried(), MOST_CARRIED);
      if (rows.length === 0) return;
      const others = rows.map(({ device, item, proof }) => ({ device, item, proof }));
      const told = brought(rows, await server.upload(this.device, [], clock.now(), others));
      if (told.length === 0) return;
      await store.carry(told).catch(() => undefined); // brought again after a restart, it is the same
      this.heard.brought(told);
    }
  }

  /** How the phone is: a phone that lost what it had not sent is found by that. */
  private async tell(): Promise<void> {
    const { store, clock, condition, server } = this.ports;
    const last = store.lastSeq;
    const rows = store.unsent();
    const oldest = rows.map((row) => row.item.at).reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
    const said = { queue: rows.length, last_seq: last, clock_at: clock.now(), build: __BUILD__ };
    const more = { ...(rows.length > 0 && { oldest_at: oldest }), ...(await condition()) };
    const shifts = this.ports.shifts();
    this.heard.lease(await server.status(this.device, { ...said, ...more, shifts }));
    this.heard.shifts(shifts);
  }

  private async renew(): Promise<void> {
    const { fresh, lease } = await renewal(this.ports.server, this.device, this.held);
    if (lease !== null) this.heard.lease(lease);
    if (fresh === null) return;
    this.held = fresh;
    await this.ports.store.put("bundle", fresh).catch(() => undefined);
    this.heard.bundle(fresh.content);
  }

  /** What other gates know. */
  private async learn(): Promise<void> {
    const past = await this.ports.server.past(this.device);
    this.heard.past(past);
    await this.ports.store.put("past", past).catch(() => undefined);
  }
}

const door = (every: number, act: () => Promise<void>): Door => ({ every, act, next: 0, failures: 0 });

function statusOf(failure: unknown): number {
  return failure instanceof NoAnswer ? failure.status : 0;
}

function linkOf(status: number): Link {
  if (status === 401) return "refused";
  return status === 429 || status === 503 ? "busy" : "away";
}
