import type { Terminal } from '@xterm/xterm'

import { TERMINAL_PATH, TerminalHears, UNSEEN_BYTES, type TerminalSays } from '@/lib/contract/terminal'

import { onThemeChange, themeOf } from './terminal-theme'

// One terminal on the screen: xterm draws, a WebSocket carries. The code of xterm is fetched when the first one is opened.

export type SessionState =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  | { kind: 'exited'; code: number | null }
  /** Ended or refused by the platform, and why. */
  | { kind: 'ended'; message: string }
  /** The connection broke; what ran inside is ended. */
  | { kind: 'lost' }
  | { kind: 'failed'; error: unknown }

export type SessionOptions = {
  host: HTMLElement
  /** Gets a ticket. */
  ask(): Promise<string>
  onState(state: SessionState): void
  /** The person wants to leave by the keyboard. */
  onLeave(): void
}

export type Session = { /** Ends it; nothing more is said of it. */ close(): void }

/** Report what was shown before the worker runs out of what it may send. */
const REPORT_BYTES = UNSEEN_BYTES / 8
/** A worker takes frames up to 1 MiB. */
const MOST_TYPED_BYTES = 256 * 1024

/** Opens a terminal in an element. */
export function startSession(options: SessionOptions): Session {
  const undo: (() => void)[] = []
  const end = new AbortController()
  const close = () => {
    end.abort()
    for (const step of undo.splice(0).reverse()) step()
  }
  const tell = (state: SessionState) => void (end.signal.aborted || options.onState(state))
  tell({ kind: 'connecting' })
  open(options, { undo, signal: end.signal, tell }).catch((error: unknown) => tell({ kind: 'failed', error }))
  return { close }
}

type Scope = { undo: (() => void)[]; signal: AbortSignal; tell(state: SessionState): void }

async function open({ host, ask, onLeave }: SessionOptions, { undo, signal, tell }: Scope): Promise<void> {
  const [screen, ticket] = await Promise.all([makeScreen(host, onLeave, { undo, signal }), ask()])
  if (signal.aborted || screen === null) return
  const socket = new WebSocket(new URL(TERMINAL_PATH, location.href.replace(/^http/, 'ws')))
  socket.binaryType = 'arraybuffer'
  undo.push(() => socket.close())
  const say = (what: TerminalSays) => void (socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(what)))
  let isTold = false
  const conclude = (state: SessionState) => {
    if (isTold) return
    isTold = true
    screen.options.disableStdin = true
    screen.options.cursorBlink = false
    tell(state)
  }
  const show = shower(screen, say)
  socket.onopen = () => say({ type: 'open', ticket, columns: screen.cols, rows: screen.rows })
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
    if (typeof data !== 'string') return show(new Uint8Array(data))
    const heard = TerminalHears.parse(JSON.parse(data))
    if (heard.type === 'exit') conclude({ kind: 'exited', code: heard.code })
    else if (heard.type === 'ended') conclude({ kind: 'ended', message: heard.message })
    else {
      tell({ kind: 'connected' })
      screen.focus()
    }
  }
  socket.onclose = () => conclude({ kind: 'lost' })
  const typed = (bytes: Uint8Array<ArrayBuffer>) => {
    for (let at = 0; at < bytes.length && socket.readyState === WebSocket.OPEN; at += MOST_TYPED_BYTES) socket.send(bytes.subarray(at, at + MOST_TYPED_BYTES))
  }
  const encoder = new TextEncoder()
  screen.onData((text) => typed(encoder.encode(text)))
  screen.onBinary((text) => typed(Uint8Array.from(text, (character) => character.charCodeAt(0))))
  screen.onResize(({ cols, rows }) => say({ type: 'resize', columns: cols, rows }))
}

/** Writes to the screen, and reports what it has dealt with: the worker sends no more than fits. */
function shower(screen: Terminal, say: (what: TerminalSays) => void): (bytes: Uint8Array) => void {
  let shown = 0
  return (bytes) =>
    screen.write(bytes, () => {
      shown += bytes.length
      if (shown < REPORT_BYTES) return
      say({ type: 'seen', bytes: shown })
      shown = 0
    })
}

/** xterm in the element, as large as it, in the colours of the page. Null when nobody wants it any more. */
async function makeScreen(host: HTMLElement, onLeave: () => void, { undo, signal }: Pick<Scope, 'undo' | 'signal'>): Promise<Terminal | null> {
  const [{ Terminal: Screen }, { FitAddon }] = await Promise.all([import('@xterm/xterm'), import('@xterm/addon-fit'), document.fonts.ready])
  if (signal.aborted) return null
  const style = getComputedStyle(host)
  const screen = new Screen({ fontFamily: style.fontFamily, fontSize: 13, lineHeight: 1.25, cursorBlink: true, scrollback: 5_000, theme: themeOf(host), minimumContrastRatio: 4.5 })
  undo.push(() => screen.dispose())
  const fit = new FitAddon()
  screen.loadAddon(fit)
  screen.open(host)
  fit.fit()
  screen.attachCustomKeyEventHandler((event) => {
    if (!(event.shiftKey && event.key === 'F6')) return true
    event.preventDefault()
    if (event.type === 'keydown') onLeave()
    return false
  })
  // Every other key is the program's: none of them closes the panel or does something on the canvas.
  const keep = (event: KeyboardEvent) => event.stopPropagation()
  host.addEventListener('keydown', keep)
  undo.push(() => host.removeEventListener('keydown', keep))
  const observer = new ResizeObserver(() => fit.fit())
  observer.observe(host)
  undo.push(() => observer.disconnect())
  undo.push(onThemeChange(() => (screen.options.theme = themeOf(host))))
  return screen
}
