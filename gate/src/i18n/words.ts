/** The words of the app in one of its languages. Those of the first screens in Chinese come with it; the rest is fetched. */
import type { LATER_ZH } from "./later.zh.ts";
import { ZH } from "./zh.ts";

export type Word = keyof typeof ZH | keyof typeof LATER_ZH;
export type Words = Readonly<Record<Word, string>>;
export type Language = "zh" | "en";

/** What the first screens need, before anything is fetched. */
export const FIRST_WORDS: Readonly<Partial<Words>> = ZH;

/** All words of a language. */
export async function wordsOf(language: Language): Promise<Words> {
  return language === "zh" ? { ...ZH, ...(await import("./later.zh.ts")).LATER_ZH } : (await import("./en.ts")).EN;
}

/** A word, filled in; "" while it is not fetched. */
export function say(
  words: Readonly<Partial<Words>>,
  word: Word,
  given: Readonly<Record<string, string | number>> = {},
): string {
  return (words[word] ?? "").replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(given[name] ?? ""));
}
