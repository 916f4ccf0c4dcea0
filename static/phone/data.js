// 「我的数据」: what is kept, who saw a position, a copy to take away, and requests to correct or erase.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { get, post, request } from '/static/shared/api.js';
import { shortDay } from '/static/shared/dates.js';
import { locale, t } from '/static/shared/i18n.js';
import { idsByContent } from '/static/shared/ids.js';
import { usePhone } from './context.js';
import { Back, Button, Problem, Waiting } from './parts.js';
import { momentWords } from './words.js';

const KINDS = ['correction', 'erasure'];

const day = (text) => shortDay(text, locale());

/** A button that asks for a file and gives it to the phone to keep. */
export function TakeFile({ path, body, name, testid, main, children }) {
  const [state, setState] = useState({});
  const take = async () => {
    setState({ busy: true });
    try {
      const { data } = await request('POST', path, { body, as: 'blob', timeoutMs: 120000 });
      const url = URL.createObjectURL(data);
      Object.assign(document.createElement('a'), { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
      setState({ done: true });
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  return html`
    <${Button} wide main=${main} disabled=${state.busy} onClick=${take} data-testid=${testid}>
      ${state.busy ? t('phone.data.exporting') : children}<//>
    <div role="status">${state.done && html`<p class="notice">${t('phone.data.exported')}</p>`}</div>
    <${Problem}>${state.problem}<//>`;
}

/** One request; `about` and `day` are of the record that it is about, when one comes from it. */
function Ask({ about, day: ofDay, onSent }) {
  const [state, setState] = useState({});
  const [kind, setKind] = useState('correction');
  const idOf = useRef(idsByContent()).current;
  const submit = async (event) => {
    event.preventDefault();
    const asked = { kind, text: new FormData(event.target).get('text').trim(), ...(about && { evidence_id: about }) };
    setState({ busy: true });
    try {
      await post('/data-requests', { id: idOf(asked), ...asked });
      setState({ sent: true });
      onSent();
    } catch (error) {
      setState({ problem: error.message });
    }
  };
  if (state.sent) {
    return html`
      <div role="status"><p class="notice">${t('phone.data.sent')}</p>
        ${!about && html`<${Button} wide onClick=${() => setState({})}>${t('phone.data.another')}<//>`}</div>`;
  }
  return html`
    <form class="form" onSubmit=${submit} data-testid="request-form">
      ${ofDay && html`<p><strong>${t('phone.data.about', { day: day(ofDay) })}</strong></p>`}
      <fieldset class="choices"><legend>${t('phone.data.ask')}</legend>
        ${KINDS.map((one) => html`
          <label key=${one}><input type="radio" name="kind" value=${one} checked=${kind === one} onChange=${() => setKind(one)} />
            <span>${t(`phone.data.kind.${one}`)}</span></label>`)}</fieldset>
      <label>${t(about ? 'phone.data.text_about' : 'phone.data.text')}
        <textarea name="text" rows="3" maxlength="2000" required></textarea></label>
      ${kind === 'erasure' && html`<p class="notice notice--warn" data-testid="erase-note">${t('phone.data.erase_note')}</p>`}
      <${Problem}>${state.problem}<//>
      <${Button} type="submit" main wide disabled=${state.busy}>${t('phone.data.send')}<//>
      ${!about && html`<p class="quiet">${t('phone.data.box')} <a class="text-button" href="/suggestions/">${t('phone.me.box')}</a></p>`}
    </form>`;
}

const Request = ({ one }) => html`
  <li class="panel" data-testid="request" data-state=${one.state}>
    <p><strong>${t(`phone.data.kind.${one.kind}`)}</strong> <span class="badge badge--${one.state}">${t(`phone.data.state.${one.state}`)}</span></p>
    ${one.evidence && html`<p class="quiet">${t('phone.data.about', { day: day(one.evidence.day) })}</p>`}
    <p>${one.text}</p>
    ${one.answer && html`<p>${t('phone.data.answer', { name: one.answered_by?.name ?? '' })}<q>${one.answer}</q></p>`}
    ${one.kind === 'erasure' && one.evidence && one.state === 'done' && html`<p class="quiet small">${t('phone.data.erased')}</p>`}
  </li>`;

const Category = ({ one }) => html`
  <li data-testid="category"><details>
    <summary>${one.name} <span class="quiet">${t('phone.data.count', { n: one.count })}</span></summary>
    <p class="quiet small">${t('phone.data.kept', { text: one.kept })}</p>
    <p class="quiet small">${t('phone.data.seen', { text: one.seen })}</p></details></li>`;

/** `about` and `day`: the record that a request is about, when one comes from it; then asking is what one is here for. */
export function MyData({ about, day: ofDay }) {
  const { me } = usePhone();
  const [data, setData] = useState(null);
  const [problem, setProblem] = useState(null);
  const load = () => {
    setProblem(null);
    return get('/me/data').then(setData, (error) => setProblem(error.message));
  };
  useEffect(() => { load(); }, []);
  const back = html`<${Back} to=${ofDay ? `#day/${ofDay}` : me.cadre ? '#me' : me.home} />`;
  if (!data) {
    return html`<div>${back}<${Problem}>${problem}<//>
      ${problem ? html`<${Button} wide onClick=${load}>${t('phone.again')}<//>` : html`<${Waiting} />`}</div>`;
  }
  const ask = html`
    <section class="panel" key="ask"><h2>${t('phone.data.requests')}</h2><${Ask} key=${about} about=${about} day=${ofDay} onSent=${load} />
      ${data.requests.length === 0 && html`<p class="quiet">${t('phone.data.no_requests')}</p>`}</section>
    ${data.requests.length > 0 && html`
      <ul class="plain-list" key="asked">${data.requests.map((one) => html`<${Request} key=${one.id} one=${one} />`)}</ul>`}`;
  const kept = html`
    <section class="panel" key="kept"><h2>${t('phone.data.what')}</h2>
      <ul class="plain">${data.categories.map((one) => html`<${Category} key=${one.key} one=${one} />`)}</ul>
      <${TakeFile} path="/me/exports" name="zhucun.zip" main testid="export">${t('phone.data.export')}<//></section>
    <section class="panel" key="reveals" data-testid="reveals"><h2>${t('phone.data.reveals')}</h2>
      ${data.reveals.length === 0 && html`<p class="quiet">${t('phone.data.no_reveals')}</p>`}
      <ul class="plain">${data.reveals.map((one) => html`<li key=${one.id}>
        ${t('phone.data.reveal', { name: one.by.name, when: momentWords(one.at), day: day(one.day) })}<q>${one.reason}</q></li>`)}</ul></section>`;
  return html`
    <div>${back}<${Problem}>${problem}<//>${about ? [ask, kept] : [kept, ask]}
      <p><a class="text-button" href="#notice" data-testid="to-notice">${t('phone.consent.open')}</a></p>
      ${!me.cadre && html`<p><a class="text-button" href="#me">${t('phone.me.open')}</a></p>`}
      <p><a class="text-button" href="/about/functions">${t('phone.about.functions')}</a></p></div>`;
}
