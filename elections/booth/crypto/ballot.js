/**
 * Sealing a ballot: encrypt each contest's ranks, prove, sign (specification 4.11.2, 4.16, 4.17).
 *
 * The bytes are those that belenios-tool and Footing's Python would make of the same randomness: compact JSON with
 * the keys in the order written here.
 */
import { publicCredential, secretExponent } from './credential.js';
import { encodeIntegers } from './encoding.js';
import { GENERATOR, elementText, multiply, power } from './group.js';
import { fingerprint } from './hashing.js';
import { encryptionIsProved, proveEncryption, sign, signatureHolds } from './proofs.js';
import { randomExponent } from './random.js';
import { Refusal } from './refusal.js';

/**
 * @typedef {object} Randomness
 * @property {{r: bigint, w: bigint}[]} answers for each contest: of the encryption, of its proof
 * @property {bigint} signature
 */

/** Fresh randomness for a ballot of `contests` contests. */
export function drawRandomness(contests) {
  return {
    answers: Array.from({ length: contests }, () => ({ r: randomExponent(), w: randomExponent() })),
    signature: randomExponent(),
  };
}

/**
 * Seal a ballot.
 * @param {import('./election.js').Election} election
 * @param {string} credential the voter's, with its dashes
 * @param {number[][]} rankings for each contest the rank of each candidate, 0 = not ranked
 * @param {Randomness} [randomness] fixed for vectors only
 * @returns {{ballot: string, tracker: string, credential: string, randomness: Randomness}}
 */
export function seal(election, credential, rankings, randomness = drawRandomness(election.questions.length)) {
  checkShape(election, rankings);
  const key = elementText(publicCredential(credential, election.uuid));
  const unsigned = {
    election_uuid: election.uuid,
    election_hash: election.fingerprint,
    credential: key,
    answers: rankings.map((ranks, index) => sealAnswer(election, key, ranks, randomness.answers[index])),
  };
  const hash = fingerprint(JSON.stringify(unsigned));
  const proof = sign(hash, secretExponent(credential, election.uuid), randomness.signature);
  const ballot = JSON.stringify({ ...unsigned, signature: { hash, proof } });
  return { ballot, tracker: fingerprint(ballot), credential: key, randomness };
}

/** ElGamal with the ranks as one element: alpha = g^r, beta = y^r × encoding (4.11.2). */
export function encrypt(publicKey, ranks, r) {
  const alpha = power(GENERATOR, r);
  const beta = multiply(power(publicKey, r), encodeIntegers(ranks));
  return { alpha: elementText(alpha), beta: elementText(beta) };
}

/**
 * Check a sealed ballot as a stranger could who knows its randomness: the ciphertexts re-made from the ranks are
 * those in the ballot, its proofs hold, its signature holds. Raises a Refusal that names what does not.
 */
export function checkSealed(election, ballotText, rankings, randomness) {
  const ballot = JSON.parse(ballotText);
  ballot.answers.forEach(({ choices, proof }, index) => {
    const again = encrypt(election.publicKey, rankings[index], randomness.answers[index].r);
    if (again.alpha !== choices.alpha || again.beta !== choices.beta) {
      throw new Refusal('wrong-encryption', `Contest ${index + 1} of this ballot does not hold your ranking.`);
    }
    if (!encryptionIsProved(proofContext(election, ballot.credential, choices), proof)) {
      throw new Refusal('bad-proof', `The proof of contest ${index + 1} does not hold.`);
    }
  });
  const { signature, ...unsigned } = ballot;
  const hash = fingerprint(JSON.stringify(unsigned));
  if (hash !== signature.hash || !signatureHolds(hash, ballot.credential, signature.proof)) {
    throw new Refusal('bad-signature', 'The signature of this ballot does not hold.');
  }
}

function sealAnswer(election, credential, ranks, { r, w }) {
  const choices = encrypt(election.publicKey, ranks, r);
  return { choices, proof: proveEncryption(proofContext(election, credential, choices), r, w) };
}

function proofContext({ fingerprint: electionHash, publicKeyText }, credential, { alpha, beta }) {
  return { fingerprint: electionHash, credential, publicKeyText, alpha, beta };
}

function checkShape({ questions }, rankings) {
  const shaped = rankings.length === questions.length
    && rankings.every((ranks, index) => ranks.length === questions[index].answers.length);
  if (!shaped) {
    throw new Refusal('wrong-shape', 'A ballot gives each candidate of each contest a rank.');
  }
}
