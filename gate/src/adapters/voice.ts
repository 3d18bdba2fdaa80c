/** The voices of this phone. One that speaks over a network is none: what is said at a gate goes to nobody else. */
import type { Voice } from "../ports.ts";

const found = (language: string): SpeechSynthesisVoice | undefined =>
  globalThis.speechSynthesis
    ?.getVoices()
    .find(({ lang, localService }) => localService && lang.toLowerCase().startsWith(language));

export const voice: Voice = {
  speaks: (language) => found(language) !== undefined,
  say: (text, language) => {
    const one = found(language);
    if (one === undefined) return;
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(text);
    [said.voice, said.lang] = [one, one.lang];
    speechSynthesis.speak(said);
  },
};
