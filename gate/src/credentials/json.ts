/** A JSON object in UTF-8 without a byte order mark, no key twice; whole numbers stay whole, which JSON.parse loses. */
import { textIn } from "./bounded.ts";
import { damaged, type Layer } from "./refusals.ts";
import { Pairs, type Value } from "./values.ts";

const SPACE = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\]|\\.)*"/y; // what is between the quotes JSON.parse judges
const NUMBER = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;
const WORD = /true|false|null/y;
const MAX_DEPTH = 512;
const MAX_DIGITS = 4_300;

/** Throws Refused (malformed) of `layer`. */
export function jsonObject(encoded: Uint8Array, layer: Layer): Pairs {
  const reader = new Reader(textIn(encoded) ?? "", layer);
  const found = reader.whole();
  if (!(found instanceof Pairs)) throw damaged(layer);
  return found;
}

class Reader {
  private at = 0;
  private readonly text: string;
  private readonly layer: Layer;

  constructor(text: string, layer: Layer) {
    this.text = text;
    this.layer = layer;
  }

  whole(): Value {
    const found = this.value(0);
    if (this.at < this.text.length) throw damaged(this.layer);
    return found;
  }

  private value(depth: number): Value {
    if (depth > MAX_DEPTH) throw damaged(this.layer);
    this.match(SPACE);
    const found = this.bare(depth);
    this.match(SPACE);
    return found;
  }

  private bare(depth: number): Value {
    if (this.taken("{")) return this.object(depth + 1);
    if (this.taken("[")) return this.array(depth + 1);
    const text = this.match(TEXT);
    if (text) return this.parsed(text[0]);
    const number = this.match(NUMBER);
    if (number) return this.number(number[0], number[1] ?? "");
    const word = this.match(WORD);
    if (word) return JSON.parse(word[0]) as boolean | null;
    throw damaged(this.layer);
  }

  private parsed(text: string): string {
    try {
      return JSON.parse(text) as string;
    } catch {
      throw damaged(this.layer);
    }
  }

  private number(whole: string, more: string): bigint | number {
    if (more !== "") return Number(whole);
    if (whole.length > MAX_DIGITS) throw damaged(this.layer);
    return BigInt(whole);
  }

  private object(depth: number): Pairs {
    const pairs = new Pairs();
    this.listed("}", () => {
      const key = this.value(depth);
      if (typeof key !== "string" || !this.taken(":") || !pairs.add(key, this.value(depth))) throw damaged(this.layer);
    });
    return pairs;
  }

  private array(depth: number): Value[] {
    const all: Value[] = [];
    this.listed("]", () => all.push(this.value(depth)));
    return all;
  }

  /** Entries with commas between them, up to `end`. */
  private listed(end: string, entry: () => void): void {
    this.match(SPACE);
    if (this.taken(end)) return;
    do entry();
    while (this.taken(","));
    if (!this.taken(end)) throw damaged(this.layer);
  }

  private taken(letter: string): boolean {
    if (this.text[this.at] !== letter) return false;
    this.at += 1;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
}
