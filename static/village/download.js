// A paper or a table of the village as a file: the server makes it, the browser keeps it.
import { html, useState } from '/vendor/htm-preact.js';
import { fetchFile } from '../shared/files.js';
import { t } from '../shared/i18n.js';
import { failureText } from '../shared/loading.js';
import { announce, Problem } from './parts.js';

/** `body` is the kind of file and what it is of, as the server asks for it; `name` where it gives none. */
export function Download({ body, name, children }) {
  const [state, setState] = useState({});
  const run = async () => {
    setState({ busy: true });
    try {
      await fetchFile('POST', '/exports', name, { body });
      setState({});
      announce(t('village.downloaded'));
    } catch (error) {
      setState({ failure: failureText(error) });
    }
  };
  return html`
    <button type="button" class="button wide" disabled=${Boolean(state.busy)} onClick=${run} data-testid="download">${state.busy ? t('village.downloading') : children}</button>
    <${Problem}>${state.failure}<//>`;
}
