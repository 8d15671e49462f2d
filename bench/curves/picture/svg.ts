/** As much of SVG as the pictures need. */

export type Attributes = Readonly<Record<string, string | number>>;

/** An element, as text; its children are elements, or come from `text`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(valueOf(value))}"`);
  const open = `<${name}${written.join("")}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join("")}</${name}>`;
}

/** What stands in the picture as it stands here. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A line through points. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${valueOf(x)} ${valueOf(y)}`).join("");
}

/** A tenth of a pixel is less than anyone sees. */
function valueOf(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : value;
}
