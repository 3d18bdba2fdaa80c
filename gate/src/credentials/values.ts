/**
 * What CBOR and JSON come to, with what JavaScript's own readers lose and what refuses a forgery: a whole number is a
 * bigint and a float is a number, so that 1.0 is not taken for the label 1; no key stands twice.
 */

export type Value = null | boolean | bigint | number | string | Uint8Array | Simple | readonly Value[] | Pairs;

/** A simple value of CBOR that is none of false, true and null; 23 is "undefined". */
export class Simple {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

/** A map. Keys are one where Python holds them equal: 1, 1.0 and true. */
export class Pairs {
  private readonly held = new Map<unknown, readonly [key: Value, value: Value]>();

  /** false: the key stands there already. */
  add(key: Value, value: Value): boolean {
    const name = nameOf(key);
    if (this.held.has(name)) return false;
    this.held.set(name, [key, value]);
    return true;
  }

  /** undefined for a key that does not stand there. */
  get(key: bigint | string): Value | undefined {
    return this.held.get(nameOf(key))?.[1];
  }

  /** Keys as they were written. */
  keys(): Value[] {
    return [...this.held.values()].map(([key]) => key);
  }

  /** What stands in `over` wins. */
  under(over: Pairs): Pairs {
    const both = new Pairs();
    for (const [key, value] of [...over.held.values(), ...this.held.values()]) both.add(key, value);
    return both;
  }
}

/** Only labels that COSE and CWT allow: whole numbers and texts (RFC 9052 section 1.4). */
export function isLabelled(found: Value | undefined): found is Pairs {
  return found instanceof Pairs && found.keys().every((key) => typeof key === "bigint" || typeof key === "string");
}

const NOTHING: readonly Value[] = [null, false, 0, 0n, ""];

/** What Python takes for nothing: an empty group of a certificate counts as none. */
export function isNothing(found: Value | undefined): boolean {
  if (found instanceof Simple) return found.number === 23;
  if (found instanceof Pairs) return found.keys().length === 0;
  if (found instanceof Uint8Array || Array.isArray(found)) return found.length === 0;
  return found === undefined || NOTHING.includes(found);
}

function nameOf(key: Value): unknown {
  if (typeof key === "string") return `s${JSON.stringify(key)}`;
  if (typeof key === "bigint") return `n${key}`;
  if (typeof key === "boolean") return `n${Number(key)}`;
  if (typeof key === "number") return numberName(key);
  if (key === null) return "null";
  if (key instanceof Simple) return key.number === 23 ? "undefined" : `n${key.number}`;
  if (key instanceof Uint8Array) return `b${key.join()}`;
  if (key instanceof Pairs) return `{${key.keys().map(nameOf).sort().join()}}`;
  return `[${key.map(nameOf).join()}]`;
}

function numberName(key: number): unknown {
  if (Number.isNaN(key)) return Symbol("NaN"); // equal to nothing, itself included
  return Number.isInteger(key) ? `n${BigInt(key)}` : `n${key}`;
}
