// A form generated from the run spec's JSON Schema. A blank field is left out of the spec and gets its default.

import {html, nothing, render} from '/webjars/lit-html/lit-html.js';
import {get, post} from './api.js';
import {trouble} from './parts.js';

const FIRST = [
  'name', 'dataset.source', 'selection.criterion', 'selection.ratio', 'reweight.method', 'model.preset',
  'training.images', 'training.snapshotImages', 'seed',
];

// a few minutes on two cores: enough to see every stage, too little for good samples
const QUICK = {
  'surrogate.images': '6000', 'reweight.referenceImages': '2000', 'reweight.proxyImages': '1000',
  'training.images': '4000', 'training.snapshotImages': '1000', 'sampling.images': '200',
};

const CHECK_MILLIS = 400;

export function newPage(page) {
  const values = {};
  let form = null;
  let fields = [];
  let fault = null;
  let checked = null;
  let sending = false;
  let timer = 0;

  document.title = 'Winnow: new run';

  async function load() {
    try {
      form = await get('spec');
      fields = leaves(form.schema, form.schema, form.defaults, '');
      if (form.sources.length > 0) {
        values['dataset.source'] = form.sources[0];
      }
      fault = null;
      check();
    } catch (e) {
      fault = e;
    }
    draw();
  }

  function set(path, value) {
    values[path] = value;
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_MILLIS);
    draw();
  }

  function spec() {
    const result = {};
    for (const field of fields) {
      const text = (values[field.path] ?? '').trim();
      if (text !== '') {
        put(result, field, parsed(field, text));
      }
    }
    return result;
  }

  async function check() {
    try {
      checked = null;
      if (values['dataset.source']) {
        await post('spec/check', spec());
      }
    } catch (e) {
      // the page asks for the token when the run is submitted
      checked = e.status === 401 ? null : e;
    }
    draw();
  }

  async function send(event) {
    event?.preventDefault();
    sending = true;
    fault = null;
    draw();
    try {
      const asked = await post('runs', spec());
      location.hash = '#/run/' + encodeURIComponent(asked.run);
    } catch (e) {
      fault = e;
    }
    sending = false;
    draw();
  }

  const quick = () => {
    Object.assign(values, QUICK);
    check();
  };

  // fields of a section are shown without its name
  const field = (f, section) => {
    const wrong = checked && checked.problem.includes('"' + f.path + '"') ? checked : null;
    const blank = f.standard == null ? '' : String(f.standard);
    return html`<label class="${wrong ? 'bad' : ''} ${f.path === 'dataset.source' ? 'full' : ''}">
      ${section ? f.path.slice(section.length + 1) : f.path}
      ${f.choices
        ? html`<select name=${f.path} @change=${e => set(f.path, e.target.value)}>
            <option value="" .selected=${!values[f.path]}>${blank || '–'}</option>
            ${f.choices.filter(choice => choice !== blank).map(choice =>
              html`<option value=${choice} .selected=${values[f.path] === choice}>${choice}</option>`)}
          </select>`
        : html`<input name=${f.path} type=${f.kind === 'integer' || f.kind === 'number' ? 'number' : 'text'}
            step=${f.kind === 'integer' ? 1 : 'any'} min=${f.min ?? nothing} max=${f.max ?? nothing} ?required=${f.required}
            list=${f.path === 'dataset.source' ? 'sources' : ''}
            placeholder=${f.path === 'dataset.source' ? '/data/images or store:PREFIX' : blank}
            .value=${values[f.path] ?? ''} @input=${e => set(f.path, e.target.value)}>`}
      ${f.help ? html`<span class="help">${f.help}</span>` : null}
      ${wrong ? html`<span class="why">${wrong.problem}: ${wrong.remedy}</span>` : null}
    </label>`;
  };

  const sectionHelp = section => form.schema.properties[section]?.description;

  function draw() {
    const rest = fields.filter(f => !FIRST.includes(f.path));
    const sections = [...new Set(rest.map(f => f.path.split('.')[0]))];
    render(html`
      <h1>New run</h1>
      ${trouble(fault, form ? send : load)}
      ${form == null ? null : html`<form @submit=${send}>
        <fieldset>
          <legend>Run</legend>
          <div class="fields">${FIRST.map(path => fields.find(f => f.path === path)).filter(f => f).map(f => field(f))}</div>
          <datalist id="sources">${form.sources.map(source => html`<option value=${source}></option>`)}</datalist>
        </fieldset>
        <details>
          <summary>All other settings (blank fields get their defaults)</summary>
          ${sections.map(section => html`<fieldset>
            <legend>${section}</legend>
            ${sectionHelp(section) ? html`<p class="help">${sectionHelp(section)}</p>` : null}
            <div class="fields">${rest.filter(f => f.path.split('.')[0] === section).map(f => field(f, section))}</div>
          </fieldset>`)}
        </details>
        ${checked && !fields.some(f => checked.problem.includes('"' + f.path + '"')) ? trouble(checked) : null}
        <div class="bar">
          <button class="main" id="start" ?disabled=${sending || !!checked || !values['dataset.source']}>Start</button>
          <button type="button" id="quick" @click=${quick}>Use quick settings</button>
          <span class="quiet small">Artifacts that exist already are reused.</span>
        </div>
        <details><summary>JSON for <code>winnow submit</code></summary><pre>${JSON.stringify(spec(), null, 2)}</pre></details>
      </form>`}`, page);
  }

  draw();
  load();
  return () => clearTimeout(timer);
}

/** The fields of a schema's object: path, kind, choices, default, range and help. */
function leaves(root, schema, defaults, path) {
  return Object.entries(schema.properties).flatMap(([name, given]) => {
    const part = given.$ref ? root.$defs[given.$ref.replace('#/$defs/', '')] : given;
    const at = path ? path + '.' + name : name;
    const standard = defaults?.[name];
    if (part.properties) {
      const inner = leaves(root, part, standard, at);
      return part.anyOf ? [...inner, settings(at)] : inner;
    }
    return [{
      path: at,
      kind: part.type === 'object' ? 'map' : Array.isArray(part.type) ? part.type.find(t => t !== 'null') : part.type,
      choices: part.enum?.map(String) || (part.type === 'boolean' ? ['true', 'false'] : null),
      min: part.minimum,
      max: part.maximum,
      help: [given.description || part.description, range(part)].filter(text => text).join('. '),
      standard: at === 'dataset.source' || at === 'dataset.name' ? null : Array.isArray(standard) ? standard.join(', ') : standard,
      required: at === 'dataset.source',
    }];
  });
}

/** A field for the settings of whichever type is chosen, as fields of a JSON object. */
function settings(path) {
  return {
    path: path + '.settings',
    kind: 'settings',
    choices: null,
    help: 'Settings that replace those of the preset, as JSON fields, such as "channels": 64',
  };
}

/** The range of a number in words. */
function range(part) {
  const low = part.minimum ?? part.exclusiveMinimum;
  const high = part.maximum ?? part.exclusiveMaximum;
  if (low == null && high == null) {
    return '';
  }
  const from = part.minimum != null ? 'at least ' + low : 'above ' + low;
  const to = part.maximum != null ? 'at most ' + high : 'below ' + high;
  return low == null ? to : high == null ? from : from + ', ' + to;
}

function parsed(field, text) {
  switch (field.kind) {
    case 'integer':
    case 'number':
      return Number(text);
    case 'boolean':
      return text === 'true';
    case 'array':
      return text.split(',').map(part => Number(part.trim()));
    case 'settings':
      try {
        return JSON.parse('{' + text + '}');
      } catch (e) {
        // not a setting: the check names it
        return {settings: text};
      }
    case 'map':
      // shirt=100, coat=50
      return Object.fromEntries(text.split(',').map(pair => {
        const [name, value] = pair.split('=');
        return [name.trim(), Number(value)];
      }));
    default:
      return text;
  }
}

function put(target, field, value) {
  const names = field.path.split('.');
  names.slice(0, -1).forEach(name => target = target[name] ??= {});
  if (field.kind === 'settings') {
    Object.assign(target, value);
  } else {
    target[names.at(-1)] = value;
  }
}
