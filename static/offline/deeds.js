/** What somebody did to a thing, and how they say that it is: from a form to what is kept of it. */

/**
 * @param {"lend" | "return"} act
 * @param {Partial<import("./facts.js").Thing>} thing
 * @param {import("./facts.js").Person} person who does it: what a member brings back they leave in the shed
 * @param {import("./facts.js").Card | null} served
 * @param {FormData} said
 * @returns {Partial<import("./outbox.js").Scan>}
 */
export function deed(act, { code, name, counted }, person, served, said = new FormData()) {
  const whom = act === "lend" ? served : null;
  const card = { card: whom?.digest ?? null, whom: whom?.name ?? null };
  const quantity = counted === "bulk" ? Number(said.get("quantity")) || null : null;
  const isLeft = act === "return" && person.role === "member";
  return { act, code, name: name ?? null, isLeft, ...card, quantity, ...described(said) };
}

/**
 * Condition, note and photo, as far as they were said.
 * @param {FormData} said
 */
export function described(said) {
  const photo = said.get("photo");
  return {
    condition: said.get("condition"),
    note: said.get("note") || null,
    ...(photo?.size && { photo }),
  };
}
