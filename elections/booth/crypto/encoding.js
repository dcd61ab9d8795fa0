/**
 * Small integers as a group element (specification 5.2.1, `of_ints`): 8 bits each, then 14 bits of padding that
 * are counted up until the number is an element of the group.
 */
import { pointFromInteger } from './group.js';
import { Refusal } from './refusal.js';

const BITS_PER_INTEGER = 8n;
const PADDING_BITS = 14n;

/** 30 integers of 8 bits and the padding fill the 254 bits below the sign. */
export const MOST_INTEGERS = 30;

/** Encode up to 30 integers of 0…255 as one element. */
export function encodeIntegers(integers) {
  if (integers.length > MOST_INTEGERS) {
    throw new Refusal('wrong-shape', `A contest has at most ${MOST_INTEGERS} candidates.`);
  }
  const start = pack(integers) << PADDING_BITS;
  for (let padding = 0n; padding < 1n << PADDING_BITS; padding += 1n) {
    const point = pointFromInteger(start + padding);
    if (point?.isTorsionFree()) {
      return point;
    }
  }
  throw new Refusal('wrong-shape', 'These ranks cannot be encoded.');
}

function pack(integers) {
  return integers.reduce((number, integer) => {
    if (!Number.isInteger(integer) || integer < 0 || integer > 255) {
      throw new Refusal('wrong-shape', 'A rank is a whole number from 0 to 255.');
    }
    return (number << BITS_PER_INTEGER) | BigInt(integer);
  }, 0n);
}
