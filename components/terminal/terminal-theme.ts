import type { ITheme } from '@xterm/xterm'

const TOKENS: Record<keyof Omit<ITheme, 'extendedAnsi'>, string> = {
  background: '--color-sunken',
  foreground: '--color-ink',
  cursor: '--color-accent',
  cursorAccent: '--color-sunken',
  selectionBackground: '--color-accent',
  selectionForeground: '--color-sunken',
  selectionInactiveBackground: '--color-faint',
  scrollbarSliderBackground: '--color-line-strong',
  scrollbarSliderHoverBackground: '--color-faint',
  scrollbarSliderActiveBackground: '--color-muted',
  overviewRulerBorder: '--color-sunken',
  black: '--ansi-black',
  red: '--ansi-red',
  green: '--ansi-green',
  yellow: '--ansi-yellow',
  blue: '--ansi-blue',
  magenta: '--ansi-magenta',
  cyan: '--ansi-cyan',
  white: '--ansi-white',
  brightBlack: '--color-faint',
  brightRed: '--ansi-red',
  brightGreen: '--ansi-green',
  brightYellow: '--ansi-yellow',
  brightBlue: '--ansi-blue',
  brightMagenta: '--ansi-magenta',
  brightCyan: '--ansi-cyan',
  brightWhite: '--color-ink',
}

/** Our tokens as the terminal takes colours: it draws by itself and knows no CSS variables. */
export function themeOf(element: HTMLElement): ITheme {
  const probe = element.appendChild(document.createElement('span'))
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  try {
    return Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, colorOf(token, probe, canvas)]))
  } finally {
    probe.remove()
  }
}

/** Whatever notation the browser keeps a colour in, its pixel is red, green, blue and how opaque. */
function colorOf(token: string, probe: HTMLElement, canvas: CanvasRenderingContext2D): string {
  probe.style.color = `var(${token})`
  canvas.clearRect(0, 0, 1, 1)
  canvas.fillStyle = getComputedStyle(probe).color
  canvas.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0, alpha = 255] = canvas.getImageData(0, 0, 1, 1).data
  return `#${[red, green, blue, alpha].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** Calls back when another theme is chosen, here or in the system. Returns what ends it. */
export function onThemeChange(changed: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  system.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    system.removeEventListener('change', changed)
  }
}
