/** The name that a misspelt one most likely means; undefined if none is similar. Letter case does not matter. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  const word = text.toLowerCase();
  const most = word.length <= 4 ? 1 : 2;
  const ranked = names
    // The distance of a long text would take long, and is at least the difference of the lengths.
    .filter((name) => Math.abs(name.length - word.length) <= most)
    .map((name) => ({ name, edits: editsBetween(word, name.toLowerCase()) }))
    .filter(({ edits }) => edits <= most)
    .toSorted((a, b) => a.edits - b.edits);
  return (ranked[0] ?? { name: names.find((name) => word.length >= 3 && name.startsWith(word)) }).name;
}

/** Number of letters to insert, remove, replace or exchange with their neighbour (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, row) => [row]);
  for (let column = 0; column <= b.length; column += 1) rows[0]![column] = column;
  for (let row = 1; row <= a.length; row += 1) {
    for (let column = 1; column <= b.length; column += 1) {
      const [above, here] = [rows[row - 1]!, rows[row]!];
      const replaced = above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const exchanged = swapped ? rows[row - 2]![column - 2]! + 1 : replaced;
      here[column] = Math.min(above[column]! + 1, here[column - 1]! + 1, replaced, exchanged);
    }
  }
  return rows[a.length]![b.length]!;
}
