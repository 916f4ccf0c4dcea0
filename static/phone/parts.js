// Small pieces that several views show: waiting, trouble, a question, the icons.
import { html, useEffect, useRef } from '/vendor/htm-preact.js';
import { t } from '/static/shared/i18n.js';
import { momentWords } from './words.js';

export const Waiting = () => html`
  <p class="quiet" role="status">
    <i class="weui-primary-loading weui-icon_loading" aria-hidden="true"></i> ${t('phone.loading')}
  </p>`;

/** Says of which moment an answer is, when it is not fresh; and what went wrong when there is no answer at all. */
export function Freshness({ answer }) {
  const { value, at, fresh, problem, reload } = answer;
  if (value && (fresh || !problem)) return null;
  if (!value && !problem) return html`<${Waiting} />`;
  const text = value
    ? t('phone.as_of', { when: momentWords(at) })
    : problem.message;
  return html`
    <div class="notice ${value ? '' : 'notice--warn'} with-button" role="status" data-testid="freshness">
      <span>${text}</span>
      <button type="button" class="text-button" onClick=${reload}>${t('phone.again')}</button>
    </div>`;
}

/** A button of WeUI's; `main` for what one most likely wants. */
export const Button = ({ main = false, wide = false, type = 'button', ...rest }) => html`
  <button type=${type} class="weui-btn weui-btn_${main ? 'primary' : 'default'} ${wide ? 'wide' : ''}" ...${rest} />`;

/** A question that has to be answered before something cannot be undone. */
export function Question({ title, text, yes, no = t('phone.cancel'), danger = false, onYes, onNo }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  return html`
    <dialog ref=${dialog} class="question" aria-labelledby="question-title" data-testid="question"
      onCancel=${(event) => { event.preventDefault(); onNo(); }}>
      <h2 id="question-title">${title}</h2>
      <p>${text}</p>
      <div class="question__buttons">
        <button type="button" class="plain-button" onClick=${onNo}>${no}</button>
        <button type="button" class="plain-button plain-button--${danger ? 'bad' : 'main'}" onClick=${onYes}>
          ${yes}
        </button>
      </div>
    </dialog>`;
}

export const Problem = ({ children }) => html`
  <div role="alert">${children && html`<div class="notice notice--bad" data-testid="problem">${children}</div>`}</div>`;

export const Back = ({ to }) => html`
  <a class="back" href=${to}><span aria-hidden="true">‹</span> ${t('phone.back')}</a>`;

const PATHS = {
  today: 'M12 3 3.5 10.2h2.3V20h4.6v-5.4h3.2V20h4.6v-9.8h2.3z',
  month: 'M7 3v2H4.5v15.5h15V5H17V3h-2v2H9V3zm-.5 7h11v8.5h-11zM8.500 12v2h2v-2zm5 0v2h2v-2z',
  visits: 'M3 11.500 9 6l6 5.500V20H3zm2 .9V18h3v-3.500h2V18h3v-5.600L9 8.700zM16 9a3 3 0 1 1 0-6 3 3 0 0 1 0 6m1 2h4v9h-4z',
  diary: 'M5 3.500h10l4 4v13H5zm2 2v13h10v-10h-3v-3zM8.500 11h7v1.600h-7zm0 3.400h7V16h-7z',
  records: 'M4 5h16v14H4zm2 2v6h3.500a2.500 2.500 0 0 0 5 0H18V7z',
  me: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8m-7.500 16a7.500 7.500 0 0 1 15 0z',
};

export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${PATHS[name]} fill="currentColor" fill-rule="evenodd" />
  </svg>`;
