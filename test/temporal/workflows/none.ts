/** Nothing to share. */
export const nothing = 0;
