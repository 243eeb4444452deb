/** The time, as an argument: pure code takes `now`, effects ask the clock. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }
