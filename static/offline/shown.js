/** What a page shows of what this device knows, of a thing, and of a scan. */
import { until, when } from "./words.js";

/**
 * @param {import("./facts.js").Kept | undefined} kept
 * @param {import("./facts.js").Card | null} served
 */
export function known(kept, served) {
  return {
    name: kept?.facts.person.name,
    time: kept && when(kept.checked),
    isSteward: kept?.facts.person.role === "steward",
    served: served?.name,
    isReturning: !served,
    unsent: location.search === "?unsent",
  };
}

/**
 * @param {import("./facts.js").Thing & {since: object | null}} thing
 * @param {import("./facts.js").Kept} kept
 * @param {import("./facts.js").Card | null} served
 */
export function seen(thing, { facts, checked }, served) {
  const isKnown = Boolean(thing.name);
  const isBulk = thing.counted === "bulk";
  const isSteward = facts.person.role === "steward";
  const mayReturn = !isKnown || isBulk || thing.mine || (isSteward && thing.out);
  const zone = facts.groups.find((one) => one.slug === thing.group)?.time_zone;
  return {
    ...thing,
    unknown: !isKnown,
    state: thing.since ? null : thing.state,
    time: when(checked),
    changed: Boolean(thing.since),
    due: thing.why_not && !thing.mine ? null : until(thing.due, zone),
    due_if_lent: thing.lendable ? until(thing.due_if_lent_now, zone) : null,
    why_not: thing.mine ? null : thing.why_not,
    isBulk,
    mayLend: isBulk || !thing.mine,
    mayReturn: mayReturn && isSteward,
    mayLeave: mayReturn && !isSteward,
    isPlain: thing.lendable && !served,
    isForced: !thing.lendable,
    served: thing.lendable ? (served?.name ?? null) : null,
  };
}

/** @param {import("./outbox.js").Scan & {says?: string}} scan */
export function told(scan) {
  const isLending = scan.act === "lend";
  return {
    ...scan,
    time: when(scan.at),
    lent: isLending && Boolean(scan.whom),
    borrowed: isLending && !scan.whom,
    returned: !isLending && !scan.isLeft,
    isWaiting: !scan.tried,
    isUnderWay: scan.tried,
    canSay: !isLending && !scan.isLeft && !scan.tried,
    needsALook: scan.condition === "needs_a_look",
    isBroken: scan.condition === "broken",
    said: scan.note,
    hasPhoto: Boolean(scan.photo),
    photo: null,
  };
}
