/**
 * The receipt: where the ballot stands and what the server signed. Never the choices.
 */
import { say, sayTime } from '../words/say.js';
import { copyText, saveText } from './copy.js';
import { el } from './dom.js';
import { bullets, button, buttonGroup, closing, code, facts, heading, outsideLink, paragraph, statusLine, subheading, tracker } from './pieces.js';

export function receiptView({ booth, state }) {
  const { receipt } = state();
  const status = statusLine();
  return {
    title: say('receipt.title'),
    content: [
      confirmation(receipt),
      subheading(say('receipt.heading')),
      facts(rows(booth, receipt)),
      subheading(say('receipt.note')),
      paragraph(say('receipt.note.help')),
      el('pre', { class: 'footing-command', id: 'receipt-note' }, receipt.receipt),
      buttonGroup(
        button(say('receipt.copy'), () => copyText(receipt.receipt, status, 'receipt.copied')),
        button(say('receipt.download'), () => saveText(receipt.receipt, fileName(booth, receipt), 'text/plain'), { kind: 'secondary' }),
        button(say('receipt.print'), () => window.print(), { kind: 'secondary' })),
      status,
      paragraph(outsideLink(say('receipt.board'), booth.board_url)),
      subheading(say('receipt.next')),
      ...closing('receipt.next.again', booth),
      bullets([say('receipt.next.mix'), say('receipt.next.forget')]),
    ],
  };
}

function confirmation({ tracker: text }) {
  const [title] = heading(say('receipt.title'));
  title.className = 'govuk-panel__title booth-title';
  return el('div', { class: 'govuk-panel govuk-panel--confirmation' }, title,
    el('div', { class: 'govuk-panel__body' }, say('receipt.panel'), el('br'), tracker(text)));
}

function rows({ title }, { tracker: text, height, event, time, replaces }) {
  return [
    [say('receipt.election'), title],
    [say('receipt.tracker'), tracker(text)],
    [say('receipt.height'), String(height)],
    [say('receipt.event'), code(event)],
    [say('receipt.time'), sayTime(time)],
    ...(replaces ? [[say('receipt.replaces'), tracker(replaces)]] : []),
  ];
}

function fileName({ uuid }, { height }) {
  return `receipt-${uuid}-${height}.txt`;
}
