/**
 * GOV.UK Frontend's patterns as the booth uses them.
 */
import { say, sayTime } from '../words/say.js';
import { el, hidden } from './dom.js';

/** The heading of a step, which takes the focus when the step opens. */
export function heading(text, caption) {
  const title = el('h1', { class: 'govuk-heading-l booth-title', id: 'booth-title', tabindex: -1 }, text);
  return caption ? [el('span', { class: 'govuk-caption-l' }, caption), title] : [title];
}

export function subheading(text, id) {
  return el('h2', { class: 'govuk-heading-m', id }, text);
}

export function paragraph(...children) {
  return el('p', { class: 'govuk-body' }, ...children);
}

export function inset(...children) {
  return el('div', { class: 'govuk-inset-text' }, ...children);
}

export function bullets(items) {
  return el('ul', { class: 'govuk-list govuk-list--bullet' }, ...items.map((item) => el('li', {}, item)));
}

export function steps(items) {
  return el('ol', { class: 'govuk-list govuk-list--number' }, ...items.map((item) => el('li', {}, item)));
}

/**
 * A button.
 * @param {{kind?: 'secondary'|'warning', of?: string, class?: string}} [look] `of` is said but not shown
 */
export function button(text, onClick, look = {}) {
  const kind = look.kind ? ` govuk-button--${look.kind}` : '';
  const classes = `govuk-button${kind}${look.class ? ` ${look.class}` : ''}`;
  const shown = el('span', { class: 'booth-button__text' }, text);
  return el('button', { type: 'button', class: classes, on: { click: onClick } }, shown, ...said(look.of));
}

/** What belongs to a name for those who do not see where the control stands. */
function said(text) {
  return text ? [' ', hidden(text)] : [];
}

export function buttonGroup(...buttons) {
  return el('div', { class: 'govuk-button-group' }, ...buttons);
}

/** A link to another step; the address has the step's name, so that it can also be read. */
export function stepLink(text, step, go, of) {
  const follow = (event) => {
    event.preventDefault();
    go(step);
  };
  return el('a', { class: 'govuk-link', href: `#${step}`, on: { click: follow } }, text, ...said(of));
}

export function backLink(step, go) {
  const link = stepLink(say('link.back'), step, go);
  link.className = 'govuk-back-link';
  return link;
}

/** A link that leaves the booth open. */
export function outsideLink(text, href) {
  return el('a', { class: 'govuk-link', href, target: '_blank', rel: 'noopener noreferrer' }, `${text} ${say('link.new-tab')}`);
}

export function details(summary, ...children) {
  return el('details', { class: 'govuk-details' },
    el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, summary)),
    el('div', { class: 'govuk-details__text' }, ...children));
}

/** The summary of what is wrong, which takes the focus. Problems: [{text, target?}]; a target is an element. */
export function errorSummary(problems, ...after) {
  const items = problems.map(({ text, target }) => el('li', {}, target ? focusLink(text, target) : text));
  return el('div', { class: 'govuk-error-summary', tabindex: -1 },
    el('div', { role: 'alert' },
      el('h2', { class: 'govuk-error-summary__title' }, say('problem.title')),
      el('div', { class: 'govuk-error-summary__body' },
        el('ul', { class: 'govuk-list govuk-error-summary__list' }, ...items), ...after)));
}

function focusLink(text, target) {
  const follow = (event) => {
    event.preventDefault();
    target.focus();
  };
  return el('a', { href: `#${target.id}`, on: { click: follow } }, text);
}

/** A link that leads to another part of the page. */
export function jumpTo(target, text) {
  const link = focusLink(text, target);
  link.className = 'govuk-link';
  return link;
}

export function errorMessage(id, text) {
  return el('p', { id, class: 'govuk-error-message' }, hidden(say('problem.prefix')), text);
}

/** Facts as a summary list: rows of [key, value]; a value is text or a node. */
export function facts(rows) {
  return el('dl', { class: 'govuk-summary-list' }, ...rows.map(([key, value]) => el('div', { class: 'govuk-summary-list__row' },
    el('dt', { class: 'govuk-summary-list__key' }, key),
    el('dd', { class: 'govuk-summary-list__value' }, value))));
}

/** A tracker in groups of four; the gaps are only drawn, so that copying gives the tracker itself. */
export function tracker(text) {
  const groups = text.match(/.{1,4}/g) ?? [];
  return el('span', { class: 'booth-tracker', translate: 'no' },
    ...groups.flatMap((group) => [el('span', { class: 'booth-tracker__group' }, group), el('wbr')]));
}

export function code(text) {
  return el('span', { class: 'footing-code', translate: 'no' }, text);
}

/** A line whose changes are read out. */
export function statusLine(text = '') {
  return el('p', { class: 'govuk-body booth-status', role: 'status' }, text);
}

/** A line of the same kind that stands out, beside the button that it is about. */
export function noticeLine() {
  return el('p', { class: 'govuk-inset-text booth-status', role: 'status' });
}

/** Until when, as a paragraph; an election without a closing time says nothing. */
export function closing(key, { closes_at: closes }) {
  return closes ? [paragraph(say(key, { time: sayTime(closes) }))] : [];
}
