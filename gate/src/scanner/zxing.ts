/// <reference types="emscripten" />
/** ZXing-C++ as WebAssembly, from our own host: looks for a QR code in a grey picture. */
import { prepareZXingModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Look } from "./attempts.ts";

/**
 * The reader's own options, all of them. Inverted codes are not looked for, and codes are found in any direction without
 * turning the picture: both cost time and read no more of the frames of `kakou bench frames`. Scaled down by two down to
 * 200 px it reads more of them than by its own three and 500.
 */
const OPTIONS = {
  formats: "QRCode",
  tryHarder: true,
  tryRotate: false,
  tryInvert: false,
  tryDownscale: true,
  tryDenoise: false,
  binarizer: 0, // by the mean of what is around
  isPure: false,
  downscaleFactor: 2,
  downscaleThreshold: 200,
  minLineCount: 2,
  maxNumberOfSymbols: 1,
  validateOptionalChecksum: false,
  returnErrors: false,
  eanAddOnSymbol: 0,
  textMode: 0, // the text itself
  characterSet: 0, // told by the code, else guessed
  tryCode39ExtendedMode: true,
};

/** Fetches the reader. Rejects where it cannot be had, offline say. */
export async function zxing(): Promise<Look> {
  const locateFile = (name: string, folder: string) => (name.endsWith(".wasm") ? wasm : folder + name);
  const module = await prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
  let held = { start: 0, length: 0 };
  return ({ data, width, height }) => {
    if (held.length !== data.length) {
      module._free(held.start);
      held = { start: module._malloc(data.length), length: data.length };
    }
    module.HEAPU8.set(data, held.start);
    const found = module.readBarcodesFromPixmap(held.start, width, height, OPTIONS);
    return found.size() > 0 ? (found.get(0)?.text ?? null) : null;
  };
}
