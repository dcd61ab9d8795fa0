/**
 * A secret for the lot and the commitment to it (SPEC 8.3): SHA-256 over framed parts, never sent anywhere.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { requireRandomness } from '../crypto/random-source.js';

const LABEL = 'footing commitment 1';
const SECRET_BYTES = 32;

/** 32 random bytes from the browser's cryptographic generator and from nowhere else. */
export function newSecret(source = globalThis.crypto) {
  requireRandomness(source);
  return source.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** The commitment of `name` to a secret in the election `uuid`: 64 hexadecimal digits. */
export function commitment(uuid, name, secret) {
  return bytesToHex(sha256(concatBytes(...[utf8ToBytes(LABEL), utf8ToBytes(uuid), utf8ToBytes(name), secret].map(frame))));
}

/** A part after its length in eight bytes, most significant first. */
function frame(part) {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(part.length));
  return concatBytes(length, part);
}
