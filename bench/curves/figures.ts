/** Formats numbers for pictures and tables. */

/** Formats a count: 0.1, 10, 1 k, 1,024, 1 M. */
export function countText(value: number): string {
  if (value >= 1e6 && value % 1e6 === 0) return `${value / 1e6} M`;
  return value >= 1000 && value % 1000 === 0 ? `${value / 1000} k` : grouped(value);
}

const units = ["B", "KiB", "MiB", "GiB"];

export function sizeText(bytes: number): string {
  const unit = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${bytes / 1024 ** unit} ${units[unit]}`;
}

/** Formats a figure with three digits and separated thousands. */
export function figureText(value: number): string {
  return grouped(Number(value.toPrecision(3)));
}

function grouped(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 6 });
}
