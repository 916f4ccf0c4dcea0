// A contract as every page tells it: its states by who has to act, and what an acceptance can find.
import { has, t } from './i18n.js';

/** States by where the matter lies, in the order of the course. */
export const STAGES = {
  framework: ['framework'],
  village: ['measures', 'deliberated', 'sealed', 'returned'],
  submitted: ['submitted'],
  agreed: ['approved', 'signed'],
  published: ['published'],
  closed: ['closed'],
};

/** The tone in which a state is shown. */
export const STATE_TONE = {
  framework: 'calm', measures: 'calm', deliberated: 'calm', sealed: 'calm', submitted: 'wait', returned: 'warn', approved: 'good', signed: 'good',
  published: 'good', closed: 'calm', replaced: 'calm',
};

export const DIMENSIONS = ['party_building', 'economy', 'civic_culture', 'public_order'];

export const VERDICT_TONE = { met: 'good', partly: 'warn', not_met: 'bad' };

export const VERDICTS = ['met', 'partly', 'not_met'];

/** What still stands in the way of the next step. */
export function problemText(reason) {
  const key = `contract.problem.${reason}`;
  return t(has(key) ? key : 'contract.problem.other');
}
