// Where a number of the one look opens: the days, visits, concerns, items or people that made it.

/**
 * The address behind a measure of a division. `month` is the one that is shown, `running` says that it has not ended,
 * `countedOn` is the day that its figures are of: what stood open then is another list than what stands open now.
 */
export function linkOf(measure, { division, month, running, supervises, countedOn }) {
  const at = { division: division.code };
  const dated = { ...at, month };
  const then = running ? {} : { day: countedOn };
  switch (measure) {
    case 'on_post_rate': case 'stationed_days': return { view: 'table', ...dated };
    case 'visited_quarter': case 'visited_quarter_at_home': case 'visited_year': case 'visited_year_at_home': return { view: 'visits', ...dated, ...then };
    case 'concerns_overdue': return { view: 'concerns', ...at, ...then, state: 'overdue' };
    case 'concerns_in_time': return { view: 'concerns', ...dated, state: 'in_time' };
    case 'items_overdue': return supervises ? { view: 'acceptances', ...at, ...then, state: 'overdue' } : { view: 'contracts', ...at };
    case 'items_inspected': return supervises ? { view: 'acceptances', ...at, day: countedOn, state: 'inspected' } : { view: 'contracts', ...at };
    case 'notices_overdue': return { view: 'notices', ...at, ...then, state: 'overdue' };
    case 'participation': return { view: 'ratings', ...dated, state: 'ended' };
    default: return { view: 'people', ...dated, ...then, state: 'posts' };
  }
}

/** The address behind a further count of a topic. */
export function linkOfPart(topic, key, { division, month, running, countedOn }) {
  const at = { division: division.code };
  const then = running ? {} : { day: countedOn };
  const name = key.split('.').at(-1);
  switch (topic) {
    case 'concerns': return { view: 'concerns', ...at, ...then, state: name };
    case 'notices': return { view: 'notices', ...at, ...then, state: name === 'open' ? undefined : name };
    // Of the villages that there were: a list of the running month is one as of a day, too.
    case 'contracts': return { view: 'contracts', ...at, year: countedOn.slice(0, 4), day: countedOn, state: name };
    case 'ratings': return { view: 'ratings', ...at, month, state: 'ended' };
    // The county's own least number is one of people, as those posted are.
    default: return { view: 'people', ...at, month, ...then, state: { needed: 'posts', vacant: 'vacant' }[name] };
  }
}
