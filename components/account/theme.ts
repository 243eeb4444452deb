export const THEMES = ['system', 'dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

export const THEME_COOKIE = 'easel_theme'

/** The theme of a cookie's value; `system` for anything else. */
export function themeOf(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}

const YEAR_S = 365 * 24 * 3600

/** Changes the theme of this browser at once, and tells the server for the next page: no flash, no script in the page. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`
}
