// Compares runs, a column each.

import {html, render} from '/webjars/lit-html/lit-html.js';
import {unescaped} from './address.js';
import {get} from './api.js';
import {chart, remove} from './chart.js';
import {clock, count, share} from './format.js';
import {QUALITY, badge, flat, trouble} from './parts.js';

export function comparePage(page, ids) {
  let runs = [];
  let fault = null;

  document.title = 'Winnow: compare';

  async function load() {
    try {
      runs = await Promise.all(ids.split(',').map(id => get('runs/' + encodeURIComponent(unescaped(id)))));
      fault = null;
    } catch (e) {
      fault = e;
    }
    draw();
  }

  const label = run => (run.request?.spec.name || run.id) + ' · seed ' + (run.request?.spec.seed ?? '?');

  const row = (name, values) => html`<tr><th>${name}</th>${values.map(value => html`<td>${value}</td>`)}</tr>`;

  /** The fields in which the specs differ. */
  function differences() {
    const specs = runs.map(run => new Map(flat(run.request?.spec || {})));
    const paths = [...new Set(specs.flatMap(spec => [...spec.keys()]))];
    return paths
      .filter(path => new Set(specs.map(spec => spec.get(path))).size > 1)
      .map(path => row(path, specs.map(spec => spec.get(path) ?? '–')));
  }

  const reported = of => runs.map(run => (run.report && of(run.report)) || '–');

  const seconds = (run, wanted) => {
    const stages = run.stages.filter(stage => stage.cost && wanted(stage.stage));
    return stages.length === 0 ? '–' : clock(stages.reduce((sum, stage) => sum + stage.cost.seconds, 0));
  };

  const stages = () => [...new Set(runs.flatMap(run => run.stages.filter(stage => stage.cost).map(stage => stage.stage)))];

  function draw() {
    render(html`
      <h1>Compare</h1>
      ${trouble(fault, load)}
      ${runs.length === 0 ? null : html`
        <div class="wide"><table id="compared">
          <thead><tr><th></th>${runs.map(run => html`<th><a href="#/run/${encodeURIComponent(run.id)}">${label(run)}</a></th>`)}</tr></thead>
          <tbody>
            ${row('state', runs.map(run => badge(run.live.status)))}
            ${differences()}
            ${row('images kept', reported(r => count(r.imagesKept) + ' (' + share(r.imagesKept / r.imagesInTrain) + ')'))}
            ${QUALITY.map(([name, of]) => row(name, reported(of)))}
            ${stages().map(stage => row('cost of ' + stage, runs.map(run => seconds(run, s => s === stage))))}
            ${row('total cost', runs.map(run => seconds(run, () => true)))}
            ${row('samples', runs.map(run => {
              const samples = run.stages.find(stage => stage.stage === 'sample')?.artifact;
              return samples
                ? html`<img class="pixels thumb" loading="lazy" alt="Samples of ${label(run)}"
                    src="/api/pictures/${samples.address}/grid.png">`
                : '';
            }))}
          </tbody>
        </table></div>
        <h2>Fréchet distance over training images seen</h2>
        <div id="curves"></div>
        <p class="quiet small">Metrics are comparable only between runs with the same data set, held-out images and number of
          samples.</p>`}`, page);
    const place = page.querySelector('#curves');
    if (place) {
      chart(place, 'images seen', runs.map(run => ({
        label: label(run),
        points: (run.report?.curve || []).map(p => [p.images, p.frechet.value]),
      })));
    }
  }

  draw();
  load();
  return () => {
    const place = page.querySelector('#curves');
    if (place) {
      remove(place);
    }
  };
}
