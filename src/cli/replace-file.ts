/** Files that commands rewrite. */
import { chmod, lstat, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Gives a file this text: it is the old one or the new one, whatever happens, and its mode stays. Nothing else is written, not even
 * where links in its folder lead: a link at its place is replaced.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const before = await lstat(file).catch(() => undefined);
  const mode = before?.isFile() === true ? before.mode & 0o7777 : undefined;
  const target = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  const handle = await open(target, "wx", mode);
  try {
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (mode !== undefined) await chmod(target, mode);
    await rename(target, file);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}
