/** When the clock starts runs. Times are epoch ms. */
export interface Schedule {
  /**
   * A cron expression of five to seven fields (with seconds in front, and years behind), or `every`. One with a "?" counts weekdays
   * as Quartz does: 1 is Sunday.
   */
  cron?: string;
  /** IANA name of the zone that the cron expression is read in; UTC when absent. */
  timezone?: string;
  /** Ms between two starts: a second at least. */
  every?: number;
  /** The first start of `every`; one interval after the definition became active when absent. */
  from?: number;
  /** How many times after the first; without end when absent. */
  repeat?: number;
  /** No start after this. */
  until?: number;
}
