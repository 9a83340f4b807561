// Formats numbers and times.

export const count = n => n == null ? '' : Math.round(n).toLocaleString('en-US');

export const share = x => x == null ? '' : (100 * x).toLocaleString('en-US', {maximumFractionDigits: 1}) + ' %';

export const figure = (x, digits = 4) =>
  x == null ? '' : Number(x).toLocaleString('en-US', {maximumSignificantDigits: digits});

export const measure = m =>
  m == null ? '' : figure(m.value) + (m.spread == null ? '' : ' ± ' + figure(m.spread, 2));

/** 0:45, 12:03, 1:02:03 */
export function clock(seconds) {
  if (seconds == null) {
    return '';
  }
  const s = Math.round(seconds);
  const two = n => String(n).padStart(2, '0');
  return s < 3600 ? Math.floor(s / 60) + ':' + two(s % 60)
    : Math.floor(s / 3600) + ':' + two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
}

export const time = at => at == null ? '' : new Date(at).toLocaleString([], {dateStyle: 'short', timeStyle: 'short'});

export const timeOfDay = at => new Date(at).toLocaleTimeString([], {hour12: false});

export const bytes = n => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return figure(n, 3) + ' ' + units[unit];
};

export const digest = text => text.slice(0, 12);
