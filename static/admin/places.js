// The places of a village: points and radii against which positions are judged.
import { html, useContext, useState } from '/vendor/htm-preact.js';
import { get, post } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { useLoad } from '../shared/loading.js';
import { Dialog, Empty, Loaded, Tag } from '../dashboard/parts.js';
import { Page } from '../dashboard/scope.js';
import { Trail } from '../dashboard/trail.js';
import { DivisionLinks } from './division-links.js';
import { useEditing } from './editing.js';
import { Failed, Field, useSaving, valuesOf } from './saving.js';

const DATUMS = ['gcj02', 'wgs84', 'bd09'];

/** "27.2254, 107.8879" as two numbers; the larger one is the longitude everywhere in China. */
function positionOf(text) {
  const numbers = (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (numbers.length !== 2) return null;
  const [latitude, longitude] = numbers.sort((one, other) => one - other);
  return latitude > 0 && latitude <= 60 && longitude >= 70 && longitude <= 140 ? { latitude, longitude } : null;
}

function AddPlace({ village, onDone }) {
  const { busy, failure, save } = useSaving();
  const [wrong, setWrong] = useState(null);
  const submit = (event) => {
    event.preventDefault();
    const form = event.target;
    const { position: text, datum, radius_m: radius, ...rest } = valuesOf(form);
    const position = positionOf(text);
    setWrong(position ? null : t('admin.position_wrong'));
    if (!position) return;
    save(async () => {
      await post('/places', { ...rest, village_code: village.code, position: { ...position, datum }, ...(radius && { radius_m: Number(radius) }) });
      form.reset();
      onDone();
    });
  };
  return html`
    <details class="adding"><summary data-testid="add-place">${t('admin.place_add')}</summary>
      <form class="form" onSubmit=${submit} data-testid="place-form">
        <${Field} label=${t('admin.label')} name="name" required maxlength="60" placeholder=${t('admin.place_example')} />
        <${Field} label=${t('admin.villagers_group')} name="villagers_group" maxlength="60" />
        <${Field} type="number" label=${t('admin.radius')} name="radius_m" min="10" max="50000" step="10" />
        <${Field} label=${t('admin.position')} name="position" required placeholder="27.2254, 107.8879" />
        <${Field} as="select" label=${t('admin.datum')} name="datum">${DATUMS.map((datum) => html`<option key=${datum} value=${datum}>${t(`admin.datum.${datum}`)}</option>`)}<//>
        <div class="form-wide buttons"><button class="button button-main" disabled=${busy}>${t('admin.add')}</button>
          <span class="fine">${t('admin.place_note')}</span></div>
        <div class="form-wide"><${Failed} text=${wrong ?? failure} /></div>
      </form></details>`;
}

function Place({ place, onDone }) {
  const [asking, setAsking] = useState(false);
  const { busy, trouble, change, remove } = useEditing(`/places/${place.id}`, place, [
    [t('admin.label'), (one) => one.name], [t('admin.villagers_group'), (one) => one.villagers_group],
    [t('admin.radius'), (one) => one.radius_m && String(one.radius_m)]]);
  const submit = (event) => {
    event.preventDefault();
    const { name, villagers_group: group, radius_m: radius } = valuesOf(event.target);
    change({ name, villagers_group: group ?? null, radius_m: radius ? Number(radius) : null }, onDone);
  };
  const take = () => remove(() => {
    setAsking(false);
    onDone();
  });
  return html`
    <li data-testid="place"><form class="form" onSubmit=${submit}>
      <${Field} label=${t('admin.label')} name="name" required maxlength="60" defaultValue=${place.name} />
      <${Field} label=${t('admin.villagers_group')} name="villagers_group" maxlength="60" defaultValue=${place.villagers_group ?? ''} />
      <${Field} type="number" label=${t('admin.radius_default', { n: place.effective_radius_m })} name="radius_m" min="10" max="50000" step="10"
        defaultValue=${place.radius_m ?? ''} />
      <div class="form-wide buttons"><button class="button" disabled=${busy}>${t('admin.save')}</button>
        <button type="button" class="button" onClick=${() => setAsking(true)} data-testid="remove-place">${t('admin.remove')}</button>
        ${place.is_made_up && html`<${Tag}>${t('admin.made_up')}<//>`}</div>
      <div class="form-wide">${!asking && trouble}</div></form>
      ${asking && html`<${Dialog} title=${t('admin.remove_ask', { name: place.name })} onClose=${() => setAsking(false)} testid="remove-ask">
        <p>${t('admin.remove_note')}</p><div class="buttons"><button type="button" class="button button-bad" disabled=${busy} onClick=${take}
          data-testid="remove-yes">${t('admin.remove')}</button></div>${trouble}<//>`}</li>`;
}

function PlacesOf({ village }) {
  const source = useLoad(async () => (await get('/places', { village: village.code })).places, [village.code]);
  return html`
    <${AddPlace} village=${village} onDone=${source.reload} />
    <${Loaded} source=${source} lines=${4}>
      ${(places) => (places.length === 0 ? html`<${Empty}>${t('admin.no_places')}<//>` : html`
        <ul class="places">${places.map((place) => html`<${Place} key=${`${place.id} ${place.version}`} place=${place} onDone=${source.reload} />`)}</ul>`)}
    <//>`;
}

export function PlacesView({ trail }) {
  const { root } = useContext(Page);
  const division = trail.at(-1);
  return html`
    <div class="bar-top"><${Trail} trail=${trail} /></div>
    <section class="card"><h1>${t('admin.view.places')} <small>${division.name}</small></h1>
      ${division.level === 'village' ? html`<${PlacesOf} village=${division} />` : html`
        <p>${t('admin.places_choose', { name: root.name })}</p><${DivisionLinks} division=${division} />`}
    </section>`;
}
