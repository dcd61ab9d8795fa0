/**
 * The two proofs of a ballot: knowledge of the encryption's randomness, and the signature.
 *
 * Both are pairs (challenge, response) of decimal strings (specification 4.11.2 and 4.16).
 */
import { GENERATOR, elementText, modOrder, multiply, parseElement, power } from './group.js';
import { challengeOf } from './hashing.js';

/**
 * Prove knowledge of `r` with alpha = g^r, bound to the election, the voter's key and the whole ciphertext.
 * @param {{fingerprint: string, credential: string, publicKeyText: string, alpha: string, beta: string}} context
 * @param {bigint} r the encryption's randomness
 * @param {bigint} w this proof's own randomness
 */
export function proveEncryption(context, r, w) {
  return respond(encryptionChallenge(context, power(GENERATOR, w)), r, w);
}

/** Whether a proof of encryption holds. */
export function encryptionIsProved(context, proof) {
  const commitment = recommit(proof, parseElement(context.alpha));
  return encryptionChallenge(context, commitment) === BigInt(proof.challenge);
}

/** Sign a ballot's hash with the secret exponent of a credential. */
export function sign(hash, secret, w) {
  return respond(signatureChallenge(hash, power(GENERATOR, w)), secret, w);
}

/** Whether a signature was made with the secret of the public credential, an element's text. */
export function signatureHolds(hash, credential, proof) {
  return signatureChallenge(hash, recommit(proof, parseElement(credential))) === BigInt(proof.challenge);
}

/** H_raweg of 4.11.2, whose S is the fingerprint, a bar and the public credential. */
function encryptionChallenge({ fingerprint, credential, publicKeyText, alpha, beta }, commitment) {
  return challengeOf(`raweg|${fingerprint}|${credential}|${publicKeyText},${alpha},${beta}|${elementText(commitment)}`);
}

function signatureChallenge(hash, commitment) {
  return challengeOf(`sig|${hash}|${elementText(commitment)}`);
}

function respond(challenge, secret, w) {
  return { challenge: String(challenge), response: String(modOrder(w - secret * challenge)) };
}

/** A = g^response × base^challenge: the commitment that a true proof was made with. */
function recommit(proof, base) {
  return multiply(power(GENERATOR, BigInt(proof.response)), power(base, BigInt(proof.challenge)));
}
