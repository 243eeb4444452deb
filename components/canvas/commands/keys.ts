// A chord is written as in `mod+shift+z`: modifiers, then the key as the browser names it, in lower case. `mod` is the
// command key of a Mac and the control key elsewhere; both are taken everywhere.

export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** Whether what is pressed is a chord. A sign that needs shift on some keyboards is that sign either way. */
export function isChord(pressed: Pressed, chord: string): boolean {
  const parts = chord.split('+')
  const key = parts.at(-1)!
  const has = (modifier: string) => parts.includes(modifier)
  if (pressed.key.toLowerCase() !== key) return false
  const isSign = parts.length === 1 && /^[^a-z0-9]$/.test(key)
  return (pressed.ctrlKey || pressed.metaKey) === has('mod') && pressed.altKey === has('alt') && (isSign || pressed.shiftKey === has('shift'))
}

const MAC: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥', delete: 'Del', backspace: '⌫', enter: '↵', escape: 'Esc', arrows: '← ↑ ↓ →', tab: 'Tab' }
const ELSEWHERE: Record<string, string> = { ...MAC, mod: 'Ctrl', shift: 'Shift', alt: 'Alt', backspace: 'Backspace' }

/** A chord as it stands on keyboards: `⇧⌘Z`, or `Ctrl Shift Z`. */
export function chordWords(chord: string, isMac: boolean): string {
  const words = chord.split('+').map((part) => (isMac ? MAC : ELSEWHERE)[part] ?? (part.length === 1 || /^f\d/.test(part) ? part.toUpperCase() : part))
  return words.join(isMac ? '' : ' ')
}

/** Whether this is a Mac, where chords are written in another way. False where there is no browser. */
export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)
}
