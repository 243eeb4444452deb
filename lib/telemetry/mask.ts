// Values of secret variables never reach a log: every form in which a program is likely to print them is replaced by
// `[secret]` before a line is stored. Short and everyday values are left, because masking them would hide half the log.

import { stripAnsi } from './line/ansi'

export type Mask = (text: string) => string

export const MASKED = '[secret]'
const MIN_LENGTH = 4
/** Shorter fragments of base64 would match by chance. */
const MIN_BASE64 = 8
const EVERYDAY = new Set(
  'true,false,null,none,undefined,yes,no,on,off,default,auto,local,localhost,development,production,staging,preview,testing,test,debug,info,warn,warning,error,root,admin,user,guest,postgres,mysql,redis,mongo,node,npm,main,master,latest,http,https,password,secret,utf8,utf-8,json,text,html'.split(','),
)

/** Whether a value is worth hiding: at least four characters, not an everyday word or a small number. */
export function isWorthMasking(value: string): boolean {
  const plain = value.trim()
  return plain.length >= MIN_LENGTH && !EVERYDAY.has(plain.toLowerCase()) && !/^\d{1,5}$/.test(plain)
}

/** Makes the function that hides these values. Multi-line values are hidden line by line, as logs show them. */
export function makeMask(secrets: Iterable<string>): Mask {
  const forms = new Set<string>()
  for (const secret of secrets) for (const form of formsOf(secret)) forms.add(form)
  if (forms.size === 0) return (text) => text
  // Longest first: a secret that contains another is hidden whole.
  const pattern = new RegExp([...forms].sort((a, b) => b.length - a.length).map(escape).join('|'), 'g')
  return (text) => {
    const masked = text.replace(pattern, MASKED)
    // Colour codes inside a value would hide it from the pattern; then the colours of that line are given up.
    const bare = stripAnsi(masked)
    if (bare === masked) return masked
    const maskedBare = bare.replace(pattern, MASKED)
    return maskedBare === bare ? masked : maskedBare
  }
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/)
  const values = (lines.length > 1 ? [secret, ...lines] : [secret]).map((value) => value.trim()).filter(isWorthMasking)
  return values.flatMap((value) => [value, encodeURIComponentSafely(value), ...jsonForms(value), ...base64Forms(value)]).filter((form) => form.length >= MIN_LENGTH)
}

/** Some writers of JSON escape the slash as well. */
function jsonForms(value: string): string[] {
  const form = JSON.stringify(value).slice(1, -1)
  return form.includes('/') ? [form, form.replaceAll('/', '\\/')] : [form]
}

function encodeURIComponentSafely(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    return value
  }
}

/**
 * What any base64 text that contains the value must contain, for each of the three ways its bytes can fall into groups
 * of three: the characters that depend on the value alone.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8')
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '')
    const wholeBits = (offset + bytes.length) * 8
    const core = text.slice(Math.ceil((offset * 8) / 6), Math.floor(wholeBits / 6))
    return core.length >= MIN_BASE64 ? [core, core.replaceAll('+', '-').replaceAll('/', '_')] : []
  })
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
