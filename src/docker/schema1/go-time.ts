const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const nanosecondDigits = 9;

/** The zero value of Go's time.Time. Docker writes it for an unknown time. */
export const zeroTime = "0001-01-01T00:00:00Z";

/**
 * Rewrites an RFC 3339 time as Go's time.Time does after reading it: at most nanoseconds, no zeros at the end of the
 * fraction, `Z` for a zero offset. Returns undefined for a time that Go would refuse, such as the 30th of February.
 */
export function goTimeOf(text: string): string | undefined {
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour = "00", offsetMinute = "00"] =
    pattern.exec(text) ?? [];
  if (!year || !isDate(Number(year), Number(month), Number(day))) return undefined;
  if (!(within(hour, 23) && within(minute, 59) && within(second, 59))) return undefined;
  if (!(within(offsetHour, 23) && within(offsetMinute, 59))) return undefined;
  const digits = fraction.slice(0, nanosecondDigits).replace(/0+$/, "");
  const offset = `${offsetHour}:${offsetMinute}`;
  const zone = sign === undefined || offset === "00:00" ? "Z" : `${sign}${offset}`;
  return `${text.slice(0, "0000-00-00T00:00:00".length)}${digits && `.${digits}`}${zone}`;
}

function within(text: string | undefined, most: number): boolean {
  return Number(text) <= most;
}

function isDate(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
