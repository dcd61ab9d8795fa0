/**
 * Sealing and the choice: the tracker is shown before the voter says whether to cast or to test.
 */
import { sayAround } from '../words/parts.js';
import { say } from '../words/say.js';
import { copyText } from './copy.js';
import { el, setExhausted, setText } from './dom.js';
import { backLink, button, buttonGroup, errorSummary, heading, inset, outsideLink, paragraph, statusLine, subheading, tracker } from './pieces.js';

export function sealView(context) {
  const status = statusLine(say('seal.working'));
  const errors = el('div');
  const body = el('div');
  const show = (sealed) => {
    setText(status, say('seal.ready'));
    body.replaceChildren(...choice(context, sealed, { status, errors }));
  };
  return {
    title: say('seal.title'),
    content: [backLink('review', context.go), errors, ...heading(say('seal.title'), context.booth.title), status, body],
    opened: async () => {
      try {
        show(await context.sealNow());
      } catch (fault) {
        setText(status, '');
        errors.replaceChildren(errorSummary([{ text: say('seal.failed', { code: fault.code }) }]));
        errors.firstChild.focus();
      }
    },
  };
}

function choice(context, { tracker: text }, places) {
  const hint = el('p', { class: 'govuk-hint', id: 'booth-test-hint' });
  const cast = button('', () => tryCast(context, controls, places));
  const test = button(say('seal.test'), () => leaveForTest(context, controls), { kind: 'secondary' });
  test.setAttribute('aria-describedby', hint.id);
  const controls = { cast, test, hint };
  showAttempt(controls, context.state().attempted);
  return [
    subheading(say('seal.tracker')),
    inset(tracker(text)),
    paragraph(say('seal.tracker.help')),
    button(say('seal.copy'), () => copyText(text, places.status, 'seal.copied'), { kind: 'secondary' }),
    subheading(say('seal.choice')),
    ...replaced(context.booth),
    buttonGroup(cast, test),
    hint,
  ];
}

/** A ballot that has been sent once may be on the board: it can be sent again, but its secret must stay one. */
function showAttempt({ cast, test, hint }, attempted) {
  setText(cast, say(attempted ? 'seal.retry' : 'seal.cast'));
  setText(hint, say(attempted ? 'seal.test.gone' : 'seal.test.hint'));
  setExhausted(test, attempted);
}

function replaced({ receipts }) {
  const last = receipts.reduce((newest, receipt) => (newest && newest.height > receipt.height ? newest : receipt), null);
  return last ? [paragraph(...sayAround('seal.replaces', { tracker: tracker(last.tracker) }))] : [];
}

const isBusy = (control) => control.getAttribute('aria-disabled') === 'true';

function leaveForTest({ go }, { cast, test }) {
  if (!isBusy(cast) && !isBusy(test)) {
    go('test');
  }
}

async function tryCast(context, controls, { status, errors }) {
  if (isBusy(controls.cast)) {
    return;
  }
  setExhausted(controls.cast, true);
  context.retitle();
  errors.replaceChildren();
  setText(status, say('seal.casting'));
  try {
    await context.castNow();
  } catch (fault) {
    setText(status, '');
    showAttempt(controls, true);
    showFault(errors, fault, context.booth.sign_in_url ?? '/');
  } finally {
    setExhausted(controls.cast, false);
  }
}

function showFault(errors, fault, signInUrl) {
  const after = [
    el('p', { class: 'govuk-body' }, say(fault.final ? 'seal.final' : 'seal.again')),
    fault.final ? el('p', { class: 'govuk-body' }, outsideLink(say('seal.vote'), 'vote')) : null,
    fault.reference ? el('p', { class: 'govuk-body' }, say('seal.reference', { reference: fault.reference })) : null,
    fault.code === 'signed-out' ? el('p', { class: 'govuk-body' }, outsideLink(say('cast.sign-in'), signInUrl)) : null,
  ];
  errors.replaceChildren(errorSummary([{ text: fault.message }], ...after));
  if (errors.isConnected) {
    document.title = say('title.error', { title: say('seal.title') });
    errors.firstChild.focus();
  }
}
