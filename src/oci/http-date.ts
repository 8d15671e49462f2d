/** Dates of HTTP (RFC 9110 section 5.6.7), which count seconds; in milliseconds since the epoch, as everywhere else. */
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = `(?<month>${months.join("|")})`;
const time = "(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9])";
const weekday = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const longWeekday = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";

/** The one that is written today, and the two that a recipient has to know. */
const forms = [
  `${weekday}, (?<day>[0-9]{2}) ${month} (?<year>[0-9]{4}) ${time} GMT`,
  `${longWeekday}, (?<day>[0-9]{2})-${month}-(?<year>[0-9]{2}) ${time} GMT`,
  `${weekday} ${month} (?<day>[ 0-9][0-9]) ${time} (?<year>[0-9]{4})`,
].map((form) => new RegExp(`^${form}$`));

/** Undefined where the text is no such date. Whether the weekday is the right one is not asked. */
export function parseHttpDate(text: string): number | undefined {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!parts) return undefined;
  const [day, hour, minute, second] = [parts["day"], parts["hour"], parts["minute"], parts["second"]].map(Number);
  const at = Date.UTC(fullYear(parts["year"]!), months.indexOf(parts["month"]!), day, hour, minute, second);
  // The thirtieth of February would be a day in March.
  return new Date(at).getUTCDate() === day ? at : undefined;
}

/** Whoever still writes two digits means a year of this century, or of the last third of the one before. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** The same moment as its date can say it. */
export function wholeSeconds(ms: number): number {
  return ms - (ms % 1000);
}

/** Whether an If-Modified-Since is at or after the moment; a date that is none asks for nothing. */
export function isSince(date: string | undefined, moment: number): boolean {
  const since = date === undefined ? undefined : parseHttpDate(date);
  return since !== undefined && wholeSeconds(moment) <= since;
}

/** Whether an If-Range names the moment. */
export function isDateOf(date: string, moment: number): boolean {
  return parseHttpDate(date) === wholeSeconds(moment);
}
