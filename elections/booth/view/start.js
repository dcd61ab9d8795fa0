/**
 * The first page: what will happen, until when, what is needed, and what the booth can promise.
 */
import { sayAround } from '../words/parts.js';
import { say, sayTime } from '../words/say.js';
import { button, bullets, closing, code, details, heading, inset, outsideLink, paragraph, steps, subheading, tracker } from './pieces.js';
import { el } from './dom.js';

export function startView({ booth, isAnew, go, manifestUrl }) {
  return {
    title: say('start.title', { election: booth.title }),
    content: [
      ...heading(say('start.title', { election: booth.title })),
      ...closing('start.closes', booth),
      paragraph(say('start.what', { count: booth.contests.length })),
      ...begunAnew(isAnew, booth),
      ...votedAlready(booth),
      subheading(say('start.how')),
      steps(['rank', 'review', 'seal', 'cast'].map((step) => say(`start.how.${step}`))),
      ...credentialNeeded(booth),
      paragraph(say('start.offline')),
      button(say('start.button'), () => go('rank-1')),
      promises(booth, manifestUrl),
    ],
  };
}

/** After a reload, or when a phone has thrown the page away: what is gone, and that nothing was sent if nothing was. */
function begunAnew(isAnew, { receipts }) {
  const none = receipts.length ? [] : [' ', say('start.anew.none')];
  return isAnew ? [inset(paragraph(say('start.anew'), ...none))] : [];
}

function votedAlready({ receipts }) {
  if (!receipts.length) {
    return [];
  }
  const items = receipts.map(({ tracker: text, height, time }) => el('span', {},
    ...sayAround('start.receipt', { tracker: tracker(text) }, { height, time: sayTime(time) })));
  return [subheading(say('start.again')), inset(paragraph(say('start.again', { count: receipts.length })), bullets(items))];
}

function credentialNeeded({ credential, credential_source: source }) {
  if (credential) {
    return [paragraph(say('start.credential.server'))];
  }
  return [paragraph(say('start.credential', { form: say('credential.form') }), ' ', say(`start.credential.${source}`))];
}

function promises({ fingerprint }, manifestUrl) {
  return details(say('start.trust'),
    paragraph(say('start.trust.secret')),
    paragraph(say('start.trust.who')),
    paragraph(...sayAround('start.trust.files', { manifest: outsideLink(say('start.trust.manifest'), manifestUrl) })),
    paragraph(...sayAround('start.fingerprint', { fingerprint: code(fingerprint) })));
}
