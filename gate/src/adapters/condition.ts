/** How this phone is, as far as its browser tells. */
import type { Condition } from "../ports.ts";

interface Battery {
  readonly level: number;
  readonly charging: boolean;
}

/** Battery in percent, storage in bytes; what is not told is left out. Never throws. */
export async function condition(): Promise<Condition> {
  const told = navigator as Navigator & { getBattery?: () => Promise<Battery> };
  const [battery, storage, persisted] = await Promise.all([
    told.getBattery?.().catch(() => null),
    navigator.storage?.estimate?.().catch(() => null),
    navigator.storage?.persisted?.().catch(() => null),
  ]);
  return {
    ...(battery && { battery: Math.round(battery.level * 100), charging: battery.charging }),
    ...(storage?.usage !== undefined && { storage_used: storage.usage }),
    ...(storage?.quota !== undefined && { storage_limit: storage.quota }),
    ...(typeof persisted === "boolean" && { persisted }),
  };
}
