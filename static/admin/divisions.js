// Choosing a division within the administrator's own: the townships, and the villages of one.
import { html, useEffect, useState } from '/vendor/htm-preact.js';
import { get } from '../shared/api.js';
import { t } from '../shared/i18n.js';
import { Field } from './saving.js';

/** Divisions under `root` in two steps; `onChoose(code)` hears of each choice, null when none is made. */
export function DivisionChoice({ root, onChoose, name, onlyVillages = false }) {
  const [townships, setTownships] = useState([]);
  const [villages, setVillages] = useState([]);
  const [township, setTownship] = useState('');
  const [village, setVillage] = useState('');
  const belowTownship = root.level === 'township' || root.level === 'village';
  useEffect(() => {
    if (root.level === 'village') return;
    get('/divisions', { parent: root.code }).then(({ divisions }) => (belowTownship ? setVillages : setTownships)(divisions), () => null);
  }, [root.code]);
  const choose = (code) => onChoose(code || (onlyVillages ? null : root.code));
  const chooseTownship = async (event) => {
    const code = event.target.value;
    setTownship(code);
    setVillage('');
    setVillages([]);
    choose(onlyVillages ? '' : code);
    if (code) setVillages((await get('/divisions', { parent: code }).catch(() => ({ divisions: [] }))).divisions);
  };
  const chooseVillage = (event) => {
    setVillage(event.target.value);
    choose(event.target.value || (onlyVillages ? '' : township));
  };
  if (root.level === 'village') return html`<p>${root.name}</p>`;
  return html`
    ${!belowTownship && html`
      <${Field} as="select" label=${t('admin.township')} value=${township} onChange=${chooseTownship} data-testid=${`${name}-township`}>
        <option value="">${onlyVillages ? t('admin.choose') : root.name}</option>
        ${townships.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}
      <//>`}
    <${Field} as="select" label=${t('admin.village')} value=${village} onChange=${chooseVillage} disabled=${!villages.length}
      data-testid=${`${name}-village`}>
      <option value="">${onlyVillages ? t('admin.choose') : belowTownship || township ? t('admin.whole') : '—'}</option>
      ${villages.map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}
    <//>`;
}
