/**
 * Readers that type what they scan, as a keyboard would: fast, and Enter at the end.
 *
 * Between the keys of such a reader pass a few milliseconds, over a bad radio 40; nobody types six keys in a row that
 * fast. A key held down repeats as fast, but says so. Into a field that wants digits somebody may paste or type from a
 * numeric pad: there only what is a code of a known kind counts as scanned, everything else stays the field's.
 */
import { kindOf } from "./kinds.ts";

/** A key as far as it matters. `text`: what it types, "" for one that types nothing; `at`: ms that never go back. */
export interface Key {
  readonly text: string;
  readonly enter: boolean;
  readonly repeat: boolean;
  readonly at: number;
  readonly wantsDigits: boolean;
}

const GAP = 50; // ms between two keys of a burst, Enter included
const LEAST = 6; // characters

export class Wedge {
  #burst = "";
  #last = Number.NEGATIVE_INFINITY;

  /** What has been typed since the burst began; "" while nothing has. */
  get burst(): string {
    return this.#burst;
  }

  /** Takes a key; the text when it ended one that a reader scanned, else null. */
  take(key: Key): string | null {
    const goesOn = key.at - this.#last <= GAP && !key.repeat;
    const typed = goesOn ? this.#burst : "";
    this.#last = key.at;
    this.#burst = key.enter || key.repeat ? "" : typed + key.text;
    if (!key.enter || typed.length < LEAST) return null;
    return key.wantsDigits && kindOf(typed).kind === "other" ? null : typed;
  }

  /** A key that no reader types came between. */
  broken(): void {
    this.#burst = "";
  }
}

const SILENT = new Set(["Shift", "CapsLock", "Alt", "AltGraph", "Control", "Meta"]);
/** Of a keyboard as in the USA, which is what readers claim to be: [plain, with Shift]. */
const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Backslash: ["\\", "|"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backquote: ["`", "~"],
  Space: [" ", " "],
};
const SHIFTED_DIGITS = ")!@#$%^&*(";

/** What a key types. An input method that is on (pinyin, say) hides it: then by its place on the keyboard. */
export function typedBy(event: Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "isComposing">): string {
  if (!event.isComposing && event.key !== "Process") return event.key.length === 1 ? event.key : "";
  const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? [];
  if (letter) return event.shiftKey ? letter : letter.toLowerCase();
  const [, digit] = /^(?:Digit|Numpad)([0-9])$/.exec(event.code) ?? [];
  if (digit) return event.shiftKey ? SHIFTED_DIGITS.charAt(Number(digit)) : digit;
  return MARKS[event.code]?.[event.shiftKey ? 1 : 0] ?? "";
}

/**
 * Listens to a page's keys; what a reader typed goes to `onText`, out of the field that it was typed into, and its Enter
 * sends no form. Returns how to stop.
 */
export function listenForWedge(page: Document, onText: (text: string) => void): () => void {
  const wedge = new Wedge();
  let before: { field: HTMLInputElement | HTMLTextAreaElement; value: string } | null = null;
  const hear = (event: KeyboardEvent): void => {
    if (SILENT.has(event.key)) return;
    const text = typedBy(event);
    const enter = event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter";
    if ((!text && !enter) || event.ctrlKey || event.altKey || event.metaKey) {
      wedge.broken();
      return;
    }
    const field = fieldOf(event.target);
    const wantsDigits = field !== null && isForDigits(field);
    const scanned = wedge.take({ text, enter, repeat: event.repeat, at: event.timeStamp, wantsDigits });
    if (wedge.burst.length === 1) before = field && { field, value: field.value };
    if (scanned === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (before && before.field === field) restore(before.field, before.value);
    onText(scanned);
  };
  page.addEventListener("keydown", hear, { capture: true });
  return () => page.removeEventListener("keydown", hear, { capture: true });
}

function restore(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function fieldOf(target: EventTarget | null): HTMLInputElement | HTMLTextAreaElement | null {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
}

function isForDigits(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  return ["numeric", "decimal", "tel"].includes(field.inputMode) || ["number", "tel"].includes(field.type);
}
