/** What people look runs up by and what is sealed: digests of it, keyed where the store is encrypted. */
import type { Starter } from "../../../core/program.ts";
import type { Reader } from "./reader.ts";
import { type Batch, statement } from "./statement.ts";

const insertLabel = statement("INSERT OR IGNORE INTO run_labels (label, run) VALUES (unhex(?), ?)");
const deleteLabel = statement("DELETE FROM run_labels WHERE label = unhex(?) AND run = ?");

export const labelledFields = ["businessKey", "identity", "initiatorEntity", "targetEntity"] as const;

export type LabelledField = (typeof labelledFields)[number];

export class RunLabels {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  add(batch: Batch, run: number, starter: Starter): void {
    for (const [field, value] of labelled(starter)) batch.add(insertLabel, this.digests(field, value)[0]!, run);
  }

  remove(batch: Batch, run: number, starter: Starter): void {
    for (const [field, value] of labelled(starter))
      for (const digest of this.digests(field, value)) batch.add(deleteLabel, digest, run);
  }

  /** Under which a value may stand, as hex digits: one for each key that has ever been in use, that of today first. */
  digests(field: LabelledField, value: string): string[] {
    return this.#reader.sealer.digests(JSON.stringify([field, value]));
  }
}

function labelled(starter: Starter): [LabelledField, string][] {
  return labelledFields.flatMap((field) => (starter[field] === undefined ? [] : [[field, starter[field]]]));
}
