/**
 * Times in the reader's zone, beside the UTC that the server printed.
 *
 * Looks for `<time data-local-time datetime="…Z">` and adds the same instant in the browser's own zone after it.
 * The UTC text stays, so that two readers in two zones can still compare notes.
 */

/** Say an instant in the reader's zone and language, with the zone's name. */
export function inReadersZone(instant, locale) {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(instant);
}

/** Add the local time to every marked element of `root`, unless the reader lives in UTC. */
export function showLocalTimes(root) {
  const locale = document.documentElement.lang || undefined;
  for (const element of root.querySelectorAll('time[data-local-time]')) {
    const instant = new Date(element.dateTime);
    const local = Number.isNaN(instant.getTime()) ? '' : inReadersZone(instant, locale);
    if (local && !local.endsWith('UTC')) {
      const note = document.createElement('span');
      note.className = 'footing-time__local';
      note.textContent = ` (${local})`;
      element.after(note);
    }
    element.removeAttribute('data-local-time');
  }
}
