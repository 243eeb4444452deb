import { useMemo, type CSSProperties } from 'react'

import { readAnsi, type AnsiStyle } from './ansi'

/** A text with its terminal colours. */
export function AnsiText({ text }: { text: string }) {
  const spans = useMemo(() => readAnsi(text), [text])
  return spans.map((span, index) => (
    <span key={index} style={cssOf(span.style)}>
      {span.text}
    </span>
  ))
}

function cssOf(style: AnsiStyle): CSSProperties | undefined {
  if (Object.keys(style).length === 0) return undefined
  return {
    color: style.color,
    backgroundColor: style.background,
    fontWeight: style.bold ? 600 : undefined,
    opacity: style.faint ? 0.7 : undefined,
    fontStyle: style.italic ? 'italic' : undefined,
    textDecoration: style.underline ? 'underline' : undefined,
  }
}
