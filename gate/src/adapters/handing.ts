/** Handing a file to the phone's own programs: what a browser can do of it. */

/** Can it be sent from here by a program of the phone (chat, mail, near-by)? */
export function canSend(file: File): boolean {
  return navigator.canShare?.({ files: [file] }) ?? false;
}

/** Sends it; false when nobody was chosen. */
export async function send(file: File): Promise<boolean> {
  try {
    await navigator.share({ files: [file], title: file.name });
    return true;
  } catch {
    return false;
  }
}
