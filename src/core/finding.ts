/** One thing that `autoflow doctor` looks at. */
export interface Finding {
  name: string;
  result: "ok" | "warning" | "problem";
  /** What was seen. */
  detail: string;
  /** What to do about it; absent when all is well. */
  hint?: string;
}

export function ok(name: string, detail: string): Finding {
  return { name, result: "ok", detail };
}

export function warning(name: string, detail: string, hint: string): Finding {
  return { name, result: "warning", detail, hint };
}

export function problem(name: string, detail: string, hint: string): Finding {
  return { name, result: "problem", detail, hint };
}
