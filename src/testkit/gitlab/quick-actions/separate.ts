/** Finds quick actions in a text: lines that begin with a slash and a command that there is. */
import { commands } from "./commands.ts";

export interface QuickAction {
  name: string;
  argument: string;
}

/** The text without its quick actions, and these. Code between fences is left alone. */
export function separateQuickActions<T extends string | null>(text: T): { text: T; actions: QuickAction[] } {
  const actions: QuickAction[] = [];
  if (text === null || !text.includes("/")) return { text, actions };
  let isCode = false;
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (/^\s{0,3}(?:```|~~~)/.test(line)) isCode = !isCode;
    const action = isCode ? undefined : quickActionOf(line);
    if (action === undefined) kept.push(line);
    else actions.push(action);
  }
  return { text: (actions.length === 0 ? text : kept.join("\n").trim()) as T, actions };
}

function quickActionOf(line: string): QuickAction | undefined {
  const match = /^\/([a-z_]+)(?:\s+(.*))?$/i.exec(line.trimEnd());
  if (match === null) return undefined;
  const name = match[1]!.toLowerCase();
  return commands.has(name) ? { name, argument: (match[2] ?? "").trim() } : undefined;
}
