/**
 * What reads QR codes in a picture: the browser's own BarcodeDetector, or the decoder that we serve.
 *
 * No element: <label-camera> imports it when somebody opens the camera, not before.
 */

/**
 * The browser's own, if it reads QR codes; else the one that we serve.
 * @param {string} decoder the address of its script
 * @param {string} wasm and of its program
 */
export async function detector(decoder, wasm) {
  const formats = ["qr_code"];
  const own = globalThis.BarcodeDetector;
  if ((await own?.getSupportedFormats())?.includes(formats[0])) return new own({ formats });
  await load(decoder);
  BarcodeDetectionAPI.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  return new BarcodeDetectionAPI.BarcodeDetector({ formats });
}

/** @param {string} src of a script that is no module */
function load(src) {
  const script = Object.assign(document.createElement("script"), { src });
  return new Promise((done, failed) => {
    Object.assign(script, { onload: done, onerror: failed });
    document.head.append(script);
  });
}
