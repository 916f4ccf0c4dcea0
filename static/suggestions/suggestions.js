// The suggestion box: write, or follow by the receipt. Nobody logs in, and nothing is stored on the phone.
import { html, render, useEffect, useState } from '/vendor/htm-preact.js';
import { chooseLanguage, language, LANGUAGES, loadLanguage, t } from '../shared/i18n.js';
import { Follow } from './follow.js';
import { groupsOf } from './receipt.js';
import { Write } from './write.js';

const { place, hotline } = document.documentElement.dataset;
const viewOf = () => (location.hash === '#follow' ? 'follow' : 'write');

function Box() {
  const [view, setView] = useState(viewOf);
  const [draft, setDraft] = useState({ kind: 'suggestion', about: 'village', text: '' });
  const [sent, setSent] = useState(null);
  const [, speakAgain] = useState(0);
  useEffect(() => {
    const turn = () => setView(viewOf());
    addEventListener('hashchange', turn);
    return () => removeEventListener('hashchange', turn);
  }, []);
  useEffect(() => {
    document.title = t('suggestions.title', { place });
  }, [language()]);
  useEffect(() => {
    // Who goes away with words that were not sent is asked once more by the browser.
    const warn = (event) => draft.text.trim() && event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [draft]);
  const other = language() === 'zh' ? 'en' : 'zh';
  return html`
    <header><h1>${t('suggestions.title', { place })}</h1>
      <button type="button" class="button-quiet" lang=${other} data-testid="language"
        onClick=${() => chooseLanguage(other).then(() => speakAgain((n) => n + 1), () => null)}>${LANGUAGES[other]}</button></header>
    <nav aria-label=${t('suggestions.views')}>${['write', 'follow'].map((name) => html`
      <a key=${name} href=${`#${name}`} aria-current=${view === name ? 'page' : undefined} data-testid=${`view-${name}`}>${t(`suggestions.${name}`)}</a>`)}</nav>
    <main>${view === 'follow' ? html`<${Follow} receipt=${sent && groupsOf(sent).join(' ')} />`
      : html`<${Write} draft=${draft} change=${setDraft} sent=${sent} setSent=${setSent} />`}</main>
    ${hotline && html`<footer><p>${t('suggestions.hotline')} <a href=${`tel:${hotline.replaceAll(' ', '')}`}>${hotline}</a></p></footer>`}`;
}

loadLanguage().then(() => {
  const page = document.getElementById('page');
  page.textContent = '';
  render(html`<${Box} />`, page);
}, () => {
  document.querySelector('.opening').textContent = '没有打开，请刷新再试。Please load this page again.';
});
