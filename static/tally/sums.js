// Whether a count adds up, line by line, while it is typed: the rules of the server (docs/rules.md). Knows no screen.

export const GRADES = ['excellent', 'competent', 'basic', 'incompetent'];
export const HEADINGS = ['virtue', 'ability', 'diligence', 'results', 'integrity'];
export const BALLOTS = ['issued', 'returned', 'void'];

/** The name of a figure of somebody: a grade or `abstained` as a whole, or a grade of a heading. */
export const nameOf = (id, grade, heading = 'overall') => `${id} ${heading} ${grade}`;

/** The figures that a paper asks for, in the order in which they stand on it. */
export const namesOf = (paper) => [
  ...BALLOTS,
  ...paper.subjects.flatMap(({ id }) => [
    ...[...GRADES, 'abstained'].map((grade) => nameOf(id, grade)),
    ...(paper.has_headings ? HEADINGS.flatMap((heading) => GRADES.map((grade) => nameOf(id, grade, heading))) : []),
  ]),
];

/** A whole number that was typed; null for nothing and for anything else. */
export const wholeOf = (text) => (/^\d{1,4}$/.test(text ?? '') ? Number(text) : null);

const all = (numbers) => (numbers.includes(null) ? null : numbers.reduce((sum, one) => sum + one, 0));

/**
 * What can be said of each line so far, by its name: {total, wanted, wrong}. `wanted` is what it must be, or may be at
 * most; `wrong` the key of the words that say so, null while it is right or cannot be judged yet.
 */
export function linesOf(figures, paper) {
  const number = (name) => wholeOf(figures[name]);
  const [issued, returned, spoilt] = BALLOTS.map(number);
  const lines = {};
  const most = (name, found, limit, wrong) => {
    lines[name] = { total: found, wanted: limit, wrong: found !== null && limit !== null && found > limit ? wrong : null };
  };
  most('issued', issued, paper.present, 'tally.wrong.issued');
  most('returned', returned, issued, 'tally.wrong.returned');
  most('void', spoilt, returned, 'tally.wrong.void');
  const valid = returned !== null && spoilt !== null && spoilt <= returned ? returned - spoilt : null;
  for (const { id } of paper.subjects) {
    const total = all([...GRADES, 'abstained'].map((grade) => number(nameOf(id, grade))));
    lines[`${id} overall`] = { total, wanted: valid, wrong: total !== null && valid !== null && total !== valid ? 'tally.wrong.sum' : null };
    if (paper.has_headings) {
      for (const heading of HEADINGS) most(`${id} ${heading}`, all(GRADES.map((grade) => number(nameOf(id, grade, heading)))), valid, 'tally.wrong.heading');
    }
  }
  return { lines, valid };
}

/** The body of a count, once every figure is there. */
export function bodyOf(figures, paper) {
  const number = (name) => wholeOf(figures[name]);
  const grades = (id, heading) => Object.fromEntries(GRADES.map((grade) => [grade, number(nameOf(id, grade, heading))]));
  return {
    round: paper.round,
    ...Object.fromEntries(BALLOTS.map((name) => [name, number(name)])),
    subjects: paper.subjects.map(({ id }) => ({
      cadre_id: id,
      grades: grades(id, 'overall'),
      abstained: number(nameOf(id, 'abstained')),
      headings: paper.has_headings ? Object.fromEntries(HEADINGS.map((heading) => [heading, grades(id, heading)])) : null,
    })),
  };
}
