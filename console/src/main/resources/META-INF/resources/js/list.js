// All runs, newest first.

import {html, render} from '/webjars/lit-html/lit-html.js';
import {follow, get} from './api.js';
import {clock, figure, share, time} from './format.js';
import {badge, trouble} from './parts.js';

const MOST_COMPARED = 6;

export function listPage(page) {
  const chosen = new Set();
  let runs = null;
  let fault = null;
  let wanted = '';

  document.title = 'Winnow: runs';

  async function load() {
    try {
      runs = await get('runs');
      fault = null;
    } catch (e) {
      fault = e;
    }
    draw();
  }

  const choose = (id, on) => {
    on ? chosen.add(id) : chosen.delete(id);
    draw();
  };

  const seen = () => runs.filter(run =>
    [run.id, run.name, run.status, run.dataset, run.criterion, run.weighting]
      .some(text => text && text.toLowerCase().includes(wanted)));

  const row = run => html`<tr>
    <td class="title">
      <label class="pick">
        <input type="checkbox" aria-label="Compare ${run.id}" .checked=${chosen.has(run.id)}
          ?disabled=${!chosen.has(run.id) && chosen.size >= MOST_COMPARED}
          @change=${event => choose(run.id, event.target.checked)}>
        <a href="#/run/${encodeURIComponent(run.id)}">${run.name || run.id}</a>
      </label>
      <span class="quiet small">${run.id}</span>
    </td>
    <td data-name="state">
      <span>${badge(run.status)}
      ${run.status === 'running'
        ? html`<div class="small">${run.stage || 'queued'}</div>
            ${run.share == null ? null : html`<progress max="1" .value=${run.share}></progress>`}`
        : run.problem ? html`<div class="small quiet">${run.problem}</div>` : null}</span>
    </td>
    <td data-name="data">${run.dataset || ''}</td>
    <td data-name="kept">${run.criterion || ''} ${share(run.kept)}</td>
    <td data-name="weights">${run.weighting || ''}</td>
    <td data-name="seed" class="n">${run.seed ?? ''}</td>
    <td data-name="Fréchet" class="n">${figure(run.frechet)}</td>
    <td data-name="cost" class="n">${clock(run.seconds)}</td>
    <td data-name="requested" class="small">${time(run.requestedAt)}</td>
  </tr>`;

  function draw() {
    render(html`
      <div class="bar">
        <h1>Runs</h1>
        <input type="search" placeholder="Filter" aria-label="Filter" .value=${wanted}
          @input=${event => { wanted = event.target.value.toLowerCase(); draw(); }}>
        <span class="end"></span>
        ${chosen.size > 1
          ? html`<a class="button" href="#/compare/${[...chosen].map(encodeURIComponent).join(',')}">Compare ${chosen.size}</a>`
          : null}
        <a class="button main" href="#/new">New run</a>
      </div>
      ${trouble(fault, load)}
      ${runs == null ? null : runs.length === 0
        ? html`<p class="quiet">No runs yet. <a href="#/new">Start one</a>.</p>`
        : html`<table class="cards" id="runs">
            <thead><tr><th>Run</th><th>State</th><th>Data</th><th>Kept</th><th>Weights</th><th class="n">Seed</th>
              <th class="n">Fréchet</th><th class="n">Cost</th><th>Requested</th></tr></thead>
            <tbody>${seen().map(row)}</tbody>
          </table>`}`, page);
  }

  draw();
  return follow('runs/changes', load);
}
