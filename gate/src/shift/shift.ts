/**
 * Whose shift it is: badge and PIN open the names of the unit, hand-over and the end of the lease forget them.
 *
 * Key and names are held here, in memory. The queue is nobody's: it stays, and goes on being sent.
 */
import { type Badge, readBadge } from "../domain/badge.ts";
import type { Bundle } from "../domain/bundle.ts";
import { atContact, corrected, isLive, type Lease, readRenewal, renewed, seenAt } from "../domain/lease.ts";
import { isReadable } from "../domain/people.ts";
import type { Clock, Device, Store } from "../ports.ts";
import { isSigned } from "../sync/signature.ts";
import { keyOf, type Names, openNames } from "./names.ts";

const MOST_WRONG = 10;
const NOTED_EVERY = 60_000; // ms between two notes of the latest moment seen
const NEVER: Lease = { until: 0, seen: 0, used: {} };

/** Why no names are open, after somebody tried. */
export type Closed = "no_badge" | "wrong_pin" | "no_people" | "lapsed" | "lease_refused";

/** What the app hears. `gone`: the people were deleted from this phone; the next contact brings them back. `ended`: the
 * badge that opened the names opens them no more. */
export interface Heard {
  names(names: Names | null): void;
  ended(): void;
  gone(bundle: Bundle): void;
}

export class Shift {
  private held: { readonly badge: number; readonly key: CryptoKey } | null = null;
  private lease: Lease = NEVER;
  private noted = 0;
  private wrong = 0; // PINs in a row
  private ended = 0; // shifts: what was begun in one of them opens nothing in the next
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly device: Device;
  private readonly heard: Heard;
  private bundle: Bundle | null;

  constructor(ports: { store: Store; clock: Clock }, device: Device, heard: Heard, bundle: Bundle | null) {
    this.store = ports.store;
    this.clock = ports.clock;
    this.device = device;
    this.heard = heard;
    this.bundle = bundle;
  }

  /** Reads what is kept. Before it nothing is opened. */
  async start(): Promise<void> {
    this.lease = (await this.store.get("lease")) ?? NEVER;
    this.wrong = (await this.store.get("wrongPins")) ?? 0;
    if (this.bundle) await this.lengthen(atContact(this.lease, this.bundle.made_at, this.endOf(this.bundle)));
  }

  /** A badge as scanned or typed; null when it is none. */
  read(text: string): Badge | null {
    return readBadge(text);
  }

  /** Badge and PIN. null: the names are open. The tenth wrong PIN in a row deletes the people from this phone. */
  async open(badge: Badge, pin: string): Promise<Closed | null> {
    const section = this.bundle?.people;
    if (!section || section.sealed === "" || !isReadable(section)) return "no_people";
    if (!isLive(this.lease, this.clock.now())) return "lapsed";
    if (section.badges[String(badge.id)] === undefined) return "no_badge";
    const begun = this.ended;
    const key = await keyOf(badge, pin);
    const names = await openNames(section, this.device.id, badge.id, key);
    if (begun !== this.ended) return "no_people"; // meanwhile the shift was ended, or the people deleted
    this.wrong = names === null ? this.wrong + 1 : 0;
    await this.store.put("wrongPins", this.wrong).catch(() => undefined); // counted in memory all the same
    if (this.wrong >= MOST_WRONG) await this.deletePeople();
    if (names === null) return "wrong_pin";
    this.held = { badge: badge.id, key };
    this.heard.names(names);
    return null;
  }

  /** The shift is over: nobody's name is known here any more. */
  handOver(): void {
    this.ended += 1;
    this.held = null;
    this.heard.names(null);
  }

  /** A newer bundle: the same key opens it, unless the badge was revoked. */
  async renewed(bundle: Bundle): Promise<void> {
    const isNewer = bundle.made_at > (this.bundle?.made_at ?? 0);
    this.bundle = bundle;
    const lease = isNewer ? corrected(this.lease, bundle.made_at, this.clock.now()) : this.lease;
    await this.lengthen(atContact(lease, bundle.made_at, this.endOf(bundle)));
    if (this.held === null) return;
    const begun = this.ended;
    const names = await openNames(bundle.people, this.device.id, this.held.badge, this.held.key);
    if (begun !== this.ended) return;
    if (names !== null) return this.heard.names(names);
    this.handOver();
    this.heard.ended();
  }

  /** A code that lengthens the lease, of a contact or of the lead of the gate. */
  async extend(text: string): Promise<Closed | null> {
    const code = readRenewal(text);
    if (code === null || !(await isSigned(this.device.key, code.signed, code.signature))) return "lease_refused";
    const here = { gate: this.device.node, device: this.device.id };
    const { lease, why } = renewed(this.lease, code.said, this.clock.now(), here);
    await this.lengthen(lease);
    return why === null ? null : "lease_refused";
  }

  /** Every second: a lapsed lease forgets the names and deletes the people. */
  async look(): Promise<void> {
    const now = this.clock.now();
    this.lease = seenAt(this.lease, now);
    if (now - this.noted > NOTED_EVERY || now < this.noted) {
      this.noted = now;
      await this.store.put("lease", this.lease).catch(() => undefined);
    }
    if (!isLive(this.lease, now) && (this.held !== null || (this.bundle?.people?.sealed ?? "") !== "")) {
      await this.deletePeople();
    }
  }

  /** What could open names is no longer on this phone. */
  async deletePeople(): Promise<void> {
    this.handOver();
    if (!this.bundle) return;
    const people = { ...this.bundle.people, badges: {}, sealed: "", count: 0 };
    this.bundle = { ...this.bundle, people };
    await this.store.put("bundle", { etag: "", content: this.bundle }).catch(() => undefined);
    this.heard.gone(this.bundle);
  }

  private endOf(bundle: Bundle): number {
    return bundle.made_at + (bundle.people?.lease ?? 0);
  }

  private async lengthen(lease: Lease): Promise<void> {
    this.lease = lease;
    await this.store.put("lease", lease).catch(() => undefined);
  }
}
