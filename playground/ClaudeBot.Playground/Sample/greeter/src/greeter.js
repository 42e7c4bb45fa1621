const greetings = {
  en: (name) => `Hello, ${name}!`,
  de: (name) => `Hallo, ${name}!`,
  fr: (name) => `Bonjour, ${name} !`,
};

/** The languages that `greet` speaks, as ISO 639-1 codes. */
export const languages = Object.keys(greetings);

/**
 * Greets a person.
 * @param {string} name surrounding blanks are ignored; an empty name greets the whole world
 * @param {string} language one of `languages`
 */
export function greet(name, language = 'en') {
  const greeting = greetings[language];
  if (!greeting) throw new RangeError(`unknown language: ${language}`);
  return greeting(name);
}
