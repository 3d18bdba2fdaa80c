/**
 * One item of CBOR (RFC 8949) and nothing after it: no tags but of dates, no indefinite lengths, no key twice, at most
 * sixteen deep. A reader of our own, because libraries tell 1.0 and 1 as one number, which here would let a float stand
 * for a label, and bound neither depth nor tags; nothing of it is written.
 */
import { textIn } from "./bounded.ts";
import { damaged, type Layer } from "./refusals.ts";
import { Pairs, Simple, type Value } from "./values.ts";

const MAX_DEPTH = 16; // arrays, maps and tags inside one another
const DATE_TEXT = 0n; // a tagged date and time is its text, for there is more than one way to write one

/** Throws Refused (malformed) of `layer`. */
export function cbor(encoded: Uint8Array, layer: Layer): Value {
  const reader = new Reader(encoded, layer);
  const item = reader.item(0);
  if (reader.left > 0) throw damaged(layer);
  return item;
}

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly layer: Layer;

  constructor(bytes: Uint8Array, layer: Layer) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.layer = layer;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** `depth`: how many are around it. */
  item(depth: number): Value {
    const first = this.take(1)[0] ?? 0;
    const [major, info] = [first >> 5, first & 31];
    if (major === 7) return this.other(info);
    const argument = this.argument(info);
    if (major === 0) return argument;
    if (major === 1) return -1n - argument;
    if (major === 2) return this.take(argument);
    if (major === 3) return this.checked(textIn(this.take(argument)));
    if (depth >= MAX_DEPTH) throw damaged(this.layer);
    if (major === 4) return this.many(argument, () => this.item(depth + 1));
    return major === 5 ? this.map(argument, depth + 1) : this.tagged(argument, depth + 1);
  }

  private map(many: bigint, depth: number): Pairs {
    const pairs = new Pairs();
    this.many(many, () => {
      if (!pairs.add(this.item(depth), this.item(depth))) throw damaged(this.layer);
    });
    return pairs;
  }

  private tagged(tag: bigint, depth: number): string {
    const content = this.item(depth);
    if (tag !== DATE_TEXT || typeof content !== "string") throw damaged(this.layer);
    return content;
  }

  /** False, true, null, floats, and what nobody uses. 31 would end what has no length. */
  private other(info: number): Value {
    if (info < 20) return new Simple(info);
    if (info < 22) return info === 21;
    if (info < 24) return info === 22 ? null : new Simple(info);
    if (info === 24) return this.simple(this.take(1)[0] ?? 0);
    if (info === 25) return half(this.viewed(2).getUint16(0));
    if (info === 26) return this.viewed(4).getFloat32(0);
    if (info === 27) return this.viewed(8).getFloat64(0);
    throw damaged(this.layer);
  }

  private simple(number: number): Simple {
    if (number < 32) throw damaged(this.layer);
    return new Simple(number);
  }

  private argument(info: number): bigint {
    if (info < 24) return BigInt(info);
    if (info > 27) throw damaged(this.layer);
    return this.take(2 ** (info - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }

  private many<T>(count: bigint, read: () => T): T[] {
    if (count > this.left) throw damaged(this.layer); // each takes a byte at least
    return Array.from({ length: Number(count) }, read);
  }

  private viewed(size: number): DataView {
    const begins = this.at;
    this.take(size);
    return new DataView(this.view.buffer, this.view.byteOffset + begins, size);
  }

  private take(size: number | bigint): Uint8Array {
    if (size > this.left) throw damaged(this.layer);
    const begins = this.at;
    this.at += Number(size);
    return this.bytes.slice(begins, this.at);
  }

  private checked(text: string | null): string {
    if (text === null) throw damaged(this.layer);
    return text;
  }
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}
