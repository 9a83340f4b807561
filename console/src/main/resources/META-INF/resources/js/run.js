// One run: live while it runs, and everything that it has made.

import {html, render} from '/webjars/lit-html/lit-html.js';
import {follow, get, post} from './api.js';
import {chart, remove} from './chart.js';
import {bytes, clock, count, digest, figure, share, time, timeOfDay} from './format.js';
import {QUALITY, badge, trouble} from './parts.js';

const TITLES = {
  'topKept.png': 'kept, highest scores',
  'topPruned.png': 'pruned, most extreme scores',
  'map.png': 'kept and pruned images in feature space',
  'histograms.png': 'scores by class',
};

const PIXELS = ['topKept.png', 'topPruned.png'];

export function runPage(page, id) {
  const path = 'runs/' + encodeURIComponent(id);
  let run = null;
  let live = null;
  let lineage = [];
  let curves = {};
  let fault = null;
  let moment = null;
  let finished = '';
  let unfollow = () => {};

  document.title = 'Winnow: ' + id;

  async function load() {
    try {
      run = await get(path);
      live ??= run.live;
      document.title = 'Winnow: ' + (run.request?.spec.name || id);
      draw();
      performance.mark('run-shown');
      [lineage, curves] = await Promise.all([get(path + '/lineage'), get(path + '/curves')]);
      fault = null;
    } catch (e) {
      fault = e;
    }
    draw();
  }

  function take(now) {
    live = now;
    // the store has something new only when a stage or the run has ended
    const state = now.status + now.stages.filter(s => s.state === 'succeeded' || s.state === 'reused').map(s => s.stage);
    if (state !== finished) {
      finished = state;
      load();
    } else if (run) {
      draw();
    }
    if (now.status !== 'running') {
      unfollow();
    }
  }

  async function cancel() {
    try {
      fault = null;
      await post(path + '/cancel', {reason: 'requested in the console'});
    } catch (e) {
      fault = e;
    }
    draw();
  }

  const stage = s => html`<tr>
    <td class="title"><strong>${s.stage}</strong></td>
    <td data-name="state">${badge(s.state)}</td>
    <td data-name="progress"><span>
      ${s.total > 0 ? html`<progress max="1" .value=${Math.min(1, s.done / s.total)}></progress>` : null}
      <span class="small">${s.total > 0 ? count(s.done) + ' of ' + count(s.total) + ' ' + (s.unit || '') : ''}</span>
    </span></td>
    <td data-name="per second" class="n">${s.state === 'running' && s.rate > 0 ? figure(s.rate, 3) : ''}</td>
    <td data-name="left" class="n">${s.state === 'running' ? clock(s.etaSeconds) : ''}</td>
    <td data-name="duration" class="n">${clock((new Date(s.at) - new Date(s.since)) / 1000)}</td>
    <td data-name="" class="small quiet">${s.message || ''}</td>
  </tr>`;

  // samples of the untrained model, of the snapshots and of the trained model
  function moments() {
    const samples = lineage.find(made => made.rows.samples != null && !made.gone);
    if (!samples) {
      return [];
    }
    const order = split => split === 'untrained' ? -1 : split === 'samples' ? Infinity : Number(split.slice(3));
    return Object.keys(samples.rows).sort((a, b) => order(a) - order(b)).map(split => ({
      title: split === 'untrained' ? 'untrained' : split === 'samples' ? 'trained model'
        : 'after ' + count(order(split)) + ' images',
      url: '/api/grids/' + samples.address + '/' + split + '.png',
    }));
  }

  function grids() {
    const all = moments();
    if (all.length === 0) {
      return null;
    }
    const at = Math.min(moment ?? all.length - 1, all.length - 1);
    const classes = run.report?.classes;
    return html`<h2>Samples</h2>
      ${all.length > 1 ? html`<div class="bar">
        <input type="range" id="moment" min="0" max=${all.length - 1} .value=${String(at)} aria-label="Training progress"
          @input=${e => { moment = Number(e.target.value); draw(); }}>
        <span class="small">${all[at].title}</span>
      </div>` : null}
      <figure><img class="pixels" id="grid" src=${all[at].url} alt="Samples, one row per class">
        <figcaption>${all[at].title}${classes ? ': one row per class, ' + classes.join(', ') : ''}</figcaption></figure>`;
  }

  function pictures() {
    const all = lineage.filter(made => !made.gone).flatMap(made => made.pictures
      .filter(name => TITLES[name])
      .map(name => ({name, url: '/api/pictures/' + made.address + '/' + name})));
    const rank = p => Object.keys(TITLES).indexOf(p.name);
    return all.length === 0 ? null : html`<h2>Kept and pruned</h2>
      <div class="pictures">${all.sort((a, b) => rank(a) - rank(b)).map(p => html`<figure>
        <img class=${PIXELS.includes(p.name) ? 'pixels' : ''} loading="lazy" src=${p.url} alt=${TITLES[p.name]}>
        <figcaption>${TITLES[p.name]}</figcaption></figure>`)}</div>`;
  }

  function quality() {
    const report = run.report;
    return report == null ? null : html`<h2>Quality</h2>
      <p class="quiet small">${count(report.samples)} samples against ${count(report.heldout)} held-out images, in the
        feature space of ${report.space.replace(/\b([0-9a-f]{12})[0-9a-f]+\b/g, '$1')}. It is not FID, which uses Inception-v3.</p>
      <div class="wide"><table id="quality"><tbody>${QUALITY.filter(([, of]) => of(report)).map(([name, of]) =>
        html`<tr><th>${name}</th><td>${of(report)}</td></tr>`)}</tbody></table></div>
      <details><summary>By class</summary><div class="wide"><table>
        <thead><tr><th>Class</th><th class="n">Kept</th><th class="n">Weight</th><th class="n">Fréchet</th>
          <th class="n">Precision</th><th class="n">Recall</th></tr></thead>
        <tbody>${report.classes.map((name, i) => {
          const of = report.quality.perClass[i] || {};
          return html`<tr><td>${name}</td><td class="n">${count(report.kept[i])}</td>
            <td class="n">${figure(report.weights[i], 3)}</td><td class="n">${figure(of.frechet)}</td>
            <td class="n">${figure(of.precision, 3)}</td><td class="n">${figure(of.recall, 3)}</td></tr>`;
        })}</tbody></table></div></details>`;
  }

  function cost() {
    const stages = run.stages.filter(stage => stage.cost);
    const all = stages.reduce((sum, stage) => sum + stage.cost.seconds, 0);
    return stages.length === 0 ? null : html`<h2>Cost</h2>
      ${run.report ? html`<p class="small quiet">${count(run.report.imagesKept)} of ${count(run.report.imagesInTrain)}
        images kept (${share(run.report.imagesKept / run.report.imagesInTrain)}).</p>` : null}
      <div class="wide"><table id="cost">
      <thead><tr><th>Stage</th><th class="n">Seconds</th><th class="n">Images</th><th></th></tr></thead>
      <tbody>${stages.map(stage => html`<tr><td>${stage.stage}</td><td class="n">${figure(stage.cost.seconds)}</td>
        <td class="n">${count(stage.cost.images)}</td><td class="small quiet">${stage.reused ? 'reused' : ''}</td></tr>`)}
        <tr><th>total</th><td class="n">${figure(all)}</td><td></td><td></td></tr></tbody></table></div>`;
  }

  function origins() {
    const stageOf = input => lineage.find(made => made.digest === input)?.stage;
    return lineage.length === 0 ? null : html`<h2>Lineage</h2><table class="cards" id="lineage">
      <thead><tr><th>Stage</th><th>Artifact</th><th>Made from</th><th class="n">Objects</th><th class="n">Size</th></tr></thead>
      <tbody>${lineage.map(made => html`<tr>
        <td class="title"><strong>${made.stage}</strong> ${made.reused ? html`<span class="small quiet">reused</span>` : null}</td>
        <td data-name="artifact"><code title=${made.address}>${made.address.replace(made.digest, digest(made.digest))}</code></td>
        <td data-name="from"><span class="small">${made.gone ? 'no longer in the store' : made.inputs.map(input =>
          html`<div>${stageOf(input) || 'external'} <code title=${input}>${digest(input)}</code></div>`)}</span></td>
        <td data-name="objects" class="n">${count(made.objects)}</td>
        <td data-name="size" class="n">${bytes(made.bytes)}</td></tr>`)}</tbody></table>`;
  }

  const log = () => live.log.length === 0 ? null : html`<h2>Log</h2>
    <pre class="log">${live.log.map(line => timeOfDay(line.at) + '  ' + line.stage.padEnd(16) + ' ' + line.text).join('\n')}</pre>`;

  function draw() {
    if (!run) {
      render(html`<h1>${id}</h1>${trouble(fault, load)}`, page);
      return;
    }
    const going = live.status === 'running';
    render(html`
      <div class="bar">
        <h1>${run.request?.spec.name || id}</h1>
        <span id="status">${badge(live.status)}</span>
        <span class="end"></span>
        ${going ? html`<button id="cancel" @click=${cancel}>Cancel</button>` : null}
      </div>
      <p class="quiet small">${id}, requested ${time(run.request?.requestedAt)}</p>
      ${trouble(fault, cancel)}
      ${live.problem ? html`<div class="problem">${live.problem}</div>` : null}
      ${live.stages.length === 0
        ? html`<p class="quiet">${going ? 'Queued: no stage has started.' : 'Progress events are no longer available.'}</p>`
        : html`<table class="cards" id="stages">
            <thead><tr><th>Stage</th><th>State</th><th>Progress</th><th class="n">Per second</th><th class="n">Left</th>
              <th class="n">Duration</th><th></th></tr></thead>
            <tbody>${live.stages.map(stage)}</tbody></table>`}
      <div class="charts">
        <section class="chart"><h2 hidden>Loss</h2><div id="loss"></div></section>
        <section class="chart"><h2 hidden>Class weights over updates</h2><div id="weights"></div></section>
        <section class="chart"><h2 hidden>Fréchet distance over training images seen</h2><div id="curve"></div></section>
      </div>
      ${grids()} ${pictures()} ${quality()} ${cost()} ${origins()} ${log()}
      ${run.request ? html`<details><summary>Spec</summary><pre>${JSON.stringify(run.request.spec, null, 2)}</pre></details>` : null}
      `, page);
    plot();
  }

  function plot() {
    const reported = (name, label) => Object.entries(live.figures)
      .filter(([key]) => name.test(key))
      .map(([key, points]) => ({label: key.replace(name, label), points}));
    put('loss', 'images seen', curves.loss
      ? [{label: 'loss', points: curves.loss}]
      : reported(/^(.+) training\.loss$/, '$1'));
    const w = curves.weights;
    put('weights', w?.updates ? 'updates' : 'images', w?.updates
      ? w.classes.map((name, c) => ({
          label: name,
          points: w.updates.map((update, i) => [update, w.weights[i][c] * w.classes.length]),
        }))
      : reported(/^reweight class\.weight\/(.+)$/, '$1'));
    const curve = run.report?.curve || [];
    put('curve', 'images seen', curve.length > 1
      ? [{label: 'Fréchet distance', points: curve.map(p => [p.images, p.frechet.value])}]
      : []);
  }

  function put(name, x, lines) {
    const place = page.querySelector('#' + name);
    place.previousElementSibling.hidden = lines.every(line => line.points.length === 0);
    chart(place, x, lines);
  }

  draw();
  load();
  unfollow = follow(path + '/live', take);
  return () => {
    unfollow();
    page.querySelectorAll('.chart > div').forEach(remove);
  };
}
