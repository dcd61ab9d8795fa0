/**
 * The worker that encrypts: it holds the randomness of the one sealed ballot, and gives it out only for a test.
 *
 * Requests are {id, name, values}; answers are {id, value} or {id, fault: {code, message}}.
 */
import { checkSealed, seal } from './crypto/ballot.js';
import { publicCredential } from './crypto/credential.js';
import { parseElection } from './crypto/election.js';
import { encodeIntegers } from './crypto/encoding.js';
import { elementText } from './crypto/group.js';
import { requireRandomness } from './crypto/random-source.js';
import { Refusal } from './crypto/refusal.js';

/** @type {import('./crypto/election.js').Election} */
let election;
/** @type {{ballot: string, tracker: string, rankings: number[][], randomness: object}|null} */
let kept = null;

const TASKS = {
  /** Read the election, and make the library's tables while the voter still reads. */
  open({ electionText }) {
    requireRandomness();
    election = parseElection(electionText);
    encodeIntegers([1]);
    elementText(publicCredential('11111-111111-11111-111111', election.uuid));
    const { uuid, name, fingerprint, questions } = election;
    return { uuid, name, fingerprint, questions };
  },

  publicCredential({ credential }) {
    return elementText(publicCredential(credential, election.uuid));
  },

  /** Seal, and check at once what was sealed, so that a fault of this device shows before the ballot is cast. */
  seal({ credential, rankings }) {
    const { ballot, tracker, randomness } = seal(election, credential, rankings);
    checkSealed(election, ballot, rankings, randomness);
    kept = { ballot, tracker, rankings, randomness };
    return { ballot, tracker };
  },

  /** Open the sealed ballot to the voter and forget it. */
  reveal() {
    if (!kept) {
      throw new Refusal('nothing-sealed', 'There is no sealed ballot to test.');
    }
    const { ballot, tracker, rankings, randomness } = kept;
    kept = null;
    return { tracker, problem: problemOf(ballot, rankings, randomness), contests: opened(ballot, rankings, randomness) };
  },

  forget() {
    kept = null;
  },
};

/** The code of what does not hold in a ballot, or null where all does. */
function problemOf(ballot, rankings, randomness) {
  try {
    checkSealed(election, ballot, rankings, randomness);
    return null;
  } catch (refusal) {
    return refusal.code ?? 'fault';
  }
}

/** What a stranger needs to repeat the check: ranks, randomness, ciphertext. */
function opened(ballot, rankings, randomness) {
  return JSON.parse(ballot).answers.map(({ choices }, index) => ({
    ranks: rankings[index], randomness: String(randomness.answers[index].r), ...choices,
  }));
}

onmessage = ({ data: { id, name, values } }) => {
  try {
    postMessage({ id, value: TASKS[name](values) });
  } catch (fault) {
    postMessage({ id, fault: { code: fault.code ?? 'fault', message: fault.message } });
  }
};
