// Where a number of the one look opens: the days, visits, concerns, items or people that made it.

/** Only these lists can be asked for by a state as it is today. */
const CONCERN_AGES = ['to_7', 'to_15', 'to_30', 'over_30'];

/** The address behind a measure of a division. `month` is as the address has it, `running` says that it has not ended. */
export function linkOf(measure, { division, month, running, supervises, countedOn }) {
  const at = { division: division.code };
  const dated = { ...at, month };
  switch (measure) {
    case 'on_post_rate': case 'stationed_days': return { view: 'table', ...dated };
    case 'visited_quarter': case 'visited_quarter_at_home': case 'visited_year': case 'visited_year_at_home': return { view: 'visits', ...dated };
    // What stood open on a day that is over is another list than what stands open now.
    case 'concerns_overdue': return { view: 'concerns', ...at, ...(running ? { state: 'overdue' } : { day: countedOn }) };
    case 'concerns_in_time': return { view: 'concerns', ...at, state: 'over' };
    case 'items_overdue': case 'items_inspected': return { view: supervises ? 'acceptances' : 'contracts', ...at };
    case 'notices_overdue': return { view: 'notices', ...at, ...(running ? { state: 'overdue' } : { day: countedOn }) };
    case 'participation': return { view: 'ratings', ...at, state: 'closed' };
    default: return division.level === 'village' ? { view: 'calendar', ...dated } : { view: 'people', ...at };
  }
}

/** The address behind a further count of a topic. */
export function linkOfPart(topic, key, { division, running, countedOn }) {
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
  if (topic === 'contracts') return { view: 'contracts', ...at };
  if (topic === 'ratings') return { view: 'ratings', ...at };
  return { view: 'people', ...at };
}
