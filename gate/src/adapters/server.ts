/** The server's doors for phones (contracts/README.md). */
import type { components } from "../contract.d.ts";
import { CONTRACT } from "../domain/outbox.ts";
import { packed } from "../packing.ts";
import { type Device, NoAnswer, type Server } from "../ports.ts";

type Shapes = components["schemas"];

const PATIENCE = 60_000; // ms for a whole answer: a bundle over a slow line
const JOSE = "application/jose";
const SMALL = 1_024; // bytes below which packing costs more than it saves

export const server: Server = {
  enrol: async (address, token) => {
    const said: Shapes["EnrolIn"] = { token };
    const told: Shapes["EnrolOut"] = (await asked(`${address}/api/devices/enrol`, { ...json(said), method: "POST" }))
      .told;
    return { id: told.device, node: told.node, token: told.token, server: address, key: told.bundle_key };
  },
  upload: async (device, items, sentAt, carried = []) => {
    const others = carried.length > 0 ? { carried } : {};
    const text = JSON.stringify({ contract: CONTRACT, sent_at: sentAt, items, ...others });
    const { body, encoding } = await bodyOf(text);
    const headers = { ...bearer(device), "Content-Type": "application/json", ...encoding };
    const { told } = await asked(`${device.server}/intake/passages`, { method: "POST", headers, body });
    return sound(told, Array.isArray(told.items) && Number.isSafeInteger(told.server_time));
  },
  bundle: async (device) => {
    const { headers, text } = await asked(`${device.server}/api/gate/bundle`, { headers: bearer(device) }, JOSE);
    return { jws: text, lease: headers.get("Kakou-Lease") };
  },
  list: async (device, etag) => {
    const known = etag === "" ? {} : { "If-None-Match": `"${etag}"` };
    const request = { headers: { ...bearer(device), ...known } };
    const { status, headers, text } = await asked(`${device.server}/api/gate/bundle/list`, request, JOSE);
    return { jws: status === 304 ? null : text, lease: headers.get("Kakou-Lease") };
  },
  parts: async (device, names) => {
    const said: Shapes["PartsIn"] = { names };
    const request = { ...json(said, bearer(device)), method: "POST" };
    const told: Shapes["PartsOut"] = (await asked(`${device.server}/api/gate/bundle/parts`, request)).told;
    return told.parts;
  },
  status: async (device, said) => {
    const request = { ...json(said, bearer(device)), method: "POST" };
    const told: Shapes["StatusOut"] = (await asked(`${device.server}/api/gate/status`, request)).told;
    return sound(told, typeof told.lease === "string").lease;
  },
  call: async (device, call) =>
    (await asked(`${device.server}/api/gate/calls`, { ...json(call, bearer(device)), method: "POST" })).told,
  calls: async (device) => (await asked(`${device.server}/api/gate/calls`, { headers: bearer(device) })).told,
  fevers: async (device) => (await asked(`${device.server}/api/gate/fever`, { headers: bearer(device) })).told,
  step: async (device, passage, said) => {
    const request = { ...json(said, bearer(device)), method: "POST" };
    return (await asked(`${device.server}/api/gate/fever/${passage}/steps`, request)).told;
  },
  past: async (device) => {
    const { told } = await asked(`${device.server}/api/gate/past`, { headers: bearer(device) });
    return sound(
      told,
      [told.households, told.turned_back].every((one) => typeof one === "object" && one !== null),
    );
  },
};

function json(said: object, headers: Record<string, string> = {}): RequestInit {
  return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(said) };
}

function bearer(device: Device): Record<string, string> {
  return { Authorization: `Bearer ${device.token}` };
}

/** What was told, if it has the shape of an answer of ours: somebody else's JSON is no answer. Throws NoAnswer. */
function sound<T>(told: T, isSound: boolean): T {
  if (!isSound) throw new NoAnswer(0, "not-kakou");
  return told;
}

interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the contract says it is
  readonly told: any;
}

/** An answer of the 2xx, or 304. Throws NoAnswer: with the server's own code and words, or with 0 where whoever answered
 * was no such server (nobody, or the sign-in page of somebody's network). */
async function asked(address: string, request: RequestInit, type: string = "application/json"): Promise<Got> {
  const { answer, text } = await read(address, request);
  const is = (answer.headers.get("Content-Type") ?? "").startsWith(type);
  if (answer.status === 304 || (answer.ok && is && type !== "application/json"))
    return { status: answer.status, headers: answer.headers, text, told: null };
  const told = parsed(text);
  if (answer.ok && told !== null) return { status: answer.status, headers: answer.headers, text, told };
  if (answer.ok) throw new NoAnswer(0, "not-kakou");
  const after = Number(answer.headers.get("Retry-After"));
  throw new NoAnswer(
    answer.status,
    told?.code ?? "refused",
    told?.text ?? told?.detail ?? "",
    Number.isFinite(after) ? after : null,
  );
}

async function read(address: string, request: RequestInit): Promise<{ answer: Response; text: string }> {
  try {
    const rest = { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) } as const;
    const answer = await fetch(address, { ...rest, ...request });
    return { answer, text: await answer.text() };
  } catch {
    throw new NoAnswer(0, "no-network");
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what the contract says it is
function parsed(text: string): any {
  try {
    const told = JSON.parse(text);
    return typeof told === "object" ? told : null;
  } catch {
    return null;
  }
}

/** The text, packed where that pays. */
async function bodyOf(text: string): Promise<{ body: BodyInit; encoding: Record<string, string> }> {
  if (text.length < SMALL) return { body: text, encoding: {} };
  return { body: await packed(text, "gzip"), encoding: { "Content-Encoding": "gzip" } };
}
