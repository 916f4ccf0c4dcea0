// Writing on the page of a day: what is typed stays on this phone until it is saved, also when the page is closed.
import { html, useEffect, useMemo, useRef, useState } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { newId } from '/static/shared/ids.js';
import { locates } from './consent.js';
import { usePhone } from './context.js';
import { Button, Problem } from './parts.js';
import { PhotoField } from './photo-field.js';

const LONGEST = 10000;

const nameOf = (userId, key) => `zhucun.diary/${userId}/${key}`;

/** What was typed and not saved yet; null without any. Written at once, since a page may be closed at any time. */
export function typedBefore(userId, key) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(userId, key)));
  } catch {
    return null;
  }
}

function keepTyped(userId, key, content) {
  try {
    if (content) localStorage.setItem(nameOf(userId, key), JSON.stringify(content));
    else localStorage.removeItem(nameOf(userId, key));
  } catch {
    // A browser that keeps nothing: what is typed lives as long as the page.
  }
}

/** The key under which the phone keeps what is typed for an entry, or for a new one of a day. */
export const typedKey = (day, entry) => entry?.id ?? day;

const sameContent = (one, other) => JSON.stringify([one.text, one.work_types, one.photos])
  === JSON.stringify([other.text, other.work_types, other.photos]);

/** `words` are the kinds of work as the county names them; what an entry names besides stays. */
const WorkTypes = ({ words, value, onChange }) => html`
  <fieldset class="choices choices--many"><legend>${t('field.diary.work_types')}</legend>
    ${words.filter((one) => !one.is_retired || value.includes(one.key)).map((one) => html`
      <label key=${one.key}><input type="checkbox" checked=${value.includes(one.key)}
        onChange=${({ target }) => onChange(target.checked ? [...value, one.key] : value.filter((key) => key !== one.key))} />
        <span>${document.documentElement.lang.startsWith('en') ? one.en : one.zh}</span></label>`)}
  </fieldset>`;

/** The form of an entry of a day: a new one, or `entry` as the server has it. */
export function DiaryForm({ day, entry = null, words, onDone }) {
  const { me, userId, today, outbox, sender } = usePhone();
  const held = useMemo(() => ({
    text: entry?.text ?? '', work_types: entry?.work_types ?? [], photos: entry?.photos.map(({ sha256 }) => sha256) ?? [],
  }), [entry?.id, entry?.version]);
  const key = typedKey(day, entry);
  const [content, setContent] = useState(() => typedBefore(userId, key) ?? held);
  const [problem, setProblem] = useState(null);
  const id = useMemo(newId, []);
  const saving = useRef(false);

  // What the server has changes only where nothing was typed over it.
  useEffect(() => { if (!typedBefore(userId, key)) setContent(held); }, [held]);

  const change = (part) => setContent((before) => {
    const after = { ...before, ...part };
    keepTyped(userId, key, sameContent(after, held) ? null : { ...after, base_version: before.base_version ?? entry?.version });
    return after;
  });

  const save = async (submits) => {
    // A second tap while the first is being stored means the same.
    if (saving.current) return;
    saving.current = true;
    const { text, work_types, photos } = content;
    const written = { text: text.trim(), work_types, photos };
    try {
      if (!entry) {
        const page = { day, ...written, is_submitted: submits };
        // Of another day, where one writes tells nothing of it.
        if (day !== today) await outbox.add('diary_entry', { ...page, captured_at: new Date().toISOString() }, { id, day });
        else (await outbox.addHere('diary_entry', page, { id, day, withoutLocation: !locates(me) })).settled.then(() => sender.send());
      } else if (!sameContent(written, held)) {
        await outbox.add('diary_edit', {
          entry_id: entry.id, base_version: content.base_version ?? entry.version, ...written,
        }, { of: entry.id, day });
      }
      if (submits && entry && !entry.submitted_at) {
        await outbox.add('diary_submission', { entry_id: entry.id }, { of: entry.id, day });
      }
      // Only now does it lie elsewhere.
      keepTyped(userId, key, null);
      sender.send();
      onDone();
    } catch {
      saving.current = false;
      setProblem(t('phone.here.failed'));
    }
  };

  const empty = !content.text.trim();
  return html`
    <form class="panel form" data-testid="diary-form" onSubmit=${(event) => { event.preventDefault(); save(true); }}>
      <label>${t('field.diary.text')}
        <textarea name="text" rows="8" maxlength=${LONGEST} value=${content.text} placeholder=${t('field.diary.hint')}
          onInput=${({ target }) => change({ text: target.value })}></textarea></label>
      <p class="quiet small" data-testid="diary-count">${t('field.diary.count', { count: content.text.length, most: LONGEST })}</p>
      <${WorkTypes} words=${words} value=${content.work_types} onChange=${(work_types) => change({ work_types })} />
      <${PhotoField} value=${content.photos} onChange=${(photos) => change({ photos })} />
      <${Problem}>${problem}<//>
      ${entry?.submitted_at ? html`
        <${Button} main wide disabled=${empty} onClick=${() => save(false)}>${t('field.diary.save_edit')}<//>` : html`
        <div class="pair">
          <${Button} disabled=${empty} onClick=${() => save(false)} data-testid="diary-draft">${t('field.diary.keep')}<//>
          <${Button} type="submit" main disabled=${empty} data-testid="diary-submit">${t('field.diary.submit')}<//>
        </div>`}
      <p class="quiet small">${t(entry?.submitted_at ? 'field.diary.edit_note' : 'field.diary.private')}</p>
    </form>`;
}
