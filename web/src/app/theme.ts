import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core'
import { chosenScheme, keepScheme } from '../look/theme'

const lago: MantineColorsTuple = [
  '#E6F2F5',
  '#CFE6EB',
  '#B3DBE3',
  '#8AD3E0',
  '#6CC3D3',
  '#3E9DB0',
  '#1C7B90',
  '#0B5B6F',
  '#094A5B',
  '#06323E',
]
const gray: MantineColorsTuple = [
  '#F7F9F9',
  '#F1F4F4',
  '#E9EEEF',
  '#DDE4E5',
  '#C9D3D5',
  '#9BA9AE',
  '#5A6B73',
  '#4D5F67',
  '#2F3E45',
  '#14232A',
]
const dark: MantineColorsTuple = [
  '#E8EEF0',
  '#C6D0D4',
  '#A6B4BA',
  '#8D9CA3',
  '#2A373D',
  '#243036',
  '#1B262B',
  '#141D21',
  '#10181B',
  '#0D1417',
]

const rem = (...px: number[]) => px.map(value => `${value / 16}rem`)
const scale = (values: string[]) =>
  Object.fromEntries(['xs', 'sm', 'md', 'lg', 'xl'].map((key, i) => [key, values[i]!]))

export const theme = createTheme({
  primaryColor: 'lago',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  black: '#14232A',
  white: '#FFFFFF',
  colors: { lago, gray, dark },
  defaultRadius: 'md',
  radius: { ...scale(rem(4, 6, 8, 12, 16)) },
  spacing: scale(rem(8, 12, 16, 24, 32)),
  fontSizes: scale(rem(12.5, 13, 14, 16, 22)),
  breakpoints: { xs: '30em', sm: '47.5em', md: '62em', lg: '77.5em', xl: '90em' },
  variantColorResolver: input =>
    // Mantine chooses the text of filled buttons for one scheme only; ours follows the scheme.
    input.variant === 'filled' && (input.color ?? 'lago') === 'lago'
      ? {
          background: 'var(--lago)',
          hover: 'var(--lago-hover)',
          color: 'var(--on-lago)',
          border: '1px solid transparent',
        }
      : defaultVariantColorsResolver(input),
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] } },
  },
})

/** Mantine's own names, said with ours; `tokens.css` holds the values and is there before any script runs. */
const ours = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-error': 'var(--fail)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--border)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-anchor': 'var(--lago-ink)',
}

export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...ours, '--mantine-color-lago-filled-hover': 'var(--mantine-color-lago-8)' },
  dark: { ...ours, '--mantine-color-lago-filled-hover': 'var(--mantine-color-lago-3)' },
})

/** Keeps the choice where `first-paint.js` looks for it. */
export const schemeManager: MantineColorSchemeManager = {
  get: () => chosenScheme(),
  set: keepScheme,
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => keepScheme('auto'),
}
