// Where a number of the one look opens: the days, visits, concerns, items or people that made it.

/** Only these lists can be asked for by a state as it is today. */
const CONCERN_AGES = ['to_7', 'to_15', 'to_30', 'over_30'];

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
    case 'items_overdue': return supervises ? { view: 'acceptances', ...at, ...then } : { view: 'contracts', ...at };
    case 'items_inspected': return supervises ? { view: 'acceptances', ...at, day: countedOn, state: 'inspected' } : { view: 'contracts', ...at };
    case 'notices_overdue': return { view: 'notices', ...at, ...then, state: 'overdue' };
    case 'participation': return { view: 'ratings', ...dated, state: 'ended' };
    default: return division.level === 'village' ? { view: 'calendar', ...dated } : { view: 'people', ...dated };
  }
}

/** The address behind a further count of a topic. */
export function linkOfPart(topic, key, { division, month, running, countedOn }) {
  const at = { division: division.code };
  const name = key.split('.').at(-1);
  if (topic === 'concerns') {
    if (!running) return { view: 'concerns', ...at, day: countedOn };
    return { view: 'concerns', ...at, state: CONCERN_AGES.includes(name) || key.startsWith('state.') ? name : undefined };
  }
  if (topic === 'notices') {
    if (!running) return { view: 'notices', ...at, day: countedOn };
    return { view: 'notices', ...at, state: ['reissued', 'escalated'].includes(name) ? name : undefined };
  }
  if (topic === 'contracts') return { view: 'contracts', ...at, year: countedOn.slice(0, 4) };
  if (topic === 'ratings') return { view: 'ratings', ...at, month, state: 'ended' };
  return { view: 'people', ...at, month };
}
