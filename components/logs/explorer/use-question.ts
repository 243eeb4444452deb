'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useMemo, useState } from 'react'

import { readQuestion, writeQuestion, type Question } from './question'

export type Asked = {
  question: Question
  /** When it was asked: windows that end now end there. */
  askedAt: number
  /** Asks something else; it stands in the address, and Back leads to what was asked before. */
  ask: (change: Partial<Question>) => void
  /** Asks the same again, now. */
  askAgain: () => void
}

/** What the address asks, and how to ask something else. */
export function useQuestion(): Asked {
  const params = useSearchParams()
  const text = params.toString()
  const question = useMemo(() => readQuestion(new URLSearchParams(text)), [text])
  const [asked, setAsked] = useState(() => ({ text, at: Date.now() }))
  // oxlint-disable-next-line react/purity -- the moment of asking belongs to what is asked, and is read once for each
  if (asked.text !== text) setAsked({ text, at: Date.now() })
  const ask = useCallback((change: Partial<Question>) => {
    const next = writeQuestion({ ...readQuestion(new URLSearchParams(location.search)), ...change })
    // Next follows the address by itself; asking its router would ask the server for the same page.
    if (next !== location.search) history.pushState(null, '', `${location.pathname}${next}`)
  }, [])
  const askAgain = useCallback(() => setAsked((before) => ({ ...before, at: Date.now() })), [])
  return { question, askedAt: asked.at, ask, askAgain }
}
