/**
 * Sealing and the choice: the tracker is shown before the voter says whether to cast or to test.
 */
import { sayAround } from '../words/parts.js';
import { say } from '../words/say.js';
import { copyText } from './copy.js';
import { el, setExhausted, setText } from './dom.js';
import { backLink, button, buttonGroup, errorSummary, heading, inset, noticeLine, outsideLink, paragraph, statusLine, subheading, tracker } from './pieces.js';

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
  const notice = noticeLine();
  const controls = { cast, test, hint, notice };
  showAttempt(controls, context.state().attempted);
  return [
    subheading(say('seal.tracker')),
    inset(tracker(text)),
    paragraph(say('seal.tracker.help')),
    button(say('seal.copy'), () => copyText(text, places.status, 'seal.copied'), { kind: 'secondary' }),
    subheading(say('seal.choice')),
    ...replaced(context.booth),
    notice,
    buttonGroup(cast, test),
    hint,
  ];
}

/** A ballot that has been sent once may be on the board: it can be sent again, but its secret must stay one. */
function showAttempt({ cast, test, hint }, attempted, next = 'seal.retry') {
  setText(cast, say(attempted ? next : 'seal.cast'));
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
  if (isBusy(controls.cast) || context.hurry()) {
    return;
  }
  setExhausted(controls.cast, true);
  context.retitle();
  errors.replaceChildren();
  setText(status, '');
  setText(controls.notice, say('seal.casting'));
  try {
    await context.castNow(telling(context, controls));
  } catch (fault) {
    setText(controls.notice, '');
    showAttempt(controls, true);
    showFault(errors, fault, context);
  } finally {
    setExhausted(controls.cast, false);
  }
}

/** What is said while the ballot waits: once, and not with each second, so that it can be read out to its end. */
function telling({ state }, controls) {
  const { cast, notice } = controls;
  return {
    waiting: (count) => {
      setText(notice, say(state().unsure ? 'seal.waiting.unsure' : 'seal.waiting', { count }));
      showAttempt(controls, true, 'seal.now');
      setExhausted(cast, false);
    },
    sending: () => {
      setText(notice, say('seal.casting.again'));
      setExhausted(cast, true);
    },
  };
}

function showFault(errors, fault, { booth, state }) {
  const unsure = state().unsure && !fault.final;
  const after = [
    unsure ? paragraph(say('seal.unsure')) : null,
    paragraph(say(fault.final ? 'seal.final' : 'seal.again')),
    unsure || fault.final ? paragraph(outsideLink(say('seal.vote'), 'vote')) : null,
    fault.reference ? paragraph(say('seal.reference', { reference: fault.reference })) : null,
    fault.code === 'signed-out' ? paragraph(outsideLink(say('cast.sign-in'), booth.sign_in_url ?? '/')) : null,
  ];
  errors.replaceChildren(errorSummary([{ text: fault.message }], ...after));
  if (errors.isConnected) {
    document.title = say('title.error', { title: say('seal.title') });
    errors.firstChild.focus();
  }
}
