/** HTTP dates (RFC 9110 section 5.6.7). They count seconds; this module returns milliseconds since the epoch. */
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = `(?<month>${months.join("|")})`;
const time = "(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9])";
const weekday = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const longWeekday = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";

/** The preferred format, and the two obsolete formats that a recipient must accept. */
const forms = [
  `${weekday}, (?<day>[0-9]{2}) ${month} (?<year>[0-9]{4}) ${time} GMT`,
  `${longWeekday}, (?<day>[0-9]{2})-${month}-(?<year>[0-9]{2}) ${time} GMT`,
  `${weekday} ${month} (?<day>[ 0-9][0-9]) ${time} (?<year>[0-9]{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Parses an HTTP date; undefined if the text is malformed. The weekday is not checked. */
export function parseHttpDate(text: string): number | undefined {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!parts) return undefined;
  const [day, hour, minute, second] = [parts["day"], parts["hour"], parts["minute"], parts["second"]].map(Number);
  const at = Date.UTC(fullYear(parts["year"]!), months.indexOf(parts["month"]!), day, hour, minute, second);
  // Date.UTC turns the thirtieth of February into a day of March.
  return new Date(at).getUTCDate() === day ? at : undefined;
}

/** The full year of a two-digit year, which is in this century or the last third of the one before. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

/** Formats a time in milliseconds as an HTTP date. */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** Rounds a time down to whole seconds, the precision of an HTTP date. */
export function wholeSeconds(ms: number): number {
  return ms - (ms % 1000);
}

/** True if an If-Modified-Since date is at or after the time. An invalid date makes no condition. */
export function isSince(date: string | undefined, moment: number): boolean {
  const since = date === undefined ? undefined : parseHttpDate(date);
  return since !== undefined && wholeSeconds(moment) <= since;
}

/** True if an If-Range date equals the time. */
export function isDateOf(date: string, moment: number): boolean {
  return parseHttpDate(date) === wholeSeconds(moment);
}
