import type { Page } from '../pages'

// What a site's rules answer.

export function redirectPage(location: string, status: number): Page {
  return { status, title: 'It is somewhere else', text: `What was asked for is at ${location}.`, retryS: null, headers: ['Location', location] }
}

export function forbiddenPage(): Page {
  return { status: 403, title: 'Nobody may come in from here', text: 'The owner of this site lets other addresses in than yours.', retryS: null }
}

export function signInPage(host: string): Page {
  return { status: 401, title: 'A name and a password are needed', text: 'The owner of this site lets in whoever has them.', retryS: null, headers: ['WWW-Authenticate', `Basic realm="${host}", charset="UTF-8"`] }
}

export function tooManyTriesPage(afterS: number): Page {
  return { status: 429, title: 'Too many wrong passwords', text: 'Wait a little before the next one.', retryS: afterS }
}

export function busyPage(): Page {
  return { status: 503, title: 'Too many passwords are being checked', text: 'Ask again in a moment.', retryS: 5 }
}

export function maintenancePage(message: string): Page {
  return { status: 503, title: 'Down for maintenance', text: message || 'It will be back soon.', retryS: null }
}

export function tooLargePage(mostBytes: number): Page {
  return { status: 413, title: 'That is too much', text: `This site takes at most ${inWords(mostBytes)} at once.`, retryS: null }
}

export function tooManyPage(afterS: number): Page {
  return { status: 429, title: 'Too many requests', text: 'This site takes only so many from one address. Ask again in a moment.', retryS: afterS }
}

function inWords(bytes: number): string {
  const [unit, size] = bytes >= 1024 ** 3 ? (['GiB', 1024 ** 3] as const) : bytes >= 1024 ** 2 ? (['MiB', 1024 ** 2] as const) : bytes >= 1024 ? (['KiB', 1024] as const) : (['bytes', 1] as const)
  return `${Number((bytes / size).toFixed(1))} ${unit}`
}
