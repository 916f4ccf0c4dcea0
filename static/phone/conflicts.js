// Two versions of one record: what was written on this phone, and what stands at the server. Its owner says which.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { get, post } from '/static/shared/api.js';
import { FED } from '/static/shared/store.js';
import { t } from '/static/shared/i18n.js';
import { usePhone } from './context.js';
import { useSaid } from './kept.js';
import { Back, Button, Problem } from './parts.js';
import { momentWords } from './words.js';

/** What is due, for the first view. */
export async function todo({ store, userId }) {
  const open = (await store.kept(userId, 'feed/conflicts'))?.value ?? [];
  return open.length
    ? [{ key: 'conflicts', text: t('field.conflict.todo', { count: open.length }), href: '#conflicts', urgent: true }] : [];
}

const textsIn = (value) => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
};

/** The fields in which the two differ, each with what either says. */
function differences({ mine, current }) {
  return Object.keys(mine)
    .filter((name) => name !== 'captured_at' && JSON.stringify(mine[name]) !== JSON.stringify(current?.[name]))
    .map((name) => ({ name, mine: textsIn(mine[name]).join('\n'), theirs: textsIn(current?.[name]).join('\n') }));
}

function Version({ title, parts, side }) {
  return html`
    <section class="version" data-testid=${`version-${side}`}>
      <h3>${title}</h3>
      ${parts.map((part) => html`<p key=${part.name} class="version__text">${part[side] || '—'}</p>`)}
    </section>`;
}

function Conflict({ conflict, onSettled }) {
  const { onUnauthorised } = usePhone();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const parts = differences(conflict);
  const settle = async (outcome) => {
    setBusy(true);
    setProblem(null);
    try {
      await post(`/conflicts/${conflict.id}/settlements`, { outcome });
      await onSettled(conflict.id);
    } catch (error) {
      if (error.status === 401) onUnauthorised();
      setProblem(error.message);
      setBusy(false);
    }
  };
  return html`
    <li class="panel" data-testid="conflict">
      <h2>${t(`field.conflict.kind.${conflict.kind}`)}</h2>
      <p class="quiet small">${t('field.conflict.when', { when: momentWords(conflict.kept_at) })}</p>
      ${conflict.current
        ? html`
          <div class="versions">
            <${Version} title=${t('field.conflict.mine')} parts=${parts} side="mine" />
            <${Version} title=${t('field.conflict.theirs')} parts=${parts} side="theirs" />
          </div>`
        : html`<p>${t('field.conflict.gone')}</p>`}
      <${Problem}>${problem}<//>
      <div class="pair">
        <${Button} disabled=${busy} onClick=${() => settle('theirs')}>${t('field.conflict.take_theirs')}<//>
        ${conflict.current && html`
          <${Button} main disabled=${busy} onClick=${() => settle('mine')}>${t('field.conflict.take_mine')}<//>`}
      </div>
    </li>`;
}

export function Conflicts() {
  const { store, userId } = usePhone();
  const conflicts = useSaid('conflicts') ?? [];
  const keep = async (open) => {
    await store.keep(userId, 'feed/conflicts', open);
    dispatchEvent(new Event(FED));
  };
  const settled = (id) => keep(conflicts.filter((one) => one.id !== id));
  // Without a network those that the phone has been told of stand here.
  useEffect(() => { get('/conflicts', { state: 'open' }).then((answer) => keep(answer.conflicts), () => null); }, []);
  return html`
    <div>
      <${Back} to="#records" />
      <p class="quiet">${t('field.conflict.text')}</p>
      <ul class="plain-list">
        ${conflicts.map((one) => html`<${Conflict} key=${one.id} conflict=${one} onSettled=${settled} />`)}
      </ul>
      ${!conflicts.length && html`<p class="empty">${t('field.conflict.none')}</p>`}
    </div>`;
}
