const COUNT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** `37`, `1.2K`, `3.4M`. */
export function countWords(count: number): string {
  return COUNT.format(count)
}

/** `99.3 %`; never 100 where something was missed, nor 0 where something was found. */
export function shareWords(share: number): string {
  if (share <= 0 || share >= 1) return `${share <= 0 ? 0 : 100} %`
  return `${Math.min(99.9, Math.max(0.1, Math.round(share * 1000) / 10))} %`
}

/** `0.4 /s`, `12 /s`. */
export function rateWords(rate: number): string {
  return `${rate > 0 && rate < 0.05 ? '<0.1' : rate < 9.95 ? Math.round(rate * 10) / 10 : countWords(Math.round(rate))} /s`
}
