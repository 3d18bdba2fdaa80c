/**
 * Two phones of one gate tell each other their recent passages, each by a running series of codes on its screen while
 * its camera reads the other's.
 */
import { bytesOf } from "../domain/base64.ts";
import { type Carried, type CarriedRow, type ExchangeSection, newsOf, packedOf, unpacked } from "../domain/exchange.ts";
import { ordinal } from "../domain/facts.ts";
import {
  chunkAt,
  contentOf,
  frameOf,
  type Heard,
  type Inbox,
  MOST_PARTS,
  NOTHING_HEARD,
  partsOf,
  type Series,
  textOf,
  withFrame,
  withoutSeries,
} from "../domain/series.ts";
import { packed } from "../packing.ts";
import type { Clock, Device } from "../ports.ts";
import { OVERHEAD, PACKED, sealed, unsealed } from "./sealed.ts";

/** Why nothing comes of what the camera reads: the other phone is of another gate, or no day's key is common. */
export type Trouble = "other_gate" | "no_key" | "unreadable";

/** How it stands. `here`: parts of the other's series that are here, `there`: of ours that the other says he has; `of` 0
 * while nothing is known of it. `news`: passages learnt so far. */
export interface Progress {
  readonly here: { readonly many: number; readonly of: number };
  readonly there: { readonly many: number; readonly of: number };
  readonly news: number;
  readonly trouble: Trouble | null;
}

interface Ports {
  readonly clock: Clock;
  readonly device: Device;
  readonly section: ExchangeSection;
  /** What this phone tells. */
  readonly told: readonly Carried[];
  readonly known: () => readonly CarriedRow[];
  /** Something new was told. */
  readonly learnt: (rows: readonly CarriedRow[]) => Promise<void>;
  readonly progress: (now: Progress) => void;
}

const EPOCH = ordinal("1970-01-01");
const BEGUN: Progress = { here: { many: 0, of: 0 }, there: { many: 0, of: 0 }, news: 0, trouble: null };

export class Exchange {
  private readonly ports: Ports;
  /** Keys by day, counted since 1970. */
  private readonly keys: ReadonlyMap<number, Uint8Array>;
  private now = BEGUN;
  private packed = new Uint8Array();
  private content = new Uint8Array();
  private series: Series | null = null;
  private place = 0;
  private turn = 0;
  private inbox: Inbox = [];
  private heardOf: Heard = NOTHING_HEARD;
  private readonly read = new Set<number>(); // series that were opened

  constructor(ports: Ports) {
    this.ports = ports;
    this.keys = new Map(Object.entries(ports.section.keys).map(([day, key]) => [ordinal(day) - EPOCH, bytesOf(key)]));
  }

  /** Packs what is to be told, under the newest key. */
  async begin(): Promise<void> {
    this.packed = await packed(packedOf(this.ports.told), PACKED);
    await this.tellBy(Math.max(...this.keys.keys()));
  }

  /** The text of the code to be shown next; null before there is one. */
  next(): string | null {
    if (this.series === null) return null;
    const chunk = chunkAt(this.content, this.place);
    const text = textOf({ series: this.series, place: this.place, turn: this.turn, heard: this.heardOf, chunk });
    this.place += 1;
    if (this.place >= this.series.total) [this.place, this.turn] = [0, this.turn + 1];
    return text;
  }

  /** A code of the other phone. */
  async heard(text: string): Promise<void> {
    const frame = frameOf(text);
    if (frame === null || frame.series.transfer === this.series?.transfer) return; // a mirror
    const { series, heard } = frame;
    if (series.gate !== this.ports.device.node) return this.stands({ trouble: "other_gate" });
    if (heard.transfer === this.series?.transfer) {
      this.stands({ there: { many: heard.many, of: this.series.total } });
    }
    const key = this.keys.get(series.day);
    if (key === undefined) return this.stands({ trouble: "no_key" });
    // whose last contact is older has no newer key: he is told by the one that both have
    if (this.series !== null && series.day < this.series.day) await this.tellBy(series.day);
    if (this.read.has(series.transfer)) return;
    this.inbox = withFrame(this.inbox, frame);
    const [first] = this.inbox;
    const many = first?.chunks.size ?? 0;
    this.heardOf = { transfer: series.transfer, many: Math.min(many, series.total - 1) }; // the last when it is opened
    this.stands({ here: { many: this.heardOf.many, of: series.total }, trouble: null });
    const content = first && contentOf(first);
    if (content) await this.open(content, key, series);
  }

  private async open(content: Uint8Array, key: Uint8Array, series: Series): Promise<void> {
    this.inbox = withoutSeries(this.inbox, series); // opened once; where it does not open it is collected anew
    this.read.add(series.transfer);
    const text = await unsealed(content, key, series);
    const told = text === null ? null : unpacked(text);
    if (told === null) {
      this.read.delete(series.transfer);
      return this.stands({ trouble: "unreadable", here: { many: 0, of: series.total } });
    }
    const rows = newsOf(told, this.ports.device.id, this.ports.known());
    await this.ports.learnt(rows);
    this.heardOf = { transfer: series.transfer, many: series.total };
    this.stands({ here: { many: series.total, of: series.total }, news: this.now.news + rows.length, trouble: null });
  }

  private async tellBy(day: number): Promise<void> {
    const key = this.keys.get(day);
    const total = partsOf(this.packed.length + OVERHEAD);
    if (key === undefined || total > MOST_PARTS) return;
    const { clock, device } = this.ports;
    const transfer = clock.lots(4).reduce((sum, lot) => sum * 256 + lot, 0) || 1;
    const series = { transfer, gate: device.node, day, total };
    this.content = await sealed(this.packed, key, series, clock.lots(12));
    [this.series, this.place] = [series, 0];
    this.stands({ there: { many: 0, of: total } });
  }

  private stands(now: Partial<Progress>): void {
    this.now = { ...this.now, ...now };
    this.ports.progress(this.now);
  }
}
