/**
 * The group Ed25519 as Belenios writes it (specification 5.2.1), over @noble/curves.
 *
 * An element's text is the 64-digit hexadecimal of the integer z, most significant digit first: the reverse of
 * the 32 little-endian bytes that RFC 8032 and @noble/curves use. Exponents are BigInts in [0, ORDER).
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { Refusal } from './refusal.js';

const { Point } = ed25519;

/** @typedef {InstanceType<typeof Point>} Element */

/** The order q of the group. */
export const ORDER = Point.Fn.ORDER;
export const GENERATOR = Point.BASE;
export const IDENTITY = Point.ZERO;

/** Reduce any BigInt into [0, ORDER). */
export function modOrder(value) {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** The element's text as published: 64 lower-case hexadecimal digits. */
export function elementText(element) {
  return bytesToHex(element.toBytes().reverse());
}

/** Read an element's text, or refuse: wrong shape, non-canonical, off the curve, outside the subgroup, the identity. */
export function parseElement(text) {
  if (typeof text !== 'string' || !/^[0-9a-f]{64}$/.test(text)) {
    throw new Refusal('bad-element', 'An element of the group is written as 64 lower-case hexadecimal digits.');
  }
  const element = pointFromInteger(BigInt(`0x${text}`));
  if (element === undefined || element.equals(IDENTITY) || !element.isTorsionFree()) {
    throw new Refusal('bad-element', 'This number is not an element of the group.');
  }
  return element;
}

/** The point whose compressed form is the integer z, or undefined where there is none (5.2.1 `uncompress`). */
export function pointFromInteger(z) {
  const bytes = hexToBytes(z.toString(16).padStart(64, '0')).reverse();
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** base^exponent in the specification's multiplicative writing; the library refuses 0, which is legal here. */
export function power(base, exponent) {
  const reduced = modOrder(exponent);
  if (reduced === 0n || base.equals(IDENTITY)) {
    return IDENTITY;
  }
  return base.multiply(reduced);
}

/** The group operation. */
export function multiply(a, b) {
  return a.add(b);
}
