/** Whether the key that the phone pinned when it was enrolled signed something (ES256, r‖s). */
export async function isSigned(key: JsonWebKey, signed: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const pinned = await crypto.subtle.importKey("jwk", key, kind, false, ["verify"]);
  const how = { name: "ECDSA", hash: "SHA-256" };
  return crypto.subtle.verify(how, pinned, signature as BufferSource, signed as BufferSource);
}
