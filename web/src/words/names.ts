/** Two letters that stand for a name; empty for a bare number. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}]+/u).filter(Boolean)
  const first = words[0]?.[0] ?? ''
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : (words[0]?.[1] ?? '')
  return (first + last).toUpperCase()
}

/** A phone number in groups that can be read: "+49 176 0406 9118". */
export function phoneNumber(value: string): string {
  const digits = value.replace(/[^\d]/g, '')
  if (digits.length < 8 || digits.length > 15) return value
  const country = countryLength(digits)
  const rest = digits.slice(country)
  const groups = [rest.slice(0, 3), ...(rest.slice(3).match(/.{1,4}(?!.$)|.{1,5}/g) ?? [])]
  return `+${digits.slice(0, country)} ${groups.join(' ')}`
}

const oneDigit = /^[17]/
const twoDigits = /^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/
const countryLength = (digits: string) => (oneDigit.test(digits) ? 1 : twoDigits.test(digits) ? 2 : 3)
