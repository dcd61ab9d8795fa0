/**
 * What stands in the place of the booth when it cannot work.
 */
import { say } from '../words/say.js';
import { heading, paragraph } from './pieces.js';

/** @param {string} text why, as a sentence */
export function faultView(text, email) {
  return {
    title: say('fault.title'),
    content: [...heading(say('fault.title')), paragraph(text), ...(email ? [paragraph(say('fault.contact', { email }))] : [])],
  };
}
