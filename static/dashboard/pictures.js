// Pictures that came a second time: who used them, when, in which records; looked at by a person and closed with a reason.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { post, request } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { failureText, pagesOf, useLoad } from '../shared/loading.js';
import { instantText } from './dates.js';
import { ExportTable } from './export.js';
import { Empty, Loaded, Pager } from './parts.js';
import { photoPath } from './photo.js';
import { Page } from './scope.js';

const useWords = ({ kind, village, by, day }) => t('dashboard.picture.use', {
  kind: t(`dashboard.picture.kind.${kind}`), village: village.name, name: by.name, day });

/** The reason with which the matter is closed. */
function Close({ repeat, onClosed }) {
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const reason = new FormData(event.target).get('reason').trim();
      await post('/photo-reviews', { record_id: repeat.use.record_id, picture: repeat.sha256, reason });
      onClosed();
    } catch (error) {
      setFailure(failureText(error));
      setBusy(false);
    }
  };
  return html`
    <form class="form" onSubmit=${submit} data-testid="picture-close">
      <label class="field">${t('dashboard.picture.reason')}
        <input name="reason" required maxlength="500" placeholder=${t('dashboard.picture.reason_example')} /></label>
      ${failure && html`<p class="notice notice-bad" role="alert">${failure}</p>`}
      <p class="buttons"><button class="button button-main" disabled=${busy}>${t('dashboard.picture.close')}</button></p>
    </form>`;
}

function Repeat({ repeat, onClosed }) {
  const { me } = useContext(Page);
  const { review, use } = repeat;
  return html`
    <li class="leave" data-testid="picture" data-record=${use.record_id}>
      <div class="leave-what">
        <p><strong>${useWords(use)}</strong></p>
        <p class="fine">${t('dashboard.picture.named_at', { when: instantText(use.named_at) })}</p>
        <p>${t('dashboard.picture.before')}</p>
        <ul>
          ${repeat.earlier.map((one) => html`<li key=${one.record_id}>${useWords(one)}
            <span class="fine"> ${instantText(one.named_at)}</span></li>`)}
          ${repeat.elsewhere && html`<li>${t('dashboard.picture.elsewhere')}</li>`}
        </ul>
        ${review
          ? html`<p class="fine">${t('dashboard.picture.closed', { name: review.by.name, when: instantText(review.at), reason: review.reason })}</p>`
          : use.by.id === me.id
            ? html`<p class="fine">${t('dashboard.picture.own')}</p>`
            : html`<${Close} repeat=${repeat} onClosed=${onClosed} />`}
      </div>
      ${repeat.has_come && html`<a class="errand-photo" href=${photoPath(repeat.sha256, 'view')} target="_blank" rel="noopener">
        <img src=${photoPath(repeat.sha256, 'thumb')} alt=${t('dashboard.picture.alt')} loading="lazy" /></a>`}
    </li>`;
}

async function pageOf(query) {
  const { data, headers } = await request('GET', '/photo-repeats', { query });
  return { ...data, last: pagesOf(headers).last };
}

/** The open matters below a division, or the closed ones. */
export function PicturesView({ trail }) {
  const division = trail.at(-1);
  const [state, setState] = useState('open');
  const [page, setPage] = useState(1);
  const query = { state };
  const source = useLoad(() => pageOf({ division: division.code, ...query, page }), [division.code, state, page]);
  return html`
    <h1>${t('dashboard.view.pictures')} <span class="fine">${division.name}</span></h1>
    <p>${t('dashboard.picture.text')}</p>
    <p class="buttons">
      ${['open', 'closed'].map((one) => html`
        <button key=${one} type="button" class="button" aria-pressed=${state === one} onClick=${() => { setState(one); setPage(1); }}>
          ${t(`dashboard.picture.state.${one}`)}</button>`)}
    </p>
    <${ExportTable} key=${state} kind="photo_repeats" division=${division} filters=${query} />
    <${Loaded} source=${source}>
      ${({ repeats, last }) => (repeats.length === 0
        ? html`<${Empty}>${t('dashboard.picture.none')}<//>`
        : html`<ul class="leaves">${repeats.map((one) => html`
            <${Repeat} key=${`${one.use.record_id} ${one.sha256}`} repeat=${one} onClosed=${source.reload} />`)}</ul>
          <${Pager} page=${page} last=${last} turn=${setPage} />`)}<//>`;
}
