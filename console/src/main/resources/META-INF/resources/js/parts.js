// Parts that several pages share.

import {html} from '/webjars/lit-html/lit-html.js';
import {Problem, keepToken} from './api.js';
import {figure, measure, share} from './format.js';

export const badge = state => html`<span class="badge ${state}">${state}</span>`;

/** An error; where the API token is missing, with a field for it. */
export function trouble(fault, again) {
  if (!fault) {
    return null;
  }
  const give = event => {
    event.preventDefault();
    keepToken(event.target.elements.token.value);
    again();
  };
  return html`<div class="problem" role="alert">
    <div>${fault.problem || fault.message}</div>
    ${fault.remedy ? html`<div class="quiet">${fault.remedy}</div>` : null}
    ${fault instanceof Problem && fault.status === 401
      ? html`<form class="bar" @submit=${give}>
          <input name="token" type="password" autocomplete="off" aria-label="Token" required>
          <button>Continue</button>
        </form>`
      : null}
  </div>`;
}

/** Names and values of a run's quality, in the order in which they are shown. */
export const QUALITY = [
  ['Fréchet distance', r => measure(r.quality.frechet)],
  ['Fréchet distance, untrained model', r => figure(r.frechetUntrained)],
  ['KID', r => measure(r.quality.kid)],
  ['precision', r => measure(r.quality.precision)],
  ['recall', r => measure(r.quality.recall)],
  ['density', r => measure(r.quality.density)],
  ['coverage', r => measure(r.quality.coverage)],
  ['close to training images', r => {
    const m = r.quality.memorisation;
    return m ? share(m.share.value) + ' (expected ' + share(m.expected) + ')' : '';
  }],
];


/** A spec as pairs of path and value. */
export function flat(value, path = '') {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [[path, Array.isArray(value) ? value.join(', ') : String(value)]];
  }
  return Object.entries(value).flatMap(([name, part]) => flat(part, path ? path + '.' + name : name));
}
