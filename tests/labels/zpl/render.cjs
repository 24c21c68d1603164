/** Renders labels as a printer would: a JSON list of {zpl, width, height} in, PNGs in Base64 out. */
const { ready } = require("zpl-renderer-js");
const { readFileSync } = require("node:fs");

const DOTS_PER_MM = 8; // sizes are given in dots: any resolution does

async function render() {
  const { api } = await ready;
  const drawn = [];
  for (const { zpl, width, height } of JSON.parse(readFileSync(0, "utf-8"))) {
    drawn.push(await api.zplToBase64Async(zpl, width / DOTS_PER_MM, height / DOTS_PER_MM, DOTS_PER_MM));
  }
  process.stdout.write(JSON.stringify(drawn), () => process.exit(0));
}

render();
