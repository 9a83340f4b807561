// Calls /api. Write requests need the token of winnow.api.token: the launcher puts it into the fragment of the address,
// which is not sent to servers; without one, the page asks for it.

import {unescaped} from './address.js';

const TOKEN = 'winnow.token';

/** Moves the token out of an address such as /#token=…, so that it does not stay in the history. */
export function takeToken() {
  const given = /^#token=([^&]+)$/.exec(location.hash);
  if (given) {
    sessionStorage.setItem(TOKEN, unescaped(given[1]));
    history.replaceState(null, '', location.pathname + '#/');
  }
}

export function keepToken(token) {
  sessionStorage.setItem(TOKEN, token.trim());
}

/** An error of the server: what is wrong, and what to do about it. */
export class Problem extends Error {
  constructor(status, problem, remedy) {
    super(problem + (remedy ? ': ' + remedy : ''));
    this.status = status;
    this.problem = problem;
    this.remedy = remedy;
  }
}

export async function get(path) {
  return answer(await fetch('/api/' + path, {headers: {Accept: 'application/json'}}));
}

export async function post(path, body) {
  const token = sessionStorage.getItem(TOKEN);
  return answer(await fetch('/api/' + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      ...(token ? {Authorization: 'Bearer ' + token} : {}),
    },
    body: JSON.stringify(body),
  }));
}

async function answer(response) {
  const text = await response.text();
  const body = text && (response.headers.get('Content-Type') || '').includes('json') ? JSON.parse(text) : null;
  if (response.ok) {
    return body;
  }
  if (response.status === 401) {
    throw new Problem(401, 'this action needs the API token', 'enter it below');
  }
  throw new Problem(response.status, body?.problem || 'the console answered ' + response.status, body?.remedy);
}

/** Calls back with each message of an event stream; the browser reconnects automatically. Returns a function that ends it. */
export function follow(path, take) {
  const source = new EventSource('/api/' + path);
  source.onmessage = message => take(JSON.parse(message.data));
  return () => source.close();
}
