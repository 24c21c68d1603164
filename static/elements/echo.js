/** Scanners repeat themselves: the same code within three seconds is read once. */
const ECHO = 3000; // ms

/** @returns {(text: string) => boolean} whether this is what was read just now */
export function listener() {
  const last = { text: "", at: -Infinity };
  return (text) => {
    const at = performance.now();
    const isEcho = text === last.text && at - last.at < ECHO;
    Object.assign(last, { text, at });
    return isEcho;
  };
}
