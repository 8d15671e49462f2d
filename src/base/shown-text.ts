/** How messages show texts that come from the operator or from elsewhere: on one line, short, and without secrets. */
import { baseLimits } from "./limits.ts";

/**
 * Returns a text without control characters and line breaks. They would control the terminal, or end a comment in a
 * file.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}

/** Returns a message on one line. If it is too long, its middle is cut, because the end has the advice. */
export function shownMessage(message: string): string {
  const { messageCharacters, messageEndCharacters } = baseLimits;
  if (message.length <= messageCharacters) return printable(message);
  const start = message.slice(0, messageCharacters - messageEndCharacters);
  return printable(`${start} … ${message.slice(-messageEndCharacters)}`);
}

/** Returns a name or a path as a message shows it. */
export function shownName(text: string): string {
  const description = descriptionOf(text);
  return description === undefined ? printable(short(text)) : `(${description})`;
}

/** Returns a value as a message shows it: in quotes, or a description if it may be a key or a password. */
export function shownText(text: string): string {
  return descriptionOf(text) ?? JSON.stringify(short(text));
}

/** Returns what to write instead of a text that is the content of a file, perhaps of one with a private key. */
function descriptionOf(text: string): string | undefined {
  if (/^\s*-----BEGIN/.test(text)) return "the content of a PEM file";
  return /[\n\r]/.test(text) ? "a text of several lines" : undefined;
}

function short(text: string): string {
  const shown = withoutUser(text);
  return shown.length > baseLimits.shownCharacters ? `${shown.slice(0, baseLimits.shownCharacters)}…` : shown;
}

/** Replaces the user and the password of URLs, and of hosts without a scheme. */
function withoutUser(text: string): string {
  return text.replaceAll(/\S+/g, (word) => {
    const end = word.lastIndexOf("@");
    const scheme = word.slice(0, Math.max(end, 0)).indexOf("://");
    if (scheme !== -1) return `${word.slice(0, scheme)}://***${word.slice(end)}`;
    return /^[^/:]*:[^/]*$/.test(word.slice(0, Math.max(end, 0))) ? `***${word.slice(end)}` : word;
  });
}
