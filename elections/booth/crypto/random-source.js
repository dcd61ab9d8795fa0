/**
 * Where randomness may come from: the browser's cryptographic generator, or the booth does not open.
 */
import { Refusal } from './refusal.js';

/** Refuse to go on in a browser without a cryptographic generator. */
export function requireRandomness(source = globalThis.crypto) {
  if (typeof source?.getRandomValues !== 'function') {
    throw new Refusal('no-randomness', 'This browser has no secure source of random numbers.');
  }
}
