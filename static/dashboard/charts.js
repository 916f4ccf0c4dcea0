// Charts beside tables, on ECharts, which is loaded when the first one is shown: the table never waits for it.
import { html, useEffect, useRef, useState } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';

const LIBRARY = '/vendor/echarts.js';
/** Colours by what they say, out of the sheet, so that a dark or a printed page has its own. */
const TONES = { main: '--main', calm: '--bar', good: '--good', warn: '--chart-warn', bad: '--bad', wait: '--wait', plain: '--chart-plain', done: '--chart-done' };
let asked = null;

/** The library, asked for once; a failed try may be made again. */
function library() {
  asked ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: LIBRARY });
    script.addEventListener('load', () => resolve(globalThis.echarts));
    script.addEventListener('error', () => {
      asked = null;
      script.remove();
      reject(new Error('no charts'));
    });
    document.head.append(script);
  });
  return asked;
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Render again when the owner of the screen turns it dark or light. */
function useScheme() {
  const [, turn] = useState(0);
  useEffect(() => {
    const change = () => turn((n) => n + 1);
    dark.addEventListener('change', change);
    return () => dark.removeEventListener('change', change);
  }, []);
}

/** The sheet's colours as the screen has them, or as paper does. */
function looks({ onPaper = false } = {}) {
  const probe = document.createElement('div');
  probe.className = onPaper ? 'on-paper' : '';
  document.body.append(probe);
  const sheet = getComputedStyle(probe);
  const colours = Object.fromEntries([...Object.values(TONES), '--ink', '--ink-soft', '--line', '--paper'].map((name) => [name, sheet.getPropertyValue(name).trim()]));
  const font = sheet.fontFamily;
  probe.remove();
  const colour = (name) => colours[name];
  return { tone: (name) => colour(TONES[name] ?? TONES.main), ink: colour('--ink'), soft: colour('--ink-soft'), line: colour('--line'), paper: colour('--paper'), font };
}

/** What every chart has: our letters, no movement, and a tooltip of text (one of HTML would break the page's policy). */
function frame({ ink, font, line, paper }, { tooltip }) {
  return {
    animation: false,
    textStyle: { fontFamily: font, color: ink },
    grid: { left: 4, right: 34, top: 10, bottom: 4, containLabel: true },
    tooltip: { renderMode: 'richText', confine: true, backgroundColor: paper, borderColor: line, textStyle: { color: ink, fontFamily: font, fontSize: 13 }, ...tooltip },
  };
}

/** Bars lie, since names of divisions are long; the first row is the uppermost, as in the table. */
function barsOption({ rows, series, stacked }, look) {
  const names = rows.map(({ name }) => name);
  return {
    ...frame(look, { tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } } }),
    xAxis: { type: 'value', minInterval: 1, axisLabel: { color: look.soft }, splitLine: { lineStyle: { color: look.line } } },
    yAxis: { type: 'category', data: names, inverse: true, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.ink, width: 120, overflow: 'truncate' } },
    series: series.map(({ name, tone }, index) => ({
      name, type: 'bar', stack: stacked ? 'all' : undefined, barMaxWidth: 18, itemStyle: { color: look.tone(tone) },
      data: rows.map(({ values }) => values[index]),
    })),
  };
}

function linesOption({ names, series, percent }, look) {
  return {
    ...frame(look, { tooltip: { trigger: 'axis' } }),
    xAxis: { type: 'category', data: names, boundaryGap: false, axisLabel: { color: look.soft }, axisLine: { lineStyle: { color: look.line } } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: { color: look.soft, ...(percent && { formatter: '{value}%' }) }, splitLine: { lineStyle: { color: look.line } } },
    series: series.map(({ name, tone, values, dashed }) => ({
      name, type: 'line', data: values, showSymbol: false, connectNulls: false,
      itemStyle: { color: look.tone(tone) }, lineStyle: { width: 2, type: dashed ? 'dashed' : 'solid' },
    })),
  };
}

/** A line beside its number: only the first and the last name, and an axis from nothing, so that noise stays small. */
function smallOption(figure, look) {
  const option = linesOption(figure, look);
  return {
    ...option,
    grid: { left: 2, right: 14, top: 8, bottom: 0, containLabel: true },
    tooltip: { ...option.tooltip, formatter: figure.percent ? '{b}  {c}%' : '{b}  {c}' },
    xAxis: { ...option.xAxis, axisTick: { show: false }, axisLabel: { color: look.soft, fontSize: 11, interval: figure.names.length - 2 } },
    yAxis: { ...option.yAxis, min: 0, splitNumber: 2, axisLabel: { ...option.yAxis.axisLabel, fontSize: 11 } },
    // A month on its own, between months without a number, is a point.
    series: option.series.map((one) => ({ ...one, showSymbol: true, symbol: 'circle', symbolSize: 4 })),
  };
}

/** What the colours mean, as text that wraps on a narrow page; a single one needs no words. */
const Legend = ({ series }) => series.length > 1 && html`
  <ul class="chart-legend">${series.map(({ name, tone, dashed }) => html`
    <li key=${name}><span class=${`chart-tone tone-${tone}${dashed ? ' tone-dashed' : ''}`} aria-hidden="true"></span>${name}</li>`)}</ul>`;

/** `label` is what the chart says to those who do not see it; its numbers stand in the table beside it. */
function Chart({ label, height, series, option, testid }) {
  const box = useRef(null);
  const [state, setState] = useState('loading');
  useScheme();
  const drawn = JSON.stringify(option(looks()));
  useEffect(() => {
    let chart = null;
    let over = false;
    const fit = () => chart?.resize();
    // Paper is white whatever the screen is; drawn at once, since the printer does not wait for the next frame.
    const redraw = (how) => {
      chart?.setOption(how);
      chart?.resize();
      chart?.getZr().flush();
    };
    const toPaper = () => redraw(option(looks({ onPaper: true })));
    const toScreen = () => redraw(JSON.parse(drawn));
    const sizes = new ResizeObserver(fit);
    library().then((echarts) => {
      if (over) return;
      chart = echarts.init(box.current, null, { renderer: 'canvas' });
      chart.setOption(JSON.parse(drawn));
      sizes.observe(box.current);
      addEventListener('beforeprint', toPaper);
      addEventListener('afterprint', toScreen);
      setState('shown');
    }, () => !over && setState('failed'));
    return () => {
      over = true;
      sizes.disconnect();
      removeEventListener('beforeprint', toPaper);
      removeEventListener('afterprint', toScreen);
      chart?.dispose();
    };
  }, [drawn]);
  if (state === 'failed') return html`<p class="fine" data-testid="no-chart">${t('dashboard.chart_failed')}</p>`;
  return html`<${Legend} series=${series} /><div class="chart" ref=${box} role="img" aria-label=${label} data-testid=${testid} data-state=${state} style=${{ height: `${height}px` }}></div>`;
}

/**
 * Lying bars: `rows` [{name, values}], one value for each of `series` [{name, tone}]; `stacked` in one bar.
 * `tone` is one of main, calm, good, warn, bad, wait, plain, done. Put it after the table that holds the same numbers.
 */
export const Bars = ({ label, rows, series, stacked = true, testid = 'chart' }) => html`
  <${Chart} label=${label} testid=${testid} series=${series} height=${rows.length * (stacked ? 30 : 14 + 16 * series.length) + 44}
    option=${(look) => barsOption({ rows, series, stacked }, look)} />`;

/**
 * Lines over `names` (days, months, quarters): `series` [{name, tone, values, dashed?}], null where there is no value.
 * `small` stands beside a number; `percent` says that the values are per cent.
 */
export const Lines = ({ label, names, series, small = false, percent = false, testid = 'chart' }) => html`
  <${Chart} label=${label} testid=${testid} series=${series} height=${small ? 88 : 220}
    option=${(look) => (small ? smallOption : linesOption)({ names, series, percent }, look)} />`;
