/**
 * Times in the reader's zone, beside the UTC that the server printed.
 *
 * Looks for `<time data-local-time datetime="…Z">` and adds the same instant in the browser's own zone after it.
 * The UTC text stays, so that two readers in two zones can still compare notes.
 */

const FORM = { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' };

/** The reader's own variety of the page's language ("en-GB" on a page in "en"), else the page's language. */
export function readersLocale(pageLanguage, readersLanguages) {
  return readersLanguages.find((each) => each === pageLanguage || each.startsWith(`${pageLanguage}-`)) ?? pageLanguage;
}

/** Add the local time to every marked element of `root`, unless the reader lives in UTC. */
export function showLocalTimes(root) {
  const locale = readersLocale(document.documentElement.lang || 'en', navigator.languages);
  const format = new Intl.DateTimeFormat(locale, FORM);
  for (const element of root.querySelectorAll('time[data-local-time]')) {
    const instant = new Date(element.dateTime);
    const local = Number.isNaN(instant.getTime()) ? '' : format.format(instant);
    if (local && !local.endsWith('UTC')) {
      const note = document.createElement('span');
      note.className = 'footing-time__local';
      note.textContent = ` (${local})`;
      element.after(note);
    }
  }
}
