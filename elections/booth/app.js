/**
 * The booth at work: one ballot, one step at a time, and the few acts that need the worker or the server.
 */
import { castBallot, fetchBooth, RequestFault } from './api.js';
import { emptyBallot, hasUnsavedChoices, reduce, sealedRanks } from './state/ballot.js';
import { allowedStep, contestOf } from './state/steps.js';
import { credentialView } from './view/credential.js';
import { rankView } from './view/rank.js';
import { receiptView } from './view/receipt.js';
import { reviewView } from './view/review.js';
import { sealView } from './view/seal.js';
import { startView } from './view/start.js';
import { testedView } from './view/tested.js';
import { say } from './words/say.js';

const VIEWS = {
  start: startView, review: reviewView, credential: credentialView, seal: sealView, test: testedView, receipt: receiptView,
};

/**
 * Open the booth in `root`.
 * @param {{root: HTMLElement, booth: object, sealer: object, boothUrl: string, manifestUrl: string}} parts
 */
export function openBooth({ root, booth, sealer, boothUrl, manifestUrl }) {
  let state = emptyBallot(booth.contests, booth.credential);
  let view = null;
  let csrf = booth.csrf;

  const act = (action) => {
    state = reduce(state, action);
    view?.refresh?.();
  };
  const context = { booth, manifestUrl, sealer, act, state: () => state, go: (step) => navigate(step) };

  context.sealNow = async () => {
    if (state.sealed) {
      return state.sealed;
    }
    const { contests, credential } = state;
    const sealed = await sealer.seal(credential, contests.map(sealedRanks));
    if (state.contests === contests && state.credential === credential) {
      act({ type: 'sealed', sealed });
    }
    return sealed;
  };

  context.revealNow = async () => {
    const { ballot } = state.sealed;
    act({ type: 'discarded' });
    const revealed = await sealer.reveal();
    return { ...revealed, ballot, file: testedFile(booth, ballot, revealed) };
  };

  context.castNow = async () => {
    const again = state.attempted;
    act({ type: 'attempted' });
    csrf = again ? await freshToken(boothUrl, booth) : csrf;
    const receipt = await castBallot({ ...booth, csrf }, state.sealed.ballot);
    sealer.stop();
    act({ type: 'cast', receipt });
    navigate('receipt');
  };

  context.retitle = () => {
    document.title = say('title.page', { step: view.title, election: booth.title, foundation: booth.foundation });
  };

  function show(step, { focus = true } = {}) {
    const contest = contestOf(step);
    view = contest >= 0 ? rankView(context, contest) : VIEWS[step](context);
    root.replaceChildren(...view.content.flat().filter(Boolean));
    context.retitle();
    if (focus) {
      root.querySelector('.booth-title').focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    view.opened?.();
  }

  function navigate(wanted) {
    const step = allowedStep(state, wanted);
    history.pushState({ step }, '', `#${step}`);
    show(step);
  }

  window.addEventListener('popstate', (event) => {
    // The skip link changes the address too, but leads to no step.
    if (event.state?.step) {
      const step = allowedStep(state, event.state.step);
      history.replaceState({ step }, '', `#${step}`);
      show(step);
    }
  });
  window.addEventListener('beforeunload', (event) => {
    if (hasUnsavedChoices(state)) {
      event.preventDefault();
    }
  });
  history.replaceState({ step: 'start' }, '', '#start');
  show('start', { focus: false });
}

/** After a failed attempt the session may be a new one, and with it the token; the election must still be the same. */
async function freshToken(boothUrl, booth) {
  const { csrf, uuid, fingerprint } = await fetchBooth(boothUrl);
  if (uuid !== booth.uuid || fingerprint !== booth.fingerprint) {
    throw new RequestFault('changed', say('cast.changed'));
  }
  return csrf;
}

/** The file that lets another program repeat the test; it holds no credential. */
function testedFile({ uuid, election, fingerprint }, ballot, { tracker, contests }) {
  const tested = { uuid, fingerprint, election, ballot, tracker, contests };
  return `${JSON.stringify(tested, null, 2)}\n`;
}
