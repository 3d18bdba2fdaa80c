/** This phone and the rest of the world: enrolment, the server, whose shift it is, and what codes mean. */
import type { Checking } from "./checking.ts";
import { createCodes, isCertificate } from "./codes.ts";
import { bytesOf } from "./domain/base64.ts";
import type { Bundle, Past } from "./domain/bundle.ts";
import { type CarriedRow, toldBy } from "./domain/exchange.ts";
import type { Row } from "./domain/outbox.ts";
import { Exchange, type Progress } from "./exchange/exchange.ts";
import type { Condition, Device, Server, Voice } from "./ports.ts";
import { kindOf } from "./scanner/kinds.ts";
import { createCalls } from "./shift/calls.ts";
import { createDuty } from "./shift/duty.ts";
import { enrolled, NotEnrolled } from "./shift/enrolling.ts";
import { createFevers } from "./shift/fevers.ts";
import type { Names } from "./shift/names.ts";
import { type Closed, Shift } from "./shift/shift.ts";
import type { Near, Ports, Screen } from "./state.ts";
import { type Link, Sync } from "./sync/sync.ts";

const SOON = 20_000; // ms between two askings for what somebody waits for
const LOCKED_FOR = 600_000; // ms that a phone may lie with its screen off before the names close
const TAKES_CODES: readonly Screen[] = ["scan", "verdict", "shift", "vehicle", "certificate"];

interface Far extends Ports {
  readonly signal: (verdict: string, isMuted: boolean) => void;
  readonly server: Server;
  readonly condition: () => Promise<Condition>;
  readonly voice: Voice;
}

export type Connection = ReturnType<typeof createConnection>;

export function createConnection(ports: Far, { state, t, pack, back, poisoned }: Near, checking: Checking) {
  const { clock, store, server } = ports;
  let sync: Sync | null = null;
  let shift: Shift | null = null;
  const calls = createCalls(ports, state, poisoned);
  const fevers = createFevers(ports, state, pack, { poisoned, newId: checking.newId });
  const duty = createDuty(ports, state, poisoned);
  let exchanging: Exchange | null = null;
  let hiddenAt: number | null = null;

  /** This phone belongs to a gate: from now on it talks with the server. */
  async function attend(): Promise<void> {
    const { device } = state;
    if (device === null) return;
    state.told = store.carried();
    const kept = await store.get("bundle");
    const made = new Shift(ports, device, ofShift, state.bundle);
    await made.start();
    shift = made; // not before: a lease that is not read yet would be a lapsed one
    sync = new Sync({ ...ports, shifts: duty.toTell }, device, ofServer, kept);
    await Promise.all([
      calls.attend(sync.add(SOON, () => calls.bring(device))),
      fevers.attend(sync.add(SOON, () => fevers.bring(device))),
      duty.attend(),
    ]);
    void sync.run();
  }

  const ofShift = {
    names: (names: Names | null) => {
      state.names = names;
      state.badge = null; // its secret is needed no more
      if (names === null) nameless();
      if (names !== null) duty.opened(names);
    },
    ended: () => {
      state.fault = t("names_ended");
    },
    gone: (bundle: Bundle) => {
      state.bundle = bundle;
      sync?.anew(bundle);
    },
  };
  /** Whoever is being checked stays, and his name goes. */
  function nameless(): void {
    if (state.draft) state.draft = { ...state.draft, called: "" };
    if (state.shown) state.shown = { ...state.shown, draft: { ...state.shown.draft, called: "" } };
  }

  const ofServer = {
    link: (link: Link) => {
      state.link = link;
      if (link === "refused") void shift?.deletePeople();
    },
    lease: (text: string) => void shift?.extend(text),
    shifts: duty.told,
    offset: (ms: number) => {
      state.offset = ms;
      void store.put("offset", ms).catch(poisoned);
    },
    rows: (rows: readonly Row[]) => {
      const told = new Map(rows.map((row) => [row.seq, row]));
      state.rows = state.rows.map((row) => told.get(row.seq) ?? row);
      state.fill = store.fill;
    },
    bundle: (bundle: Bundle) => {
      state.bundle = bundle;
      state.phase = "ready";
      void shift?.renewed(bundle);
    },
    past: (past: Past) => {
      state.past = past;
    },
    brought: () => {
      state.told = store.carried();
    },
  };

  /** By the code of the page “Phones”, scanned or pasted. */
  async function enrol(text: string): Promise<void> {
    state.fault = "";
    try {
      await become(await enrolled(text, ports.origin, server));
    } catch (failure) {
      if (!(failure instanceof NotEnrolled)) throw failure;
      state.fault = t(failure.word, failure.given);
    }
  }

  /** Another device from now on: what is unsent is sent by it. */
  async function become(device: Device): Promise<void> {
    sync?.stop();
    shift?.handOver();
    if (state.device !== null) {
      calls.leave();
      duty.leave();
    }
    [sync, shift] = [null, null];
    state.rows = await store.become(device);
    [state.device, state.bundle, state.past] = [device, null, null];
    [state.link, state.phase, state.screen, state.vehicle] = ["starting", "waiting", "scan", null];
    poisoned();
    await attend();
  }

  /** The server knows this phone no more: a new code may be scanned, and what is unsent stays. */
  function leave(): void {
    const known = state.bundle === null ? "waiting" : "ready";
    [state.phase, state.fault] = [state.phase === "enrol" ? known : "enrol", ""];
  }

  /** A badge was shown: its PIN is asked for. Another text is no badge. */
  function badge(text: string): void {
    state.badge = shift?.read(text) ?? null;
    state.fault = state.badge === null ? t("badge_none") : "";
    state.screen = "shift";
  }

  /** Six digits behind the badge. */
  async function pin(digits: string): Promise<void> {
    if (!state.badge || !shift) return;
    told(await shift.open(state.badge, digits));
    if (state.names !== null && state.screen === "shift") back();
  }

  /** A code by which the lead of the gate lengthens what this phone may know. */
  async function lease(text: string): Promise<void> {
    state.screen = "shift";
    told((await shift?.extend(text)) ?? null);
  }

  const told = (why: Closed | null) => {
    state.fault = why === null ? "" : t(`shift_${why}`);
  };

  const isCode = createCodes(ports, state, t, checking);

  /** Whatever a hand typed or a camera read. While somebody is being checked nobody else is begun. */
  function scanned(text: string): void {
    const found = kindOf(text);
    state.fault = "";
    if (state.screen === "certificate" && !isCertificate(found)) state.fault = t("certificate_none");
    else if (isCode(found)) return;
    else if (found.kind === "pass") checking.passShown(found.id);
    else if (found.kind === "badge") badge(found.text);
    else if (found.kind === "lease") void lease(found.text);
    else if (found.kind === "exchange") state.fault = t("exchange_where");
    else state.fault = t(text.trim().toUpperCase().startsWith("KP") ? "misread" : "not_a_pass");
  }

  /** What a camera or a reader brought; during a check only his certificate. */
  function seen(text: string): void {
    if (state.phase === "enrol") void enrol(text);
    else if (state.screen === "exchange") void exchanging?.heard(text);
    else if (state.phase === "ready" && TAKES_CODES.includes(state.screen)) scanned(text);
    else if (state.screen === "check" && isCertificate(kindOf(text))) scanned(text);
  }

  /** This phone and another one of its gate, without a network: from now on codes that are seen are the other's. null
   * where the bundle gave no keys. */
  async function exchange(progress: (now: Progress) => void): Promise<Exchange | null> {
    const { device, bundle, rows } = state;
    if (device === null || !bundle?.exchange) return null;
    const learnt = async (news: readonly CarriedRow[]) => {
      await store.carry(news).catch(poisoned);
      state.told = store.carried();
      ports.signal("admit", state.settings.isMuted); // who holds two screens face to face sees neither
      sync?.now();
    };
    const { exchange: section } = bundle;
    const told = toldBy(device.id, bytesOf(section.proof), rows, store.carried());
    exchanging = new Exchange({ clock, device, section, told, known: () => store.carried(), learnt, progress });
    await exchanging.begin();
    return exchanging;
  }

  /** The shift is over: no name is known here any more, and what was begun of somebody is forgotten. */
  function handOver(): void {
    shift?.handOver();
    [state.draft, state.shown, state.vehicle] = [null, null, null];
    [state.fault, state.screen] = ["", "scan"];
  }

  /** Every second. A phone that lay locked for long knows nobody's name when somebody takes it up again. */
  function tick(): void {
    const now = clock.now();
    if (hiddenAt !== null && now - hiddenAt > LOCKED_FOR && (state.names ?? state.badge) !== null) handOver();
    void shift?.look();
    calls.tick();
  }

  return {
    calls,
    fevers,
    duty,
    voice: ports.voice,
    attend,
    enrol,
    leave,
    exchange,
    badge,
    pin,
    lease,
    scanned,
    seen,
    handOver: () => {
      duty.handedOver();
      handOver();
    },
    tick,
    hidden: (isHidden: boolean) => {
      if (!isHidden) tick();
      hiddenAt = isHidden ? (hiddenAt ?? clock.now()) : null;
      if (!isHidden) sync?.again();
    },
    sent: () => sync?.now(),
    tryNow: () => sync?.again(),
  };
}
