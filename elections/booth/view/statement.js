/**
 * A candidate's statement, rebuilt from an allow-list of elements.
 *
 * The server has already cleaned it; the booth does not depend on that. The markup is parsed into an inert document
 * and only known elements are made anew, without any attribute but the address of a link. Each paragraph and list runs
 * in the direction of its own first letter.
 */
import { say } from '../words/say.js';
import { el } from './dom.js';

/** What may appear, and what it becomes; headings become bold paragraphs, so that the page's outline stays its own. */
const ALLOWED = {
  P: ['p', 'govuk-body'], UL: ['ul', 'govuk-list govuk-list--bullet'], OL: ['ol', 'govuk-list govuk-list--number'], LI: ['li'],
  EM: ['em'], I: ['em'], STRONG: ['strong'], B: ['strong'], CODE: ['code'], PRE: ['pre', 'footing-command'], BR: ['br'],
  BLOCKQUOTE: ['blockquote', 'govuk-inset-text'],
  H1: ['p', 'govuk-heading-s'], H2: ['p', 'govuk-heading-s'], H3: ['p', 'govuk-heading-s'], H4: ['p', 'govuk-heading-s'],
};

/** Elements whose content is not text for readers. */
const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'SVG', 'MATH', 'svg', 'math', 'TITLE']);

/** The nodes of a statement, safe to place in the page. */
export function statementNodes(html) {
  const inert = new DOMParser().parseFromString(html, 'text/html');
  return copyChildren(inert.body);
}

function copyChildren(parent) {
  return [...parent.childNodes].flatMap(copy);
}

function copy(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    return [node.textContent];
  }
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) {
    return [];
  }
  if (node.tagName === 'A') {
    return [link(node)];
  }
  const [tag, classes] = ALLOWED[node.tagName] ?? [];
  return tag ? [el(tag, { class: classes, dir: ['p', 'ul', 'ol'].includes(tag) && 'auto' }, ...copyChildren(node))] : copyChildren(node);
}

function link(node) {
  const href = node.getAttribute('href') ?? '';
  if (!/^(https?:\/\/|mailto:)/i.test(href)) {
    return el('span', {}, ...copyChildren(node));
  }
  return el('a', { class: 'govuk-link', href, target: '_blank', rel: 'noopener noreferrer' },
    ...copyChildren(node), ` ${say('link.new-tab')}`);
}
