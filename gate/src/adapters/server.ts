/** The server's doors for phones (contracts/README.md). */
import type { Answer } from "../domain/outbox.ts";
import { CONTRACT } from "../domain/outbox.ts";
import { type Device, NoAnswer, type Server } from "../ports.ts";

const PATIENCE = 30_000; // ms for an answer to begin
const SMALL = 1_024; // bytes below which packing costs more than it saves

export const server: Server = {
  enrol: async (address, token) => {
    const answer = await asked(`${address}/api/devices/enrol`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const told = await answer.json();
    return { id: told.device, node: told.node, token: told.token, server: address, key: told.bundle_key };
  },
  upload: async (device, items, sentAt) => {
    const text = JSON.stringify({ contract: CONTRACT, sent_at: sentAt, items });
    const { body, encoding } = await packed(text);
    const answer = await asked(`${device.server}/intake/passages`, {
      method: "POST",
      headers: { ...bearer(device), "Content-Type": "application/json", ...encoding },
      body,
    });
    return (await answer.json()) as Answer;
  },
  bundle: async (device, etag) => {
    const known = etag === "" ? {} : { "If-None-Match": `"${etag}"` };
    const answer = await asked(`${device.server}/api/gate/bundle`, { headers: { ...bearer(device), ...known } }, [304]);
    if (answer.status === 304) return null;
    return {
      etag: (answer.headers.get("ETag") ?? "").replace(/^W\//u, "").replaceAll('"', ""),
      jws: await answer.text(),
    };
  },
  status: async (device, said) => {
    const answer = await asked(`${device.server}/api/gate/status`, {
      method: "POST",
      headers: { ...bearer(device), "Content-Type": "application/json" },
      body: JSON.stringify(said),
    });
    return (await answer.json()).lease;
  },
  past: async (device) => (await asked(`${device.server}/api/gate/past`, { headers: bearer(device) })).json(),
};

function bearer(device: Device): Record<string, string> {
  return { Authorization: `Bearer ${device.token}` };
}

/** An answer of the 2xx, or of one of `also`. Throws NoAnswer with the server's own code and words. */
async function asked(address: string, request: RequestInit, also: readonly number[] = []): Promise<Response> {
  let answer: Response;
  try {
    const rest = { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) } as const;
    answer = await fetch(address, { ...rest, ...request });
  } catch {
    throw new NoAnswer(0, "no-network");
  }
  if (answer.ok || also.includes(answer.status)) return answer;
  const told = await answer.json().catch(() => ({}));
  const after = Number(answer.headers.get("Retry-After"));
  throw new NoAnswer(answer.status, told.code ?? "refused", told.text ?? "", Number.isFinite(after) ? after : null);
}

/** The text, packed where that pays and the browser can. */
async function packed(text: string): Promise<{ body: BodyInit; encoding: Record<string, string> }> {
  if (text.length < SMALL || typeof CompressionStream === "undefined") return { body: text, encoding: {} };
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).blob(), encoding: { "Content-Encoding": "gzip" } };
}
