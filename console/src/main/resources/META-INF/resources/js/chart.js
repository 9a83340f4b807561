// Line charts by uPlot, in the page's colours and as wide as their container.

import uPlot from '/webjars/uplot/dist/uPlot.esm.js';

const COLOURS = ['#3b82c4', '#d2691e', '#2f9e62', '#b04ac0', '#c73e4f', '#7a7f2a', '#1f9aa5', '#8a6bd8', '#a0652d', '#6b7280'];
const HEIGHT = 240;
const DARK = matchMedia('(prefers-color-scheme: dark)');

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * Draws a chart into an element, or updates the one in it.
 *
 * @param place an element
 * @param x label of the horizontal axis
 * @param lines [{label, points: [[x, y], …]}], each ascending
 */
export function chart(place, x, lines) {
  const kept = lines.filter(line => line.points.length > 0);
  const shape = JSON.stringify([x, kept.map(line => line.label)]);
  const data = joined(kept);
  if (place.chart && place.shape === shape) {
    place.chart.setData(data);
    return;
  }
  remove(place);
  if (kept.length === 0) {
    return;
  }
  const axis = {
    stroke: colour('--soft'),
    grid: {stroke: colour('--line'), width: 1},
    ticks: {stroke: colour('--line'), width: 1},
  };
  place.shape = shape;
  place.chart = new uPlot({
    width: Math.max(200, place.clientWidth),
    height: HEIGHT,
    scales: {x: {time: false}},
    axes: [{...axis, label: x, labelSize: 20}, axis],
    series: [{label: x}, ...kept.map((line, i) => ({
      label: line.label,
      stroke: COLOURS[i % COLOURS.length],
      width: 1.5,
      spanGaps: true,
      points: {show: line.points.length < 30},
    }))],
    legend: {show: kept.length > 1 || !!kept[0].label},
  }, data, place);
  place.watch = new ResizeObserver(() =>
    place.chart.setSize({width: Math.max(200, place.clientWidth), height: HEIGHT}));
  place.watch.observe(place);
  // a change of the colour scheme needs a new drawing
  const again = () => {
    remove(place);
    chart(place, x, lines);
  };
  DARK.addEventListener('change', again);
  place.forget = () => DARK.removeEventListener('change', again);
}

export function remove(place) {
  place.forget?.();
  place.watch?.disconnect();
  place.chart?.destroy();
  place.forget = place.watch = place.chart = place.shape = null;
}

/** One column of x for all lines, as uPlot expects; null where a line has no point. */
function joined(lines) {
  const xs = [...new Set(lines.flatMap(line => line.points.map(p => p[0])))].sort((a, b) => a - b);
  return [xs, ...lines.map(line => {
    const at = new Map(line.points);
    return xs.map(x => at.has(x) ? at.get(x) : null);
  })];
}
