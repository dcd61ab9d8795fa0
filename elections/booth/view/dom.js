/**
 * Building elements without markup strings, so that no name or statement can ever be read as markup.
 */

/**
 * Make an element.
 * @param {string} tag
 * @param {object} [attributes] `on` holds listeners; true writes an empty attribute; null, undefined, false leave it out
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(tag, attributes = {}, ...children) {
  const { on = {}, ...rest } = attributes;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  for (const [event, listener] of Object.entries(on)) {
    element.addEventListener(event, listener);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Text for screen readers only. */
export function hidden(text) {
  return el('span', { class: 'govuk-visually-hidden' }, text);
}

/** Show or hide an element that may not be rendered at all times. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Mark a button as having nothing left to do; it stays in the tab order so that nobody loses their place. */
export function setExhausted(button, exhausted) {
  if (exhausted) {
    button.setAttribute('aria-disabled', 'true');
  } else {
    button.removeAttribute('aria-disabled');
  }
}
