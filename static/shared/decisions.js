// What somebody who knows says of a day: sending it, many of them in a row, and what the day then looks like.
import { post } from './api.js';
import { newId } from './ids.js';
import { failureText } from './loading.js';

/** The longest reason that the server takes. */
export const REASON_LENGTH = 500;

/** How far back the list of waiting days reaches; the server answers for 400 days at most. */
export const DAYS_BACK = 399;

/** So many failures in a row mean that going on is pointless. */
const GIVE_UP_AFTER = 3;

/** Send one decision. The id is made by the caller and kept for a second try, so that it is stored once. */
export const sendDecision = ({ id, evidenceId, outcome, reason }) => post('/decisions', {
  id, evidence_id: evidenceId, outcome, ...(reason ? { reason } : {}),
});

export const isWaiting = (day) => day.evidence.some((one) => one.status === 'waiting');

/** Tells the days of a list apart. */
export const keyOf = (day) => `${day.cadre.id} ${day.day}`;

/**
 * Every waiting piece of evidence of these days, each with the id of the decision to come. `known` are the items of an
 * earlier try: their ids are kept, so that a decision whose answer was lost is not stored twice.
 */
export function itemsOf(days, known = []) {
  const ids = new Map(known.map((item) => [item.evidence.id, item.id]));
  return days.flatMap((day) => day.evidence.filter((one) => one.status === 'waiting')
    .map((evidence) => ({ day, evidence, id: ids.get(evidence.id) ?? newId() })));
}

/**
 * Decide on each item, one request each; `tell` hears of every step: the run so far, and the day and decision that came.
 * `outcome` and `reason` are the same for all.
 */
export async function decideEach(items, { outcome, reason, tell, stopped = () => false }) {
  const run = { done: 0, failed: 0, all: items.length, going: true, text: '' };
  let inARow = 0;
  for (const item of items) {
    if (stopped() || inARow >= GIVE_UP_AFTER) break;
    try {
      const decision = await sendDecision({ id: item.id, evidenceId: item.evidence.id, outcome, reason });
      run.done += 1;
      inARow = 0;
      tell({ ...run }, item.day, decision);
    } catch (error) {
      run.failed += 1;
      inARow += 1;
      run.text = failureText(error);
      tell({ ...run });
    }
  }
  tell({ ...run, going: false });
}

/** What the day's evidence makes of it, until the server has said so itself. An errand is not evidence and stays. */
function supposedState(evidence) {
  const counting = evidence.find((one) => one.status === 'counts');
  if (counting) return { state: 'stationed', counts: true, why: counting.decisions.length > 0 ? 'confirmed' : counting.verdict };
  const waiting = evidence.find((one) => one.status === 'waiting');
  if (!waiting) return { state: 'rejected', counts: false, why: 'rejected' };
  return { state: 'waiting', counts: false, why: waiting.kind === 'declaration' ? 'waiting_declared' : `waiting_${waiting.verdict}` };
}

const withEvidence = (day, evidence) => ({ ...day, evidence, ...(day.state === 'errand' ? {} : supposedState(evidence)) });

/** A day with a decision on one of its pieces of evidence. */
export function withDecision(day, decision) {
  const status = decision.outcome === 'confirmed' ? 'counts' : 'rejected';
  return withEvidence(day, day.evidence.map((one) => (one.id === decision.evidence_id
    ? { ...one, status, decisions: [...one.decisions, decision] }
    : one)));
}

/** A day with one piece of evidence as it was before, and the server's decision on it, if there is one. */
export function settledDay(day, before, decision) {
  const restored = withEvidence(day, day.evidence.map((one) => (one.id === before.id ? before : one)));
  return decision ? withDecision(restored, decision) : restored;
}
