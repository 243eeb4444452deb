'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** The time zone of the reader, such as `Europe/Zurich`; null on the server and in the first paint. */
export function useBrowserZone(): string | null {
  return useSyncExternalStore(never, () => Intl.DateTimeFormat().resolvedOptions().timeZone, () => null)
}
