/** The words of the app in one of its languages. Chinese comes with it; English is fetched by who wants it. */
import { ZH } from "./zh.ts";

export type Word = keyof typeof ZH;
export type Words = Readonly<Record<Word, string>>;
export type Language = "zh" | "en";

/** All words of a language. */
export async function wordsOf(language: Language): Promise<Words> {
  return language === "zh" ? ZH : (await import("./en.ts")).EN;
}

/** A word, filled in. */
export function say(words: Words, word: Word, given: Readonly<Record<string, string | number>> = {}): string {
  return words[word].replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(given[name] ?? ""));
}

export { ZH };
