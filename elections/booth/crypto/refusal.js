/**
 * The one kind of error that the booth's cryptography raises: a stable code and a sentence fit to show.
 */
export class Refusal extends Error {
  /**
   * @param {string} code stable, for programs and translations
   * @param {string} message a sentence
   */
  constructor(code, message) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}
