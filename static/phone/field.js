// The work in the field: households and rounds, the diary, concerns, promises, reports. One door to all of it, loaded last.
import { html } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { Batches } from '/static/shared/batch.js';
import { Feed } from '/static/shared/feed.js';
import { Concerns } from './concerns.js';
import { Conflicts } from './conflicts.js';
import { Diary } from './diary.js';
import { Duty } from './duty.js';
import { Notices } from './notices.js';
import { Oddities } from './oddities.js';
import { Promises } from './promises.js';
import { Ratings } from './ratings.js';
import { Receptions } from './receptions.js';
import { Reports } from './reports.js';
import { Round } from './round.js';
import { Special } from './special.js';
import { Visits } from './visits.js';

export { EmergencyNotice as Emergency } from './emergency.js';
export { Records } from './records.js';
export { Todo } from './todo.js';

/** Each view is given `rest`, the parts of the address behind its name: #diary/2026-11-22 is Diary with ['2026-11-22']. */
const VIEWS = {
  visits: Visits, round: Round, concerns: Concerns, receptions: Receptions, diary: Diary, reports: Reports,
  special: Special, conflicts: Conflicts, promises: Promises, notices: Notices, ratings: Ratings,
  duty: Duty, oddities: Oddities,
};
/** Views that lie side by side under one tab. */
const NEIGHBOURS = [['visits', 'concerns', 'receptions', 'promises', 'notices'], ['diary', 'reports', 'special', 'ratings', 'duty']];

const Switch = ({ names, current }) => html`
  <nav class="switch" aria-label=${t('field.switch')}>
    ${names.map((name) => html`
      <a key=${name} href=${`#${name}`} aria-current=${name === current ? 'page' : undefined} data-testid=${`to-${name}`}>
        ${t(`field.view.${name}`)}
      </a>`)}
  </nav>`;

/** Send in batches from now on, and hear from the server what changed for this phone. */
export function begin({ store, outbox, sender }) {
  sender.batches = new Batches(outbox);
  const feed = new Feed({ store, userId: outbox.userId });
  const answered = () => outbox.records.filter(({ state }) => state === 'sent').length;
  let seen = answered();
  outbox.onChange(() => {
    if (answered() === seen) return;
    seen = answered();
    feed.lookSoon();
  });
  feed.start();
  sender.send();
}

/** The view that an address names; what lies deeper has its own way back. */
export function Field({ route: [name, ...rest] }) {
  const names = rest.length ? null : NEIGHBOURS.find((group) => group.includes(name));
  return html`
    <div>
      ${names && html`<${Switch} names=${names} current=${name} />`}
      <${VIEWS[name]} key=${[name, ...rest].join('/')} rest=${rest} />
    </div>`;
}
