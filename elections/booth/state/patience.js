/**
 * Sending again by itself: the server was too busy to look at a ballot and said when to come back.
 */

const MOST_REPEATS = 5;
/** Whoever is to stay away for longer decides for themselves whether to wait. */
const LONGEST_SECONDS = 60;
/** The server names whole seconds; within the second the ballots are spread here. */
const SPREAD_SECONDS = 1;

/** The refusals that pass: too many ask, or the server lacks something just now. */
const PASSING = new Set([429, 503]);

/** What Retry-After says (RFC 9110, section 10.2.3) where the refusal passes; a date is not what our server sends. */
export function secondsToStayAway(status, header) {
  const isKnown = PASSING.has(status) && /^\d{1,6}$/.test(header ?? '');
  return isKnown ? Math.max(1, Number(header)) : undefined;
}

export class Patience {
  #timers;
  #random;
  #sending = null;

  /** @param {{timers?: {setTimeout: Function, clearTimeout: Function}, random?: () => number}} [parts] */
  constructor({ timers = globalThis, random = Math.random } = {}) {
    this.#timers = timers;
    this.#random = random;
  }

  /**
   * Send until there is an answer, or the last fault when there is none after some repetitions or nobody waits any more.
   *
   * @param {(repeats: number) => Promise<object>} send whose fault has `again` where the server says in how many seconds
   * @param {{waiting: (seconds: number) => void, sending: () => void}} told before each wait and each repetition
   */
  async send(send, { waiting, sending }) {
    this.leave();
    const mine = { left: false, wake: null };
    this.#sending = mine;
    for (let repeats = 0; ; repeats += 1) {
      try {
        return await send(repeats);
      } catch (fault) {
        const isWorthIt = repeats < MOST_REPEATS && fault.again <= LONGEST_SECONDS;
        if (mine.left || !isWorthIt || !await this.#pause(mine, fault.again, waiting)) {
          throw fault;
        }
        sending();
      }
    }
  }

  /** End the wait now and send; say whether there was one. */
  hurry() {
    return this.#end(true);
  }

  /** Wait no longer, and send nothing more. */
  leave() {
    if (this.#sending) {
      this.#sending.left = true;
      this.#end(false);
    }
  }

  #end(goOn) {
    const wake = this.#sending?.wake;
    wake?.(goOn);
    return Boolean(wake);
  }

  /** Wait; say whether to go on. */
  #pause(mine, seconds, waiting) {
    const spread = seconds + SPREAD_SECONDS * this.#random();
    waiting(Math.round(spread));
    return new Promise((resolve) => {
      const timer = this.#timers.setTimeout(() => mine.wake(true), 1000 * spread);
      mine.wake = (goOn) => {
        this.#timers.clearTimeout(timer);
        mine.wake = null;
        resolve(goOn);
      };
    });
  }
}
