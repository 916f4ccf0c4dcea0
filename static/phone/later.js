// The views behind the first one: fetched once the button stands, so that they do not delay it on a thin line.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { addWords, t } from '/static/shared/i18n.js';
import { Button, Waiting } from './parts.js';

function addStyles(name) {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `/styles/${name}.css` });
  document.head.append(link);
}

let fieldModule = null;
let waitingForField = null;

/** Call back with the module of the work in the field as soon as it has come. */
export function whenField(work) {
  if (fieldModule) work(fieldModule);
  else waitingForField = work;
}

/** The views of the work in the field bring their own words and sheet. */
async function field() {
  const [module] = await Promise.all([import('./field.js'), addWords('field')]);
  if (!document.querySelector('link[href="/styles/field.css"]')) addStyles('field');
  if (!fieldModule) {
    fieldModule = module;
    waitingForField?.(module);
  }
  return module;
}

const LOAD = {
  Declare: () => import('./declare.js'),
  MyData: () => import('./data.js'),
  LeaveForm: () => import('./leave.js'),
  Leaves: () => import('./leave.js'),
  Month: () => import('./month.js'),
  Notice: () => import('./notice.js'),
  Settings: () => import('./settings.js'),
  Emergency: field,
  Field: field,
  Records: field,
  Todo: field,
};
const loaded = new Map();

/** Dispatched on the window once the phone has a newer page ready. */
export const NEW_VERSION = 'zhucun:new-version';

async function load(view) {
  loaded.set(view, (await LOAD[view]())[view]);
}

/** Fetch every view, so that each is there when it is wanted, and then keep the page for days without a network. */
export async function loadAll() {
  // The work in the field comes after the rest, so that on a thin line it delays none of it.
  const views = Object.keys(LOAD);
  await Promise.allSettled(views.filter((view) => LOAD[view] !== field).map(load));
  await Promise.allSettled(views.filter((view) => LOAD[view] === field).map(load));
  const { keepPage } = await import('./offline.js');
  await keepPage(() => dispatchEvent(new Event(NEW_VERSION)));
}

/**
 * One of the later views, with its properties; `otherwise` stands in for one that cannot be had, and `quiet` says
 * nothing of one that is not there yet.
 */
export function Later({ view, otherwise, quiet = false, ...properties }) {
  const [, look] = useState(0);
  const [failed, setFailed] = useState(false);
  const fetchView = () => {
    setFailed(false);
    load(view).then(() => look((count) => count + 1), () => setFailed(true));
  };
  // Also for a view that has come in since it was missed here: nobody else would draw this anew.
  useEffect(fetchView, [view]);
  if (loaded.has(view)) return html`<${loaded.get(view)} ...${properties} />`;
  if (quiet) return null;
  if (!failed) return html`<${Waiting} />`;
  if (otherwise) return otherwise;
  return html`
    <div class="notice notice--warn" role="alert">
      <p>${t('error.not_reached')}</p>
      <${Button} onClick=${() => location.reload()}>${t('phone.again')}<//>
    </div>`;
}
