// The map itself: villages as circles on canvas, gathered into clusters when far out. Loaded libraries, no other host but the tiles'.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { count, percent } from './words.js';

const LIBRARIES = [['/vendor/leaflet.js', () => globalThis.L], ['/vendor/supercluster.js', () => globalThis.Supercluster]];
const SHEET = '/vendor/leaflet.css';
/** From this zoom on every village stands by itself; a cluster takes in what is nearer than so many pixels. */
const ALONE_FROM = 12;
const CLUSTER_PX = 60;
/** Pixels of a tile, by which the clusters are reckoned. */
const TILE_PX = 256;
const NEAREST_ZOOM = 17;
/** So much of the view's width and height is painted beyond its edges. */
const AROUND = 0.5;
const SMALLEST_PX = 6;
const LARGEST_PX = 15;
const COLOURS = { met: '--main', near: '--bar', far: '--chart-warn', none: '--quiet', paper: '--paper', ink: '--ink' };

function script([src, found]) {
  if (found()) return Promise.resolve(found());
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement('script'), { src });
    element.addEventListener('load', () => resolve(found()));
    element.addEventListener('error', () => {
      element.remove();
      reject(new Error(src));
    });
    document.head.append(element);
  });
}

/** Leaflet and supercluster, with their sheet, when the first map is shown. */
function libraries() {
  if (!document.querySelector(`link[href="${SHEET}"]`)) document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: SHEET }));
  return Promise.all(LIBRARIES.map(script));
}

/** How a figure stands against what is wanted: three calm steps, and none where there is nothing to divide by. */
export function stepOf(rate, { target, more_is_better: more }) {
  if (rate === null) return 'none';
  if (!more) return rate === 0 ? 'met' : rate <= 0.1 ? 'near' : 'far';
  if (rate >= target) return 'met';
  return rate >= target * 0.8 ? 'near' : 'far';
}

/** Not by colour alone: full, half, a ring, a broken ring. */
function styleOf(step, colours, chosen) {
  const ring = { color: chosen ? colours.ink : colours[step === 'near' ? 'met' : step], weight: chosen ? 4 : 1.5, fillColor: colours[step], fillOpacity: 0.9, dashArray: null };
  if (step === 'near') return { ...ring, fillOpacity: 0.45 };
  if (step === 'far') return { ...ring, weight: chosen ? 4 : 3, fillColor: colours.paper };
  return step === 'none' ? { ...ring, fillColor: colours.paper, dashArray: '2 3' } : ring;
}

function coloursOf(element) {
  const sheet = getComputedStyle(element);
  return Object.fromEntries(Object.entries(COLOURS).map(([name, property]) => [name, sheet.getPropertyValue(property).trim()]));
}

function indexOf(Supercluster, villages) {
  const index = new Supercluster({ radius: CLUSTER_PX, extent: TILE_PX, maxZoom: ALONE_FROM - 1,
    map: ({ village }) => ({ numerator: village.numerator, denominator: village.denominator }),
    reduce: (sum, one) => {
      sum.numerator += one.numerator;
      sum.denominator += one.denominator;
    } });
  return index.load(villages.map((village) => ({ type: 'Feature', properties: { village }, geometry: { type: 'Point', coordinates: [village.drawn_longitude, village.drawn_latitude] } })));
}

/** The map as an object: draw(answer, chosen), show(village), close(). */
function build(element, [L, Supercluster], { tiles, onChoose }) {
  const map = L.map(element, { attributionControl: false, zoomControl: false, maxZoom: tiles?.max_zoom ?? NEAREST_ZOOM, minZoom: 4, zoomSnap: 0.5 });
  L.control.zoom({ zoomInTitle: t('dashboard.map.nearer'), zoomOutTitle: t('dashboard.map.farther') }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (tiles) L.tileLayer(tiles.url, { maxZoom: tiles.max_zoom }).addTo(map);
  const canvas = L.canvas({ padding: 0.4 });
  const shown = L.layerGroup().addTo(map);
  let state = null;

  const clusterIcon = (sums, n) => {
    const rate = sums.denominator ? sums.numerator / sums.denominator : null;
    const label = Object.assign(document.createElement('span'), { className: `map-cluster map-${stepOf(rate, state.against)}` });
    label.append(Object.assign(document.createElement('b'), { textContent: count(n) }), Object.assign(document.createElement('small'), { textContent: percent(rate) }));
    return { icon: L.divIcon({ html: label, className: '', iconSize: [52, 52] }), title: t('dashboard.map.cluster', { n: count(n), rate: percent(rate) }) };
  };
  let painted = null;
  /** What a move leaves within what was painted around the view needs nothing new. */
  const isThere = () => painted?.state === state && painted.zoom === map.getZoom() && painted.bounds.contains(map.getBounds());
  const paint = () => {
    if (!state || !map._loaded) return;
    const bounds = map.getBounds().pad(AROUND);
    painted = { state, bounds, zoom: map.getZoom() };
    const colours = coloursOf(element);
    shown.clearLayers();
    for (const { id, properties, geometry: { coordinates: [longitude, latitude] } } of state.index.getClusters([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()], Math.floor(map.getZoom()))) {
      const at = [latitude, longitude];
      if (properties.cluster) {
        const { icon, title } = clusterIcon(properties, properties.point_count);
        L.marker(at, { icon, title, alt: title }).on('click', () => map.setView(at, Math.min(state.index.getClusterExpansionZoom(id), ALONE_FROM))).addTo(shown);
      } else {
        const { village } = properties;
        const radius = SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * Math.sqrt(village.households / state.most);
        L.circleMarker(at, { renderer: canvas, radius, ...styleOf(stepOf(village.rate, state.against), colours, village.code === state.chosen) })
          .bindTooltip(document.createTextNode(`${village.name} ${percent(village.rate)}`)).on('click', () => onChoose.current(village.code)).addTo(shown);
      }
    }
    element.dataset.drawn = String(shown.getLayers().length);
  };
  map.on('moveend', () => isThere() || paint());
  // Where things stand on a canvas nobody else can tell: for the tests of this page.
  Object.assign(element, { map, shown });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', paint);
  return {
    draw(answer, chosen) {
      const villages = answer.villages.filter((one) => one.drawn_latitude !== null);
      const fresh = state?.answer !== answer;
      state = { answer, chosen, against: answer.against, index: fresh ? indexOf(Supercluster, villages) : state.index, most: Math.max(1, ...villages.map((one) => one.households)) };
      if (!map._loaded && villages.length) map.fitBounds(L.latLngBounds(villages.map((one) => [one.drawn_latitude, one.drawn_longitude])).pad(0.1), { maxZoom: 14, animate: false });
      paint();
    },
    show: (village) => village.drawn_latitude !== null && map.setView([village.drawn_latitude, village.drawn_longitude], Math.max(map.getZoom(), ALONE_FROM)),
    close() {
      dark.removeEventListener('change', paint);
      map.remove();
    },
  };
}

/** The frame of the map: 「示意图」 without tiles, the map's approval number with them. */
export function MapCanvas({ answer, chosen, onChoose, label }) {
  const place = useRef(null);
  const drawn = useRef(null);
  const choose = useRef(onChoose);
  const [state, setState] = useState('loading');
  choose.current = onChoose;
  useEffect(() => {
    let current = true;
    libraries().then((found) => {
      if (!current) return;
      drawn.current = build(place.current, found, { tiles: answer.tiles, onChoose: choose });
      setState('ready');
    }, () => current && setState('failed'));
    return () => {
      current = false;
      drawn.current?.close();
      drawn.current = null;
    };
  }, []);
  useEffect(() => {
    drawn.current?.draw(answer, chosen);
  }, [answer, chosen, state]);
  useEffect(() => {
    const village = answer.villages.find(({ code }) => code === chosen);
    if (village) drawn.current?.show(village);
  }, [chosen]);
  const { tiles } = answer;
  return html`
    <div class="map-frame">
      <div class="map" ref=${place} role="region" aria-label=${label} data-testid="map" data-state=${state}></div>
      ${tiles
        ? html`<p class="map-caption" data-testid="map-approval">${t('dashboard.map.approval', { number: tiles.approval_number })} ${tiles.attribution}</p>`
        : html`<p class="map-caption map-sketch" data-testid="map-sketch">${t('dashboard.map.sketch')}</p>`}
      ${state === 'failed' && html`<p class="notice notice-warn" role="alert">${t('dashboard.map.failed')}</p>`}
    </div>`;
}
