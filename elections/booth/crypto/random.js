/**
 * Random exponents, from the browser's cryptographic generator and from nowhere else.
 */
import { ORDER } from './group.js';
import { requireRandomness } from './random-source.js';

/** The order has 253 bits: 32 bytes with the three highest bits cleared miss it half of the time, and are drawn again. */
const TOP_MASK = 0x1f;

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
