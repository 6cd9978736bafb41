import { useMediaQuery } from '@mantine/hooks'

const now = { getInitialValueInEffect: false }

/** The window is as narrow as a phone. */
export const usePhoneWidth = () => useMediaQuery('(max-width: 47.5em)', false, now)
/** The navigation has no room for words. */
export const useRailWidth = () => useMediaQuery('(max-width: 77.499em)', false, now)
