/**
 * Sends the outbox and the calls of the gate when the network comes back while the app is closed, where the browser can (Background Sync).
 *
 * It only reads: whoever opens the app next sends the same again and is told that it stands. So nothing is written to a
 * disk that may be full, and the page stays the only one that writes.
 */
import { openDB } from "idb";
import { server } from "./adapters/server.ts";
import { toSend } from "./domain/calls.ts";
import { batchOf, type Row } from "./domain/outbox.ts";
import { type Device, NoAnswer } from "./ports.ts";
import type { Calls } from "./shift/calls.ts";

const NAME = "kakou-gate";

/** Sends what is unsent; how many. Throws where it cannot: the browser tries again later. */
export async function bring(): Promise<number> {
  // as it is: without a version nothing is changed, and where there is none none is made
  const database = await openDB(NAME, undefined, {
    upgrade: (_, before, __, making) => before === 0 && making.abort(),
  });
  try {
    if (!database.objectStoreNames.contains("rows")) return 0;
    const device = (await database.get("kept", "device")) as Device | undefined;
    let rows = (await database.getAllFromIndex("rows", "state", "unsent")) as Row[];
    const all = rows.length;
    while (device && rows.length > 0) {
      const items = batchOf(rows);
      await server.upload(device, items, Date.now());
      rows = rows.filter((row) => !items.includes(row.item));
    }
    const calls = (await database.get("kept", "calls")) as Calls | undefined;
    for (const { call } of device ? toSend(calls?.held ?? [], Date.now()) : []) {
      await server.call(device as Device, call).catch(unlessRefused);
    }
    return device ? all : 0;
  } finally {
    database.close();
  }
}

/** What the server will not take is told when the app is opened. */
function unlessRefused(failure: unknown): void {
  if (!(failure instanceof NoAnswer) || failure.status === 0 || failure.status >= 429) throw failure;
}
