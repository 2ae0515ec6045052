/** The outline of a box, by the type of its state. */
import type { Box } from "./boxes.ts";

/** SVG elements of the class "shape", at the origin. */
export function shapeOf({ node, width: w, height: h }: Pick<Box, "node" | "width" | "height">): string {
  switch (node.type) {
    case "start":
      return `<circle class="shape" cx="${w / 2}" cy="${h / 2}" r="${w / 2 - 4}"/>`;
    case "end":
      return `<circle class="group" cx="${w / 2}" cy="${h / 2}" r="${w / 2 - 1}"/><circle class="shape" cx="${w / 2}" cy="${h / 2}" r="${w / 2 - 6}"/>`;
    case "switch":
      return polygon([16, 0, w - 16, 0, w, h / 2, w - 16, h, 16, h, 0, h / 2]);
    case "inject":
      return polygon([16, 0, w, 0, w - 16, h, 0, h]);
    case "sleep":
      return rectangle(w, h, Math.min(h / 2, 26));
    case "foreach":
      return `<rect class="shape" x="6" y="-6" width="${w}" height="${h}" rx="6"/>${rectangle(w, h, 6)}`;
    case "event":
    case "callback":
      return `${rectangle(w, h, 6)}<path class="shape" d="M5 4V${h - 4}M${w - 5} 4V${h - 4}"/>`;
    case "parallel":
      return `${rectangle(w, h, 2)}<path class="shape" stroke-width="4" d="M0 1H${w}M0 ${h - 1}H${w}"/>`;
    default:
      return rectangle(w, h, 6);
  }
}

function rectangle(width: number, height: number, radius: number): string {
  return `<rect class="shape" width="${width}" height="${height}" rx="${radius}"/>`;
}

function polygon(numbers: readonly number[]): string {
  return `<polygon class="shape" points="${numbers.join(" ")}"/>`;
}
