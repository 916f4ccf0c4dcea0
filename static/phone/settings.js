// What a user may arrange: language, location, password, where he or she is logged in, and leaving.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { get, remove, request } from '/static/shared/api.js';
import { dayName } from '/static/shared/dates.js';
import { LANGUAGES, language, locale, t } from '/static/shared/i18n.js';
import { canLocate } from '/static/shared/locate.js';
import { locates } from './consent.js';
import { usePhone } from './context.js';
import { TakeFile } from './data.js';
import { Button, Problem, Question, Waiting } from './parts.js';
import { momentWords } from './words.js';

function Location() {
  const { me, speakUp } = usePhone();
  const off = !locates(me);
  const { choice, chosen_at: at, unheard } = me.location ?? {};
  const change = (event) => speakUp({ choice: event.target.checked ? 'declined' : 'given' });
  return html`
    <section class="panel">
      <h2>${t('phone.location.title')}</h2>
      <label class="switch-line">
        <span>${t('phone.location.without')}</span>
        <input class="weui-switch" type="checkbox" role="switch" checked=${off} onChange=${change}
          data-testid="without-location" />
      </label>
      <p class="quiet">${t(off ? 'phone.location.off_text' : 'phone.location.on_text')}</p>
      ${unheard ? html`<p class="quiet small" role="status">${t('phone.location.unheard')}</p>`
        : at && html`<p class="quiet small">${t(`phone.location.chosen.${choice}`, { when: momentWords(at) })}</p>`}
      ${!canLocate() && html`<p class="notice notice--warn">${t('phone.notice.http')}</p>`}
    </section>`;
}

function Language() {
  const { speak } = usePhone();
  return html`
    <section class="panel">
      <h2>${t('phone.me.language')}</h2>
      <div class="choices" role="group" aria-label=${t('phone.me.language')}>
        ${Object.entries(LANGUAGES).map(([code, name]) => html`
          <button type="button" key=${code} lang=${code} class="choice" aria-pressed=${String(code === language())}
            onClick=${() => speak(code)}>${name}</button>`)}
      </div>
    </section>`;
}

function Password() {
  const { me, setMe } = usePhone();
  const [open, setOpen] = useState(false);
  const [outcome, setOutcome] = useState({});
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    try {
      await request('PUT', '/me/password', { body: { current: form.get('current'), new: form.get('new') } });
      setMe({ ...me, has_password: true });
      setOpen(false);
      setOutcome({ good: t('phone.password.saved') });
    } catch (error) {
      setOutcome({ bad: error.message });
    }
  };
  return html`
    <section class="panel">
      <h2>${t(me.has_password ? 'phone.password.change' : 'phone.password.set')}</h2>
      <p class="quiet">${t('phone.password.username', { username: me.username })}</p>
      <div role="status">${outcome.good && html`<p class="notice">${outcome.good}</p>`}</div>
      <${Problem}>${outcome.bad}<//>
      ${open ? html`
        <form class="form" onSubmit=${submit} data-testid="password-form">
          ${me.has_password && html`
            <label>${t('phone.password.current')}
              <input type="password" name="current" autocomplete="current-password" required />
            </label>`}
          <label>${t('phone.password.new')}
            <input type="password" name="new" autocomplete="new-password" minlength="8" required />
          </label>
          <${Button} type="submit" main wide>${t('phone.password.save')}<//>
        </form>`
      : html`
        <${Button} wide onClick=${() => setOpen(true)}>
          ${t(me.has_password ? 'phone.password.change' : 'phone.password.set')}
        <//>`}
    </section>`;
}

/** "Chrome, Android" out of the long line that browsers send; the line itself when it says neither. */
function deviceWords(agent) {
  const browser = /MicroMessenger|Edg|Firefox|Chrome|Safari/.exec(agent ?? '')?.[0];
  const system = /HarmonyOS|Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(agent ?? '')?.[0];
  const names = [browser === 'MicroMessenger' ? t('phone.sessions.wechat') : browser, system].filter(Boolean);
  return names.join(', ') || agent || t('phone.sessions.unknown');
}

function Sessions() {
  const [sessions, setSessions] = useState(null);
  const [problem, setProblem] = useState(null);
  const fail = (error) => setProblem(error.message);
  const load = () => get('/sessions').then((answer) => setSessions(answer.sessions), fail);
  useEffect(() => { load(); }, []);
  const revoke = (id) => remove(`/sessions/${id}`).then(load, fail);
  return html`
    <section class="panel" data-testid="sessions">
      <h2>${t('phone.sessions.title')}</h2>
      <${Problem}>${problem}<//>
      ${!sessions && !problem && html`<${Waiting} />`}
      <ul class="plain">
        ${(sessions ?? []).map((session) => html`
          <li class="session" key=${session.id}>
            <span>${deviceWords(session.user_agent)}
              <small>${session.current ? t('phone.sessions.current')
                : t('phone.sessions.last', { when: momentWords(session.last_used_at) })}</small></span>
            ${!session.current && html`
              <button type="button" class="text-button" onClick=${() => revoke(session.id)}>
                ${t('phone.sessions.revoke')}
              </button>`}
          </li>`)}
      </ul>
    </section>`;
}

function LogOut() {
  const { outbox, signOut } = usePhone();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState(null);
  const waiting = outbox.unfinished().length;
  const leave = () => {
    setAsking(false);
    signOut().catch((error) => setProblem(error.message));
  };
  return html`
    <div>
      <${Problem}>${problem}<//>
      <${Button} wide data-testid="log-out" onClick=${() => setAsking(true)}>${t('phone.me.log_out')}<//>
      ${asking && html`
        <${Question} title=${t('phone.me.log_out_title')} yes=${t('phone.me.log_out')}
          onYes=${leave} onNo=${() => setAsking(false)}
          text=${waiting ? t('phone.me.log_out_waiting', { count: waiting }) : t('phone.me.log_out_clear')} />`}
    </div>`;
}

export function Settings() {
  const { me } = usePhone();
  const posting = me.cadre?.posting;
  const villages = posting && [posting.village, ...posting.further_villages].map(({ name }) => name).join('、');
  return html`
    <div>
      <section class="panel" data-testid="who">
        <h2>${me.name}</h2>
        ${me.cadre && html`
          <p>${t(`cadre_role.${me.cadre.cadre_role}`)} <span class="quiet">${me.cadre.sending_unit}</span></p>`}
        <p class="quiet">${posting
          ? t('phone.me.posting', { villages, from: dayName(posting.from_on, locale()) })
          : me.cadre && t('phone.week.no_posting')}</p>
        ${me.cadre && html`
          <${TakeFile} path="/exports" body=${{ kind: 'certificate', cadre_id: me.cadre.id, format: 'docx' }}
            name=${`${t('phone.me.certificate')}.docx`} testid="certificate">${t('phone.me.certificate')}<//>`}
        ${['/dashboard/', '/admin/'].includes(me.home) && html`<p><a href=${me.home}>${t('phone.me.dashboard')}</a></p>`}
        ${me.grants.some(({ role }) => role === 'village') && html`<p><a href="/village/">${t('phone.me.village')}</a></p>`}
      </section>
      ${me.cadre && html`
        <a class="weui-btn weui-btn_default wide" href="#records" data-testid="my-records">${t('phone.records.title')}</a>
        <${Location} />`}
      <section class="panel">
        <h2>${t('phone.data.title')}</h2>
        <a class="weui-btn weui-btn_default wide" href="#data" data-testid="my-data">${t('phone.data.open')}</a>
        <p><a class="text-button" href="#notice">${t('phone.consent.open')}</a></p>
        <p><a class="text-button" href="/suggestions/" data-testid="box">${t('phone.me.box')}</a> <span class="quiet small">${t('phone.me.box_text')}</span></p>
        <p><a class="text-button" href="/about/functions">${t('phone.about.functions')}</a></p>
      </section>
      <${Language} />
      <${Password} />
      <${Sessions} />
      <${LogOut} />
    </div>`;
}
