/**
 * Voting credentials (specification 4.8): 22 Base58 characters, written XXXXX-XXXXXX-XXXXX-XXXXXX.
 */
import { GENERATOR, modOrder, power } from './group.js';
import { sha256Hex } from './hashing.js';
import { Refusal } from './refusal.js';

const FORM = /^[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}$/;

/** The secret exponent that a credential stands for in the election `uuid`. */
export function secretExponent(credential, uuid) {
  if (!FORM.test(credential)) {
    throw new Refusal('bad-credential', 'A credential has 22 letters and digits in four groups.');
  }
  const halves = [0, 1].map((index) => sha256Hex(`derive_credential|${uuid}|${index}|${credential}`));
  return modOrder(BigInt(`0x${halves.join('')}`));
}

/** The public credential, an element: the key under which this voter's ballots are signed. */
export function publicCredential(credential, uuid) {
  return power(GENERATOR, secretExponent(credential, uuid));
}
