'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'

import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'

import { applyTheme, THEMES, type Theme } from './theme'

const WORD: Record<Theme, string> = { system: 'As the system', dark: 'Dark', light: 'Light' }
const ICON = { system: Monitor, dark: Moon, light: Sun }

/** Chooses between dark, light and what the system says. */
export function ThemeMenu({ theme, side }: { theme: Theme; side?: 'top' | 'bottom' }) {
  const [chosen, setChosen] = useState(theme)
  const choose = (next: Theme) => {
    applyTheme(next)
    setChosen(next)
  }
  const Current = ICON[chosen]
  return (
    <Menu
      side={side}
      label="Theme"
      trigger={<IconButton label="Theme" icon={<Current />} />}
      items={THEMES.map((option) => {
        const Icon = ICON[option]
        return { label: WORD[option], icon: <Icon />, checked: option === chosen, onSelect: () => choose(option) }
      })}
    />
  )
}
