/** The variables and secrets of a project. */
import { Record } from "./dict.ts";

export class Vars extends Record {
  override missingKey(shown: string): string {
    return `no variable or secret ${shown} is configured: give it with --var, or in projects.<name>.vars of the configuration`;
  }
}
