/**
 * Saying things: messages with values filled in, places, lists of names and times, in one language.
 */
import { ENGLISH } from './messages.js';

const LANGUAGE = 'en';
const PLURALS = new Intl.PluralRules(LANGUAGE);
const ORDINALS = new Intl.PluralRules(LANGUAGE, { type: 'ordinal' });
const SUFFIXES = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
/** Words of scripts that run from right to left: a number that follows one would be drawn before it, and reversed. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const NAMES = new Intl.ListFormat(LANGUAGE, { type: 'conjunction' });

/** The message `key` with its values; a `count` chooses between the variants of a message that has them. */
export function say(key, values = {}) {
  const text = ENGLISH[variant(key, values)];
  if (text === undefined) {
    throw new Error(`There is no message ${key}.`);
  }
  return text.replace(/\{(\w+)\}/g, (_, name) => isolated(String(values[name])));
}

/** "1st", "2nd", "3rd"… */
export function place(rank) {
  return `${rank}${SUFFIXES[ORDINALS.select(rank)]}`;
}

/** "Ada, Grace, and Hedy" */
export function listNames(names) {
  return NAMES.format(names.map(isolated));
}

/** A value with a boundary around it where it runs from right to left (Unicode Standard Annex 9, 2.4.2). */
function isolated(text) {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** An instant in UTC and, where it differs, in the reader's own zone. */
export function sayTime(rfc3339) {
  const instant = new Date(rfc3339);
  const form = { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const utc = new Intl.DateTimeFormat('en-GB', { ...form, timeZone: 'UTC' }).format(instant);
  const local = new Intl.DateTimeFormat('en-GB', { ...form, timeZoneName: 'short' }).format(instant);
  return local.endsWith('UTC') ? say('time.utc', { utc }) : say('time.both', { utc, local });
}

function variant(key, { count }) {
  if (typeof count !== 'number') {
    return key;
  }
  const exact = `${key}.zero`;
  if (count === 0 && exact in ENGLISH) {
    return exact;
  }
  const plural = `${key}.${PLURALS.select(count)}`;
  return plural in ENGLISH ? plural : key;
}
