// Chooses the page by the part of the address after '#'.

import {html, render} from '/webjars/lit-html/lit-html.js';
import {unescaped} from './address.js';
import {takeToken} from './api.js';
import {trouble} from './parts.js';
import {listPage} from './list.js';
import {newPage} from './new.js';
import {runPage} from './run.js';
import {comparePage} from './compare.js';

const PAGES = [
  [/^#\/new$/, newPage],
  [/^#\/run\/([^/]+)$/, runPage],
  [/^#\/compare\/([^/]+)$/, comparePage],
  [/^(#\/?)?$/, listPage],
];

const place = document.getElementById('page');
let leave = () => {};

function show() {
  takeToken();
  leave();
  leave = () => {};
  // each page gets a new element, so that late answers to an earlier page draw nowhere
  const page = document.createElement('div');
  place.replaceChildren(page);
  for (const [pattern, open] of PAGES) {
    const match = pattern.exec(location.hash);
    if (match) {
      leave = open(page, match[1] && unescaped(match[1])) || (() => {});
      return;
    }
  }
  render(html`${trouble(new Error('no such page: ' + location.hash))}<a href="#/">All runs</a>`, page);
}

addEventListener('hashchange', show);
show();
