// Where to go on in messages that are played again. Their times tell them apart, but not their order: a clock that was
// set back gives later messages earlier times. So a position is found as the message it stands on, in the order in which
// all of them come; only where that one is gone for good do times have to do.

export type Message = { /** As the engine writes it: of one length, so that text compares as time does. */ at: string; text: Buffer }

/** The last message that is known: its time, empty before the first one, and how many of its very time are known. */
export type Place = { at: string; count: number }

export type Resumed = {
  /** Those of a message and of what was held back before that are not known yet, in their order. */
  take(message: Message): Message[]
  /** Since when messages are held back because the position may yet come; null while none are. In ms of the clock that never jumps. */
  heldSince(): number | null
  /** Ends the waiting for the position: what was held back comes after it. */
  release(): Message[]
}

/** As many may be held back. */
const MOST_HELD = 100_000

export function resumeAfter(place: Place, now: () => number = () => performance.now()): Resumed {
  let [isBehind, again]: [boolean, number] = [place.at !== '', 0]
  let held: Message[] = []
  let since: number | null = null

  const release = () => {
    const released = held
    ;[isBehind, held, since] = [false, [], null]
    return released
  }
  return {
    heldSince: () => since,
    release,
    take(message) {
      if (!isBehind) return [message]
      if (message.at === place.at && ++again === place.count) {
        // All before it is known, whatever its time.
        release()
        return []
      }
      // Without a later one before it, an earlier one is known: the engine plays from before the position.
      if (message.at <= place.at && since === null) return []
      since ??= now()
      held.push(message)
      return held.length > MOST_HELD ? release() : []
    },
  }
}
