/**
 * The booth at work: one ballot, one step at a time, and the few acts that need the worker or the server.
 */
import { castBallot, fetchBooth, RequestFault } from './api.js';
import { emptyBallot, hasUnsavedChoices, reduce, sealedRanks } from './state/ballot.js';
import { Patience } from './state/patience.js';
import { allowedStep, contestOf, isLaterStep } from './state/steps.js';
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
 * What every view is given: the data, the state, and what can be done. A view is {title, content, refresh?, opened?}.
 *
 * The methods are arrow functions, so that a view can take the ones it needs by name.
 */
export class Booth {
  #parts;
  #state;
  #view = null;
  #csrf;
  #patience = new Patience();

  /** @param {{root: HTMLElement, booth: object, sealer: object, boothUrl: string, manifestUrl: string}} parts */
  constructor(parts) {
    this.#parts = parts;
    this.booth = parts.booth;
    this.sealer = parts.sealer;
    this.manifestUrl = parts.manifestUrl;
    this.#state = emptyBallot(parts.booth.contests, parts.booth.credential);
    this.#csrf = parts.booth.csrf;
  }

  /** Show the first step and follow the browser's history. */
  open() {
    this.isAnew = isLaterStep(this.booth.contests.length, location.hash.slice(1));
    window.addEventListener('popstate', this.#follow);
    window.addEventListener('beforeunload', this.#askBeforeLeaving);
    history.replaceState({ step: 'start' }, '', '#start');
    this.#show('start');
  }

  state = () => this.#state;

  /** Change the ballot; what was sealed from an older one is forgotten by the worker too. */
  act = (action) => {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (before.sealed && !this.#state.sealed && !this.#state.receipt) {
      this.sealer.forget();
    }
    this.#view?.refresh?.();
  };

  /** Go to a step, or to the one that is missing before it. */
  go = (wanted) => {
    const step = allowedStep(this.#state, wanted);
    history.pushState({ step }, '', `#${step}`);
    this.#show(step);
    this.#takeFocus();
  };

  retitle = () => {
    const { title: election, foundation } = this.booth;
    document.title = say('title.page', { step: this.#view.title, election, foundation });
  };

  /** The sealed ballot: the one there is, or a new one. */
  sealNow = async () => {
    if (this.#state.sealed) {
      return this.#state.sealed;
    }
    const { contests, credential } = this.#state;
    const sealed = await this.sealer.seal(credential, contests.map(sealedRanks));
    if (this.#state.contests === contests && this.#state.credential === credential) {
      this.act({ type: 'sealed', sealed });
    }
    return sealed;
  };

  /** Open the sealed ballot to the voter and throw it away. */
  revealNow = async () => {
    const { ballot, tracker } = this.#state.sealed;
    const revealed = await this.sealer.reveal();
    this.act({ type: 'discarded' });
    const problem = revealed.tracker === tracker ? revealed.problem : 'other-ballot';
    return { ...revealed, problem, ballot, file: testedFile(this.booth, ballot, revealed) };
  };

  /**
   * Cast the sealed ballot; a repetition sends the same bytes, with the token of the session that is there now.
   *
   * Where the server is busy and says when to come back, it is sent again then: `told` is called before each wait and
   * each repetition. Going to another step ends the waiting.
   */
  castNow = async (told) => {
    const { sealed, attempted } = this.#state;
    this.act({ type: 'attempted' });
    const receipt = await this.#patience.send((repeats) => this.#castOnce(sealed, attempted && repeats === 0), told);
    this.sealer.stop();
    this.act({ type: 'cast', receipt });
    this.go('receipt');
  };

  /** Send the ballot that waits at once; say whether there is one. */
  hurry = () => this.#patience.hurry();

  /** A server that was busy has not looked at the token, so only after another fault it is asked for anew. */
  async #castOnce(sealed, anew) {
    try {
      return await (anew ? this.#castAnew(sealed) : this.#castFirst(sealed));
    } catch (fault) {
      if (fault.unsure && this.#state.sealed === sealed) {
        this.act({ type: 'unsure' });
      }
      throw fault;
    }
  }

  /** A token that does not fit belongs to a session that has ended: ask whether there is another, before any complaint. */
  async #castFirst(sealed) {
    try {
      return await this.#send(sealed);
    } catch (fault) {
      if (fault.code !== 'form-expired') {
        throw fault;
      }
      return this.#castAnew(sealed);
    }
  }

  async #castAnew(sealed) {
    this.#csrf = await freshToken(this.#parts.boothUrl, this.booth);
    return this.#send(sealed);
  }

  #send(sealed) {
    return castBallot({ ...this.booth, csrf: this.#csrf }, sealed.ballot);
  }

  #show(step) {
    this.#patience.leave();
    const contest = contestOf(step);
    this.#view = contest >= 0 ? rankView(this, contest) : VIEWS[step](this);
    this.#parts.root.replaceChildren(...this.#view.content.flat().filter(Boolean));
    this.retitle();
    this.#view.opened?.();
  }

  #takeFocus() {
    this.#parts.root.querySelector('.booth-title').focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  #follow = (event) => {
    // The skip link changes the address too, but leads to no step.
    if (event.state?.step) {
      const step = allowedStep(this.#state, event.state.step);
      history.replaceState({ step }, '', `#${step}`);
      this.#show(step);
      this.#takeFocus();
    }
  };

  #askBeforeLeaving = (event) => {
    if (hasUnsavedChoices(this.#state)) {
      event.preventDefault();
    }
  };
}

/** After a failed attempt the session may be a new one, and with it the token; the election must still be the same. */
async function freshToken(boothUrl, booth) {
  const { csrf, uuid, fingerprint } = await fetchBooth(boothUrl);
  if (uuid !== booth.uuid || fingerprint !== booth.fingerprint) {
    throw new RequestFault('changed', say('cast.changed'), { status: 409 });
  }
  return csrf;
}

/** The file that lets another program repeat the test; it holds no credential. */
function testedFile({ uuid, election, fingerprint }, ballot, { tracker, contests }) {
  const tested = { uuid, fingerprint, election, ballot, tracker, contests };
  return `${JSON.stringify(tested, null, 2)}\n`;
}
