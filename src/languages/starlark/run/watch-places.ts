/** Where in the script a VM is, for those who watch it. */
import type { Watcher } from "../../../core/program.ts";
import { ownPositionAt } from "../compile/code.ts";
import { toText } from "../values/text.ts";
import type { Fiber } from "../vm/fiber.ts";

/** For `Vm.watch`: tells the places of instructions that have one of their own. */
export function watchPlaces(see: Watcher): (fiber: Fiber) => void {
  return ({ top }) => {
    const { code } = top.function;
    const position = ownPositionAt(code, top.pc);
    if (position !== undefined) see({ file: toText(code.path), ...position });
  };
}
