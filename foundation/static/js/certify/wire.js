/**
 * The wire form of SSH (RFC 4251 5): numbers of four bytes, and strings that begin with their length.
 */

/** Bytes that are not what they should be; the code names the sentence that the page shows. */
export class Refusal extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export const bytesOf = (text) => new TextEncoder().encode(text);

export const textOf = (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function number(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A string: its length, then itself. Text is taken as UTF-8. */
export function string(content) {
  const bytes = typeof content === 'string' ? bytesOf(content) : content;
  return concat(number(bytes.length), bytes);
}

export const same = (one, other) => one.length === other.length && one.every((byte, index) => byte === other[index]);

/** Takes the wire form apart; what is cut off is refused. */
export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(count) {
    if (this.at + count > this.bytes.length) {
      throw new Refusal('not-a-key');
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  number() {
    const part = this.take(4);
    return new DataView(part.buffer, part.byteOffset, 4).getUint32(0);
  }

  string() {
    return this.take(this.number());
  }

  rest() {
    return this.bytes.subarray(this.at);
  }
}

/** The bytes between two marked lines. */
export function unarmored(text, label) {
  const lines = text.trim().split(/\r?\n/u);
  if (lines.length < 3 || lines[0] !== `-----BEGIN ${label}-----` || lines.at(-1) !== `-----END ${label}-----`) {
    throw new Refusal('not-a-key');
  }
  try {
    return Uint8Array.from(atob(lines.slice(1, -1).join('')), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Refusal('not-a-key');
  }
}

/** The bytes in Base64 between two marked lines, as ssh-keygen writes them. */
export function armored(bytes, label) {
  const lines = base64(bytes).match(/.{1,70}/gu);
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
