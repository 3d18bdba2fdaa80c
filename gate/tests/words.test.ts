import { expect, test } from "vitest";
import { EN } from "../src/i18n/en.ts";
import { LATER_ZH } from "../src/i18n/later.zh.ts";
import { say, type Words, wordsOf } from "../src/i18n/words.ts";
import { ZH as FIRST } from "../src/i18n/zh.ts";

const ZH: Words = { ...FIRST, ...LATER_ZH };

const blanks = (text: string) => [...text.matchAll(/\{\w+\}/gu)].map(([name]) => name).sort();

test("every word stands in both languages, with the same blanks", () => {
  expect(Object.keys(EN).sort()).toEqual(Object.keys(ZH).sort());
  for (const word of Object.keys(ZH) as (keyof typeof ZH)[]) {
    expect(EN[word].trim(), word).not.toBe("");
    expect(blanks(EN[word]), word).toEqual(blanks(ZH[word]));
  }
});

test("a word is filled in, and a blank that nobody fills is empty", async () => {
  expect(say(await wordsOf("en"), "unsent", { n: 3, at: "09:12" })).toBe("3 unsent, oldest 09:12");
  expect(say(await wordsOf("zh"), "degrees")).toBe(" °C");
});
