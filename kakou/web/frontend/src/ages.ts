const STEPS: ReadonlyArray<readonly [number, Intl.RelativeTimeFormatUnit]> = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

/** "3 minutes ago", "in 2 hours": whole units, never rounded up, so that nothing looks older than it is. */
export function ageOf(then: number, now: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const seconds = (then - now) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "minute");
}

/** Rewrite every <time data-age> from its own datetime. The server's clock is used: phones and desks may be wrong. */
export function keepAges(): void {
  const language = document.documentElement.lang;
  const skew = Number(document.body.dataset.skew ?? 0);
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-age]")) {
    const text = ageOf(Date.parse(time.dateTime), Date.now() + skew, language);
    if (time.textContent !== text) time.textContent = text;
  }
}
