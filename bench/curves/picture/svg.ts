/** The part of SVG that the pictures need. */

export type Attributes = Readonly<Record<string, string | number>>;

/** An element as text. Its children are elements, or texts from `escape`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(valueOf(value))}"`);
  const open = `<${name}${written.join("")}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join("")}</${name}>`;
}

/** Escapes a text, so that the picture shows it unchanged. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A line through the points. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${valueOf(x)} ${valueOf(y)}`).join("");
}

/** A number with one decimal, because a smaller difference is not visible. */
function valueOf(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 10) / 10) : value;
}
