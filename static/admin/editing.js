// Changing a row as the person was shown it: who changed it meanwhile is not overwritten unseen, and nothing typed is lost.
import { html, useRef, useState } from '/vendor/htm-preact.js';
import { get, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Failed, useSaving } from './saving.js';

/**
 * {busy, trouble, change(body, done), remove(done)} for the row at `path`; `shown` is the row as it stands on the page.
 * `facts` are [label, row => text] of what the page shows of it. Where somebody else was faster, `trouble` says what is
 * different now; the form stays as it is, and the next try builds on what was just shown.
 */
export function useEditing(path, shown, facts) {
  const { busy, failure, save } = useSaving();
  const [changes, setChanges] = useState(null);
  const base = useRef(shown);
  if (shown.version > base.current.version) base.current = shown;
  const send = (method, body, done) => save(async () => {
    try {
      const { data } = await request(method, path, { body, version: base.current.version });
      setChanges(null);
      await done(data);
    } catch (error) {
      if (error.status === 412) {
        const now = await get(path);
        const told = facts.map(([label, text]) => ({ label, was: text(base.current), is: text(now) }));
        setChanges(told.filter(({ was, is }) => was !== is));
        base.current = now;
      }
      throw error;
    }
  });
  const trouble = failure && html`
    <${Failed} text=${changes ? t('admin.changed_keep') : failure} />
    ${changes && html`<ul class="changes" data-testid="changes">${changes.map(({ label, was, is }) => html`
      <li key=${label}>${t('admin.change_line', { label, was: was || t('admin.empty'), is: is || t('admin.empty') })}</li>`)}</ul>`}`;
  return { busy, trouble, change: (body, done) => send('PATCH', body, done), remove: (done) => send('DELETE', undefined, done) };
}
