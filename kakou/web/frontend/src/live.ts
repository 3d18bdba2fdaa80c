// Live pages: the server says "something changed at node 12", parts of the page that care fetch themselves again.
import htmx from "htmx.org";

const AT_MOST_EVERY = 2_000; // a busy gate must not make a desk fetch ten times a second
const BLINK = 4_000;
const AMBER = 60_000;
const RED = 300_000;

/** Calls `act` at once, then at most every `gap` ms; what came meanwhile is answered by one later call. */
export function calmly(act: () => void, gap: number, now: () => number = Date.now): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (waiting !== undefined) return;
    const wait = Math.max(0, last + gap - now());
    waiting = setTimeout(() => {
      waiting = undefined;
      last = now();
      act();
    }, wait);
  };
}

interface Line {
  source: EventSource | undefined;
  cursor: string;
  lostAt: number | undefined;
  tries: number;
}

const RENEW = 240_000; // a ticket is good for 300 s; with a fresh one the browser comes back by itself

const refreshers = new WeakMap<Element, () => void>();

function refresh(topic: string): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
    // a part names whole topics ("orders.changed") or heads of them ("orders")
    const cares = (part.dataset.live ?? "").split(" ").some((name) => topic === name || topic.startsWith(`${name}.`));
    if (!cares) continue;
    let go = refreshers.get(part);
    if (!go) {
      go = calmly(() => {
        // what somebody is reading or typing in is not pulled away under the hand
        const busy =
          part.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select");
        if (part.isConnected && !busy) htmx.trigger(part, "live");
      }, AT_MOST_EVERY);
      refreshers.set(part, go);
    }
    go();
  }
}

function everything(): void {
  const topics = new Set<string>();
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
    for (const topic of (part.dataset.live ?? "").split(" ")) topics.add(topic);
  }
  for (const topic of topics) refresh(topic);
}

function show(line: Line): void {
  const lamp = document.querySelector<HTMLElement>("[data-live-lamp]");
  if (!lamp) return;
  const lost = line.lostAt === undefined ? 0 : Date.now() - line.lostAt;
  const state = lost > RED ? "dead" : lost > AMBER ? "stale" : lost > BLINK ? "waiting" : "live";
  if (lamp.dataset.state === state) return;
  lamp.dataset.state = state;
  lamp.textContent = lamp.getAttribute(`data-word-${state}`) ?? "";
}

/** A signed cookie, made for this session, says which nodes the stream may speak of. False: signed out. */
async function takeTicket(): Promise<boolean> {
  const answer = await fetch("/live/", {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), "X-Kakou-By-Itself": "1" },
  });
  if (answer.status === 401 || answer.status === 403) return false; // the next click says so
  if (!answer.ok) throw new Error(`live ${answer.status}`);
  return true;
}

async function connect(line: Line): Promise<void> {
  try {
    if (!(await takeTicket())) return;
  } catch {
    lose(line);
    return;
  }
  const source = new EventSource(line.cursor ? `/events?after=${encodeURIComponent(line.cursor)}` : "/events");
  line.source = source;
  source.onopen = () => {
    if (line.lostAt !== undefined && !line.cursor) everything(); // with a cursor the server tells what was missed
    line.lostAt = undefined;
    line.tries = 0;
    show(line);
  };
  source.onmessage = (event) => {
    line.cursor = event.lastEventId || line.cursor;
    const { topic } = JSON.parse(String(event.data)) as { topic: string };
    if (topic === "everything") everything();
    else refresh(topic);
  };
  source.onerror = () => {
    line.lostAt ??= Date.now();
    if (source.readyState === EventSource.CLOSED) lose(line);
    show(line);
  };
}

function lose(line: Line): void {
  line.lostAt ??= Date.now();
  line.source?.close();
  line.tries += 1;
  const base = Math.min(30_000, 1_000 * 2 ** Math.min(line.tries, 5));
  setTimeout(() => connect(line), base * (0.5 + Math.random() / 2)); // not all desks at once after a restart
  show(line);
}

function csrfToken(): string {
  const given = document.body.getAttribute("hx-headers");
  return given ? ((JSON.parse(given) as Record<string, string>)["X-CSRFToken"] ?? "") : "";
}

export function goLive(): void {
  if (!document.querySelector("[data-live]")) return;
  // from what the page itself had seen: what was said while it was on its way is told first
  const line: Line = { source: undefined, cursor: document.body.dataset.seen ?? "", lostAt: undefined, tries: 0 };
  void connect(line);
  setInterval(() => show(line), 5_000);
  setInterval(() => void takeTicket().catch(() => undefined), RENEW);
  window.addEventListener("pagehide", () => line.source?.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void connect(line);
  });
}
