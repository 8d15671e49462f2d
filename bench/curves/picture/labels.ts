export interface Label {
  readonly text: string;
  /** The end of the line of the label. */
  readonly y: number;
}

/** Moves overlapping labels apart, as little as needed, within the bounds, in the order of their lines. */
export function spread<L extends Label>(labels: readonly L[], gap: number, top: number, bottom: number): L[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const places = sorted.map(({ y }) => y);
  for (let at = 1; at < places.length; at += 1) places[at] = Math.max(places[at]!, places[at - 1]! + gap);
  // Labels that were moved out at the bottom push the others back.
  for (let at = places.length - 1, floor = bottom; at >= 0; at -= 1, floor = places[at + 1]! - gap) {
    places[at] = Math.min(places[at]!, floor);
  }
  const moved: L[] = [];
  for (const [index, label] of sorted.entries()) {
    moved.push({ ...label, y: Math.max(places[index]!, top + index * gap) });
  }
  return moved;
}
