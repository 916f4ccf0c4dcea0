// A contract as every page tells it: its states by who has to act, and what an acceptance can find.

/** States by where the matter lies, in the order of the course. */
export const STAGES = {
  framework: ['framework'],
  village: ['measures', 'deliberated', 'sealed', 'returned'],
  submitted: ['submitted'],
  agreed: ['approved', 'signed'],
  published: ['published'],
  closed: ['closed'],
};

export const VERDICTS = ['met', 'partly', 'not_met'];
