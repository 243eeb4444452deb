'use client'

import { useState } from 'react'

import { useSubmit } from './use-submit'

export type Page<T> = { items: T[]; nextCursor: string | null }

/**
 * A list that grows at the end. The first page comes from the server; when the server sends a new one (after a change),
 * the list begins anew from it.
 */
export function usePages<T>(first: Page<T>, load: (cursor: string) => Promise<Page<T>>) {
  const [grown, setGrown] = useState({ from: first, items: first.items, nextCursor: first.nextCursor })
  if (grown.from !== first) setGrown({ from: first, items: first.items, nextCursor: first.nextCursor })
  const more = useSubmit(async () => {
    if (grown.nextCursor === null) return
    const page = await load(grown.nextCursor)
    // A reload of the first page meanwhile wins over what was loaded after the old one.
    setGrown((now) => (now.from === grown.from ? { from: now.from, items: [...now.items, ...page.items], nextCursor: page.nextCursor } : now))
  })
  return { items: grown.items, hasMore: grown.nextCursor !== null, loadMore: more.submit, pending: more.pending, error: more.error }
}
