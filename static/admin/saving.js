// Sending a change: busy meanwhile, said in words when it is refused, and told aloud when it is done.
import { html, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce } from '../dashboard/parts.js';

/** What a refused change means; field errors come with it. */
function wordsOf(error) {
  if (error.status === 412) return t('admin.changed_meanwhile');
  const details = Object.values(error.errors?.json ?? {}).flat().filter((line) => typeof line === 'string');
  return [failureText(error), ...details].join(' ');
}

/** {busy, failure, save(work)}: `save` answers whether the work was done. */
export function useSaving() {
  const [state, setState] = useState({ busy: false, failure: null });
  const save = async (work) => {
    setState({ busy: true, failure: null });
    try {
      await work();
      setState({ busy: false, failure: null });
      announce(t('admin.saved'));
      return true;
    } catch (error) {
      setState({ busy: false, failure: wordsOf(error) });
      return false;
    }
  };
  return { ...state, save };
}

export const Failed = ({ text }) => (text ? html`<p class="failure-text" role="alert" data-testid="failed">${text}</p>` : null);

/** A labelled field of a form; `as` is input, select or textarea. */
export const Field = ({ label, as = 'input', children, ...rest }) => html`
  <label>${label}${as === 'input' ? html`<input ...${rest} />`
    : as === 'select' ? html`<select ...${rest}>${children}</select>` : html`<textarea ...${rest}></textarea>`}</label>`;

/** The values of a form by name; empty ones are left out. */
export function valuesOf(form) {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ''));
}
