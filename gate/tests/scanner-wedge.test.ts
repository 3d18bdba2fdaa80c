import fc from "fast-check";
import { expect, test } from "vitest";
import { passText } from "../src/domain/pass.ts";
import { Repeats } from "../src/scanner/repeats.ts";
import { typedBy, Wedge } from "../src/scanner/wedge.ts";

interface Typing {
  readonly text: string;
  readonly gaps: readonly number[];
  readonly start?: number;
  readonly enter?: number;
  readonly wantsDigits?: boolean;
  readonly repeat?: boolean;
}

/** What came of typing a text and Enter into a wedge: the gap before each key but the first, then before Enter. */
function typed(wedge: Wedge, { text, gaps, start = 0, enter = 10, wantsDigits = false, repeat = false }: Typing) {
  let at = start;
  const found: (string | null)[] = [];
  for (const [place, letter] of [...text].entries()) {
    at += place ? (gaps[(place - 1) % gaps.length] ?? 0) : 0;
    found.push(wedge.take({ text: letter, enter: false, repeat: repeat && place > 0, at, wantsDigits }));
  }
  found.push(wedge.take({ text: "", enter: true, repeat: false, at: at + enter, wantsDigits }));
  return found.filter((one) => one !== null);
}

const printable = fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code));
const texts = fc.string({ unit: printable, minLength: 6, maxLength: 200 });
const fast = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 });
const human = fc.array(fc.integer({ min: 51, max: 900 }), { minLength: 1, maxLength: 20 });

test("what comes fast and ends with Enter was scanned, whole", () => {
  fc.assert(
    fc.property(texts, fast, fc.integer({ min: 0, max: 50 }), (text, gaps, enter) => {
      expect(typed(new Wedge(), { text, gaps, enter })).toEqual([text]);
    }),
  );
});

test("what comes as slowly as somebody types was not", () => {
  fc.assert(
    fc.property(texts, human, (text, gaps) => {
      expect(typed(new Wedge(), { text, gaps })).toEqual([]);
    }),
  );
});

test("a fast run of fewer than six keys is somebody in a hurry", () => {
  const short = fc.string({ unit: printable, maxLength: 5 });
  fc.assert(
    fc.property(short, fast, (text, gaps) => {
      expect(typed(new Wedge(), { text, gaps })).toEqual([]);
    }),
  );
});

test("Enter that comes late ends no scan", () => {
  fc.assert(
    fc.property(texts, fast, fc.integer({ min: 51, max: 5000 }), (text, gaps, enter) => {
      expect(typed(new Wedge(), { text, gaps, enter })).toEqual([]);
    }),
  );
});

test("a key that is held down is no reader", () =>
  expect(typed(new Wedge(), { text: "aaaaaaaaaaaa", gaps: [33], repeat: true })).toEqual([]));

test("what somebody had typed before is no part of it", () => {
  fc.assert(
    fc.property(texts, human, texts, fast, (before, slowly, text, gaps) => {
      const wedge = new Wedge();
      let at = 0;
      for (const [place, letter] of [...before].entries()) {
        at += slowly[place % slowly.length] ?? 0;
        wedge.take({ text: letter, enter: false, repeat: false, at, wantsDigits: false });
      }
      expect(typed(wedge, { text, gaps, start: at + 51 })).toEqual([text]);
    }),
  );
});

test("two scans are two, also when the second follows at once", () => {
  fc.assert(
    fc.property(texts, texts, fast, (one, two, gaps) => {
      const wedge = new Wedge();
      expect(typed(wedge, { text: one, gaps })).toEqual([one]);
      expect(typed(wedge, { text: two, gaps, start: 200 * 50 + 20 })).toEqual([two]);
    }),
  );
});

test("a key that no reader types breaks it", () => {
  const wedge = new Wedge();
  for (const [at, text] of [..."13800138"].entries())
    wedge.take({ text, enter: false, repeat: false, at, wantsDigits: false });
  wedge.broken();
  expect(typed(wedge, { text: "0001", gaps: [5], start: 10 })).toEqual([]);
});

test("into a field that wants digits a code is scanned, digits are the field's", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.bigInt({ min: 10n ** 10n, max: 10n ** 11n - 1n }), fast, (id, digits, gaps) => {
      const text = passText(id);
      expect(typed(new Wedge(), { text, gaps, wantsDigits: true })).toEqual([text]);
      expect(typed(new Wedge(), { text: String(digits), gaps, wantsDigits: true })).toEqual([]);
      expect(typed(new Wedge(), { text: String(digits), gaps })).toEqual([String(digits)]);
    }),
  );
});

test.each([
  [{ key: "K", code: "KeyK" }, "K"],
  [{ key: "Enter", code: "Enter" }, ""],
  [{ key: "Process", code: "KeyK", shiftKey: true }, "K"],
  [{ key: "Process", code: "KeyK" }, "k"],
  [{ key: "k", code: "KeyK", isComposing: true }, "k"],
  [{ key: "Process", code: "Digit7" }, "7"],
  [{ key: "Process", code: "Digit4", shiftKey: true }, "$"],
  [{ key: "Process", code: "Numpad7" }, "7"],
  [{ key: "Process", code: "Semicolon", shiftKey: true }, ":"],
  [{ key: "Process", code: "Slash" }, "/"],
  [{ key: "Process", code: "F5" }, ""],
])("an input method does not hide what a key types: %o", (event, text) =>
  expect(typedBy({ shiftKey: false, isComposing: false, ...event })).toBe(text),
);

test("the same text within three seconds is a repeat, for as long as it stays in view", () => {
  let now = 0;
  const repeats = new Repeats(() => now);
  expect(repeats.isRepeat("a")).toBe(false);
  for (now = 100; now < 20_000; now += 2999) expect(repeats.isRepeat("a")).toBe(true);
  const last = now - 2999;
  now = last + 3000;
  expect(repeats.isRepeat("a")).toBe(false);
  expect(repeats.isRepeat("b")).toBe(false);
  expect(repeats.isRepeat("a")).toBe(true);
  repeats.forget("a");
  expect(repeats.isRepeat("a")).toBe(false);
});

test("a text is a repeat just when it was seen less than three seconds before", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 4000 })), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(steps, (sights) => {
      let now = 0;
      const repeats = new Repeats(() => now);
      const last = new Map<string, number>();
      for (const [text, later] of sights) {
        now += later;
        const before = last.get(text);
        expect(repeats.isRepeat(text)).toBe(before !== undefined && now - before < 3000);
        last.set(text, now);
      }
    }),
  );
});
