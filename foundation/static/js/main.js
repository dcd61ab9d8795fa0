/**
 * The one script of every page: GOV.UK Frontend's components, and times in the reader's own zone.
 *
 * Every page works without it. The body classes are set here, not by an inline script, because the
 * content security policy allows none.
 */
import { initAll } from 'govuk-frontend';
import { showLocalTimes } from './times.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();
showLocalTimes(document);
