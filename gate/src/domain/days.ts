/** The site's day of a moment: a passage at ten past midnight belongs to the new day, wherever the phone thinks it is. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, made);
  return made;
}

function partsOf(zone: string, ms: number): Record<string, string> {
  return Object.fromEntries(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
}

/** As 2021-08-10. `ms`: epoch milliseconds; `zone`: an IANA name, as Asia/Shanghai. */
export function dayIn(zone: string, ms: number): string {
  const { year = "", month = "", day = "" } = partsOf(zone, ms);
  return `${year.padStart(4, "0")}-${month}-${day}`;
}

/** As 09:12. */
export function clockIn(zone: string, ms: number): string {
  const { hour = "", minute = "" } = partsOf(zone, ms);
  return `${hour}:${minute}`;
}
