/**
 * What goes to the server and comes from it, whenever there is a network. Nobody waits for it, and nothing asks for it.
 *
 * One round: send what is unsent, in batches; where nothing is, say that the phone is here; then ask for the bundle and
 * for what other gates know. A round that fails is tried again after a while that grows.
 */
import type { Bundle, Past } from "../domain/bundle.ts";
import { acknowledged, batchOf, offsetOf, patience, type Row } from "../domain/outbox.ts";
import { type Clock, type Condition, type Device, NoAnswer, type Server, type Store } from "../ports.ts";
import { opened } from "./jws.ts";

const STATUS_EVERY = 60_000; // ms
const EVERY = 15_000; // ms between rounds while nothing is wrong: what other gates know is a few seconds old

/** How it stands: "away" no answer, "refused" the server knows this phone no more, "busy" it asked to wait. */
export type Link = "starting" | "here" | "away" | "refused" | "busy";

/** What the app hears. */
export interface Heard {
  link(link: Link): void;
  offset(ms: number): void;
  rows(rows: readonly Row[]): void;
  bundle(bundle: Bundle): void;
  past(past: Past): void;
  /** A text by which the lease is lengthened. */
  lease(text: string): void;
}

export class Sync {
  private failures = 0;
  private nudge = new AbortController();
  private readonly ports: {
    readonly store: Store;
    readonly server: Server;
    readonly clock: Clock;
    readonly condition: () => Promise<Condition>;
  };
  private readonly device: Device;
  private readonly heard: Heard;
  private told = Number.NEGATIVE_INFINITY;
  private etag: string;
  private madeAt: number;

  /** `held`: the bundle that the phone goes by now, if any. */
  constructor(ports: Sync["ports"], device: Device, heard: Heard, held: { etag: string; madeAt: number } | null) {
    this.ports = ports;
    this.device = device;
    this.heard = heard;
    this.etag = held?.etag ?? "";
    this.madeAt = held?.madeAt ?? 0;
  }

  /** Goes on for as long as the page lives; ends when `signal` says so. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wait = await this.round();
      this.nudge = new AbortController();
      const end = () => this.nudge.abort();
      signal.addEventListener("abort", end, { once: true });
      if (!signal.aborted) await this.ports.clock.wait(wait, this.nudge.signal);
      signal.removeEventListener("abort", end);
    }
  }

  /** Something was recorded, or the network came back: do not wait. */
  now(): void {
    if (this.failures === 0) this.nudge.abort();
  }

  /** The network is said to be back: whatever was waited for, try at once. */
  again(): void {
    this.failures = 0;
    this.nudge.abort();
  }

  /** One round; how long to wait before the next one (ms). */
  async round(): Promise<number> {
    try {
      await this.send();
      await this.renew();
      await this.tell();
      this.failures = 0;
      this.heard.link("here");
      return EVERY;
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      this.failures += 1;
      this.heard.link(linkOf(failure.status));
      return patience(this.failures, this.ports.clock.lot(), failure.retryAfter);
    }
  }

  private async send(): Promise<void> {
    let most = 500;
    for (;;) {
      const rows = await this.ports.store.unsent();
      const items = batchOf(rows, most);
      const sent = this.ports.clock.now();
      try {
        const answer = await this.ports.server.upload(this.device, items, sent);
        this.heard.offset(offsetOf(answer.server_time, sent, this.ports.clock.now()));
        const told = acknowledged(
          rows.filter((row) => items.includes(row.item)),
          answer,
        );
        await this.ports.store.mark(told);
        this.heard.rows(told);
        if (items.length === 0 || told.length === 0) return;
      } catch (failure) {
        // too large or too slow: the same in smaller parts
        if (!(failure instanceof NoAnswer) || ![408, 413].includes(failure.status) || most === 1) throw failure;
        most = Math.max(1, Math.floor(most / 4));
      }
    }
  }

  /** How the phone is, once a minute: a phone that lost what it had not sent is found by that. */
  private async tell(): Promise<void> {
    const now = this.ports.clock.now();
    if (Math.abs(now - this.told) < STATUS_EVERY) return;
    const rows = await this.ports.store.unsent();
    const oldest = rows.map((row) => row.item.at).reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
    const said = { queue: rows.length, last_seq: await this.ports.store.lastSeq(), clock_at: now, build: __BUILD__ };
    const more = { ...(rows.length > 0 && { oldest_at: oldest }), ...(await this.ports.condition()) };
    this.heard.lease(await this.ports.server.status(this.device, { ...said, ...more }));
    this.told = now;
  }

  /** Something of the bundle was taken out: have it again, whole. */
  anew(): void {
    this.etag = "";
  }

  private async renew(): Promise<void> {
    const fresh = await this.ports.server.bundle(this.device, this.etag);
    if (fresh !== null) {
      const bundle = await opened(fresh.jws, this.device.key, this.device.id);
      // what the pinned key did not sign, or what is older than what is held, is not taken
      if (bundle !== null && bundle.made_at >= this.madeAt) {
        [this.etag, this.madeAt] = [fresh.etag, bundle.made_at];
        await this.ports.store.put("bundle", { etag: fresh.etag, content: bundle }).catch(() => undefined);
        this.heard.bundle(bundle);
      }
    }
    const past = (await this.ports.server.past(this.device)) as Past;
    this.heard.past(past);
    await this.ports.store.put("past", past).catch(() => undefined);
  }
}

function linkOf(status: number): Link {
  if (status === 401) return "refused";
  return status === 429 || status === 503 ? "busy" : "away";
}
