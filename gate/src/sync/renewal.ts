/** The bundle brought up to date: whole for a phone that has none, else the parts that changed. */
import type { Bundle } from "../domain/bundle.ts";
import { kept, type Listed, lacking, merged } from "../domain/parts.ts";
import { type Device, type Held, NoAnswer, type Server } from "../ports.ts";
import { opened } from "./jws.ts";

/** `fresh` null: nothing changed, or nothing that this phone takes. `lease`: a text that lengthens it. */
export interface Renewed {
  readonly fresh: Held | null;
  readonly lease: string | null;
}

/** What the server says now. What is older than what is held is not taken. What the pinned key did not sign is of another
 * server, where this phone is to be enrolled: NoAnswer as of a server that knows it no more. Parts that are not those of
 * their list (they changed meanwhile, or somebody changed them) are asked for whole. */
export async function renewal(server: Server, device: Device, held: Held | null): Promise<Renewed> {
  if (held === null) return whole(server, device, 0);
  const { jws, lease } = await server.list(device, held.etag);
  const listed = jws === null ? null : await opened<Listed>(jws, device, "kakou-bundle-list");
  if (jws !== null && listed === null) throw new NoAnswer(401, "unknown-key");
  if (listed === null || listed.made_at < held.content.made_at) return { fresh: null, lease };
  const same = kept(listed, held.content);
  const names = lacking(listed, same);
  const content = merged(listed, same, names.length === 0 ? {} : await server.parts(device, names));
  if (content === null) return whole(server, device, held.content.made_at);
  return { fresh: { etag: listed.etag, content }, lease };
}

async function whole(server: Server, device: Device, since: number): Promise<Renewed> {
  const { jws, lease } = await server.bundle(device);
  const content = await opened<Bundle>(jws, device, "kakou-bundle");
  if (content === null) throw new NoAnswer(401, "unknown-key");
  if (content.made_at < since) return { fresh: null, lease };
  return { fresh: { etag: content.etag, content }, lease };
}
