/**
 * The voter's credential: read forgivingly, checked as far as this device can, kept on it.
 */
import { readCredential } from '../state/typed-credential.js';
import { say } from '../words/say.js';
import { el } from './dom.js';
import { backLink, button, details, errorMessage, errorSummary, heading, paragraph, statusLine } from './pieces.js';

const ID = 'booth-credential';

export function credentialView({ booth, state, act, go, sealer }) {
  const errors = el('div');
  const field = credentialField(state().credential);
  const status = statusLine();
  const submit = async (event) => {
    event.preventDefault();
    const read = readCredential(field.input.value);
    const problem = read.ok ? await misissued(read.credential, booth, sealer, status) : say(read.problem, read.values);
    if (problem) {
      showProblem(errors, field, problem);
      return;
    }
    act({ type: 'credential', credential: read.credential });
    go('seal');
  };
  const form = el('form', { novalidate: true, on: { submit } }, field.element, status,
    el('button', { type: 'submit', class: 'govuk-button' }, say('credential.button')));
  return {
    title: say('credential.title'),
    content: [backLink('review', go), errors, ...heading(say('credential.title')),
      paragraph(say(`start.credential.${booth.credential_source}`)), paragraph(say('credential.stays')), form,
      details(say('credential.missing'),
        paragraph(say(`credential.missing.${booth.credential_source}`, { email: booth.officials_email })))],
  };
}

/** The message for a credential that is well formed but not this voter's, where the server said which one is. */
async function misissued(credential, { public_credential: expected }, sealer, status) {
  if (!expected) {
    return null;
  }
  status.textContent = say('credential.checking');
  const derived = await sealer.publicCredential(credential);
  status.textContent = '';
  return derived === expected ? null : say('credential.other');
}

function credentialField(value) {
  const input = el('input', { class: 'govuk-input govuk-input--width-20 footing-code', id: ID, type: 'text', value,
    autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'aria-describedby': `${ID}-hint` });
  const message = el('div');
  const element = el('div', { class: 'govuk-form-group' },
    el('label', { class: 'govuk-label govuk-label--s', for: ID }, say('credential.label')),
    el('div', { class: 'govuk-hint', id: `${ID}-hint` }, say('credential.hint', { form: say('credential.form') })),
    message, input);
  return { element, input, message };
}

function showProblem(errors, { element, input, message }, text) {
  const summary = errorSummary([{ text, target: input }]);
  errors.replaceChildren(summary);
  message.replaceChildren(errorMessage(`${ID}-error`, text));
  element.classList.add('govuk-form-group--error');
  input.classList.add('govuk-input--error');
  input.setAttribute('aria-describedby', `${ID}-hint ${ID}-error`);
  document.title = say('title.error', { title: say('credential.title') });
  summary.focus();
}
