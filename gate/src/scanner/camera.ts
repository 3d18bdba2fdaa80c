/**
 * The rear camera, always on while the page is seen: one frame at a time to a decoder, what it read to whoever asked.
 *
 * While the page is hidden the camera is off, for others may need it and nobody looks; it comes back by itself, also when
 * another app took it away.
 */
import type { Decoder } from "./decode.ts";

/** Why there is no picture. Each has words of its own on the screen. */
export type CameraFault = "insecure" | "unsupported" | "denied" | "no-camera" | "in-use" | "failed";

export interface Heard {
  /** A text was read; also the same one again, frame after frame. */
  text(text: string): void;
  /** There is a picture (null), or there is none, and why. */
  standing(fault: CameraFault | null): void;
}

/** Which camera: that at the back, or that beside the screen. */
export type Side = "environment" | "user";

const wanted = (side: Side): MediaStreamConstraints => ({
  audio: false,
  video: { facingMode: { ideal: side }, width: { ideal: 1280 }, height: { ideal: 720 } },
});
const SIDE = 720; // px of the square that is looked at, at most
const APART = 66; // ms between two frames that are looked at: 15 a second are enough, and a phone stays cool
const AGAIN = 2000; // ms until a camera that was lost is asked for again

const FAULTS: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "no-camera",
  OverconstrainedError: "no-camera",
  NotReadableError: "in-use",
  AbortError: "in-use",
};
const COMES_BACK: readonly (CameraFault | null)[] = ["in-use", "failed", "no-camera"]; // without anybody's doing

/** The fault that an error of getUserMedia stands for. */
export function faultOf(error: unknown): CameraFault {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return FAULTS[name] ?? "failed";
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}

/** What phones add to a track's capabilities, and TypeScript's list lacks. */
interface More {
  readonly torch?: boolean;
  readonly focusMode?: readonly string[];
}

export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #decoder: Decoder;
  readonly #heard: Heard;
  readonly #canvas = document.createElement("canvas");
  #wanted = false;
  #side: Side = "environment";
  #stream: MediaStream | null = null;
  #opening = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(video: HTMLVideoElement, decoder: Decoder, heard: Heard) {
    this.#video = video;
    this.#decoder = decoder;
    this.#heard = heard;
  }

  /** Turns the camera on and keeps it on while the page is seen. What comes of it is told to `standing`. */
  async start(): Promise<void> {
    if (!this.#wanted) document.addEventListener("visibilitychange", this.#seen);
    this.#wanted = true;
    void this.#whenAllowed();
    await this.#open();
  }

  /** Turns it off for good. */
  stop(): void {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#seen);
    this.#close();
  }

  /** Looks through the other camera from now on. */
  async turn(side: Side): Promise<void> {
    if (side === this.#side) return;
    this.#side = side;
    this.#close();
    if (this.#wanted) await this.#open();
  }

  /** Has this camera a lamp? */
  get hasTorch(): boolean {
    return this.#can().torch === true;
  }

  /** Turns the lamp on or off; false where it stayed as it was. */
  async torch(on: boolean): Promise<boolean> {
    return this.hasTorch && (await this.#apply({ torch: on }));
  }

  readonly #seen = (): void => {
    if (isHidden()) this.#close();
    else void this.#open();
  };

  async #open(): Promise<void> {
    if (this.#stream || this.#opening || isHidden()) return;
    this.#opening = true;
    const fault = await this.#begin();
    this.#opening = false;
    if (!this.#wanted || isHidden()) {
      this.#close(); // meanwhile
      return;
    }
    this.#heard.standing(fault);
    if (COMES_BACK.includes(fault)) this.#later();
  }

  /** Allowed later, in the browser's settings, it opens by itself. */
  async #whenAllowed(): Promise<void> {
    const camera = { name: "camera" } as unknown as PermissionDescriptor;
    const allowed = await navigator.permissions?.query(camera).catch(() => null);
    allowed?.addEventListener("change", () => this.#wanted && void this.#open());
  }

  async #begin(): Promise<CameraFault | null> {
    if (!globalThis.isSecureContext) return "insecure";
    if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted(this.#side));
      this.#stream = stream;
      for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => this.#lost(stream));
      if (this.#can().focusMode?.includes("continuous")) await this.#apply({ focusMode: "continuous" });
      this.#video.muted = true;
      this.#video.playsInline = true;
      this.#video.srcObject = stream;
      await this.#video.play();
      this.#next(stream);
      return null;
    } catch (error) {
      this.#close();
      return faultOf(error);
    }
  }

  #close(): void {
    clearTimeout(this.#again);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** Somebody else took it, or pulled its plug. */
  #lost(stream: MediaStream): void {
    if (stream !== this.#stream) return;
    this.#close();
    this.#heard.standing("in-use");
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#wanted && void this.#open(), AGAIN);
  }

  #can(): More {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    return (track?.getCapabilities?.() ?? {}) as More;
  }

  async #apply(more: { torch: boolean } | { focusMode: string }): Promise<boolean> {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    try {
      await track?.applyConstraints({ advanced: [more as MediaTrackConstraintSet] });
      return track !== undefined;
    } catch {
      return false;
    }
  }

  /** Waits for the next frame of this stream, and for none when it is gone. */
  #next(stream: MediaStream): void {
    const look = (): void => {
      if (stream !== this.#stream) return;
      this.#next(stream);
      void this.#look();
    };
    if ("requestVideoFrameCallback" in this.#video) this.#video.requestVideoFrameCallback(look);
    else requestAnimationFrame(look);
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (this.#busy || now - this.#looked < APART || width === 0) return;
    this.#busy = true;
    this.#looked = now;
    try {
      const text = await this.#decoder.decode(this.#square(width, height));
      if (text && this.#stream) this.#heard.text(text);
    } finally {
      this.#busy = false;
    }
  }

  /** The middle square of the picture, no larger than is needed. */
  #square(width: number, height: number): ImageData {
    const side = Math.min(width, height);
    const small = Math.min(side, SIDE);
    if (this.#canvas.width !== small) this.#canvas.width = this.#canvas.height = small;
    const pen = this.#canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    if (!pen) throw new Error("this browser draws no pictures");
    pen.drawImage(this.#video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, small, small);
    return pen.getImageData(0, 0, small, small);
  }
}
