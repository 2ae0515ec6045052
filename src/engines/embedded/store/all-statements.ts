/** Declares every write, in one order, in whichever thread imports it. */
import "./definitions.ts";
import "./deliveries.ts";
import "./events.ts";
import "./journal.ts";
import "./names.ts";
import "./runs.ts";
import "./waiting.ts";
