/** Of a text. A request has at most one megabyte, in which a text is longer than by itself. */
export const LONGEST = 512 * 1024
export const MOST_SERVICES = 100
