/**
 * Random exponents, from the browser's cryptographic generator and from nowhere else.
 */
import { ORDER } from './group.js';
import { Refusal } from './refusal.js';

/** The order has 253 bits: 32 bytes with the three highest bits cleared miss it half of the time, and are drawn again. */
const TOP_MASK = 0x1f;

/** Refuse to go on in a browser without a cryptographic generator. */
export function requireRandomness(source = globalThis.crypto) {
  if (typeof source?.getRandomValues !== 'function') {
    throw new Refusal('no-randomness', 'This browser has no secure source of random numbers.');
  }
}

/** A number uniformly drawn from [0, q), by rejection. */
export function randomExponent(source = globalThis.crypto) {
  requireRandomness(source);
  const bytes = new Uint8Array(32);
  for (;;) {
    source.getRandomValues(bytes);
    bytes[0] &= TOP_MASK;
    const value = bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
    if (value < ORDER) {
      bytes.fill(0);
      return value;
    }
  }
}
